"""What the database itself refuses about scorecards, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from vendors.scorecards.enums import CardStatus, ModelStatus


class StaysAsPutInForce(AuditTrigger):
    """A model that is in force is only retired; a draft is put in force with figures; none goes."""

    name = "stays_as_put_in_force"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a model of scorecards is not deleted'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF (NEW.number, NEW.drafted_by_id) IS DISTINCT FROM (OLD.number, OLD.drafted_by_id)
               OR OLD.status = '{ModelStatus.RETIRED}'
               OR (OLD.status = '{ModelStatus.ACTIVE}'
                   AND (NEW.status <> '{ModelStatus.RETIRED}'
                        OR (OLD.title, OLD.approved_at, OLD.approved_by_id)
                           IS DISTINCT FROM (NEW.title, NEW.approved_at, NEW.approved_by_id)))
               OR (OLD.status = '{ModelStatus.DRAFT}' AND NEW.status = '{ModelStatus.RETIRED}') THEN
                RAISE EXCEPTION 'a model in force stays as it is' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status = '{ModelStatus.DRAFT}' AND NEW.status = '{ModelStatus.ACTIVE}'
               AND NOT EXISTS (SELECT FROM vendors_scorekpi k WHERE k.model_id = NEW.id) THEN
                RAISE EXCEPTION 'a model measures something' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class IsOfADraft(AuditTrigger):
    """What a model measures is written while it is a draft."""

    name = "is_of_a_draft"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF (TG_OP = 'UPDATE' AND NEW.model_id <> OLD.model_id) OR NOT EXISTS (
                SELECT FROM vendors_scoremodel m
                 WHERE m.id = CASE TG_OP WHEN 'DELETE' THEN OLD.model_id ELSE NEW.model_id END
                   AND m.status = '{ModelStatus.DRAFT}' FOR SHARE) THEN
                RAISE EXCEPTION 'a model in force stays as it is' USING ERRCODE = 'check_violation';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        """


class StaysAsLocked(AuditTrigger):
    """A locked scorecard says the same for good; an open one is of the same vendor and period."""

    name = "stays_as_locked"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a scorecard is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status = '{CardStatus.LOCKED}'
               OR (NEW.vendor_id, NEW.period, NEW.starts_on)
                  IS DISTINCT FROM (OLD.vendor_id, OLD.period, OLD.starts_on) THEN
                RAISE EXCEPTION 'a locked scorecard stays as it is'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class IsOfAnOpenCard(AuditTrigger):
    """Figures and marks are written while their scorecard is open, for figures of its model."""

    name = "is_of_an_open_card"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF (TG_OP = 'UPDATE' AND NEW.scorecard_id <> OLD.scorecard_id) OR NOT EXISTS (
                SELECT FROM vendors_scorecard c
                 WHERE c.id = CASE TG_OP WHEN 'DELETE' THEN OLD.scorecard_id
                                         ELSE NEW.scorecard_id END
                   AND c.status = '{CardStatus.OPEN}' FOR SHARE) THEN
                RAISE EXCEPTION 'a locked scorecard stays as it is'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP <> 'DELETE' AND NOT EXISTS (
                SELECT FROM vendors_scorekpi k JOIN vendors_scorecard c ON c.model_id = k.model_id
                 WHERE k.id = NEW.kpi_id AND c.id = NEW.scorecard_id) THEN
                RAISE EXCEPTION 'a scorecard has the figures of its model'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        """
