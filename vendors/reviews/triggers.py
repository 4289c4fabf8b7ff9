"""What the database itself refuses about service reviews, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from vendors.reviews.enums import MOVING, ActionStatus, PlanStatus, ReviewStatus

_MOVING = ", ".join(f"'{one}'" for one in MOVING)


class StaysAsClosed(AuditTrigger):
    """A review that was closed or cancelled says the same for good; one goes through one scorecard
    of one vendor; nobody closes on minutes of their own."""

    name = "stays_as_closed"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a service review is not deleted'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF NOT EXISTS (SELECT FROM vendors_scorecard c
                            WHERE c.id = NEW.scorecard_id AND c.vendor_id = NEW.vendor_id) THEN
                RAISE EXCEPTION 'a review goes through a scorecard of its vendor'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{ReviewStatus.PLANNED}' THEN
                    RAISE EXCEPTION 'a review is planned first'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.status NOT IN ({_MOVING})
               OR (NEW.vendor_id, NEW.scorecard_id)
                  IS DISTINCT FROM (OLD.vendor_id, OLD.scorecard_id)
               OR (OLD.status = '{ReviewStatus.HELD}'
                   AND (NEW.status NOT IN ('{ReviewStatus.HELD}', '{ReviewStatus.CLOSED}')
                        OR NEW.held_at IS DISTINCT FROM OLD.held_at))
               OR (OLD.status = '{ReviewStatus.PLANNED}'
                   AND NEW.status = '{ReviewStatus.CLOSED}') THEN
                RAISE EXCEPTION 'a service review stays as it was closed'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.status = '{ReviewStatus.CLOSED}' AND (
                EXISTS (SELECT FROM vendors_reviewitem i WHERE i.review_id = NEW.id
                           AND i.minuted_by_id = NEW.closed_by_id)
                OR NOT EXISTS (SELECT FROM vendors_reviewitem i WHERE i.review_id = NEW.id
                                  AND i.minutes <> '')
                OR EXISTS (SELECT FROM vendors_scorecard c WHERE c.id = NEW.scorecard_id
                              AND c.status <> 'locked')) THEN
                RAISE EXCEPTION 'another than wrote the minutes closes on a locked scorecard'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class IsOfAMovingReview(AuditTrigger):
    """Agenda, minutes and attendees are written until their review is closed or cancelled."""

    name = "is_of_a_moving_review"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF (TG_OP = 'UPDATE' AND NEW.review_id <> OLD.review_id) OR NOT EXISTS (
                SELECT FROM vendors_servicereview r
                 WHERE r.id = CASE TG_OP WHEN 'DELETE' THEN OLD.review_id ELSE NEW.review_id END
                   AND r.status IN ({_MOVING}) FOR SHARE) THEN
                RAISE EXCEPTION 'a service review stays as it was closed'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        """


class StaysAsVerified(AuditTrigger):
    """What was agreed to be done stays so; what was verified or dropped ends there."""

    name = "stays_as_verified"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'an action is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status IN ('{ActionStatus.VERIFIED}', '{ActionStatus.DROPPED}')
               OR (OLD.status = '{ActionStatus.OPEN}' AND NEW.status = '{ActionStatus.VERIFIED}')
               OR (NEW.review_id, NEW.what, NEW.owner_id, NEW.contact, NEW.due_on)
                  IS DISTINCT FROM
                  (OLD.review_id, OLD.what, OLD.owner_id, OLD.contact, OLD.due_on) THEN
                RAISE EXCEPTION 'an action stays as it was agreed'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class StaysAsAgreed(AuditTrigger):
    """An improvement plan that was agreed only ends, and then stays."""

    name = "stays_as_agreed"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        agreed = (
            *("review_id", "kpi_id", "from_value", "target_value", "due_on", "measures"),
            *("contact", "owner_id", "drafted_by_id"),
        )
        before = ", ".join(f"OLD.{name}" for name in agreed)
        after = ", ".join(f"NEW.{name}" for name in agreed)
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a plan is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF ({before}) IS DISTINCT FROM ({after})
               OR OLD.status IN ('{PlanStatus.MET}', '{PlanStatus.NOT_MET}')
               OR (OLD.status = '{PlanStatus.AGREED}'
                   AND (NEW.status = '{PlanStatus.DRAFTED}'
                        OR (NEW.agreed_at, NEW.agreed_by_id)
                           IS DISTINCT FROM (OLD.agreed_at, OLD.agreed_by_id)))
               OR (OLD.status = '{PlanStatus.DRAFTED}'
                   AND NEW.status IN ('{PlanStatus.MET}', '{PlanStatus.NOT_MET}')) THEN
                RAISE EXCEPTION 'a plan stays as it was agreed' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """
