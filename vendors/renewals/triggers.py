"""What the database itself refuses about decisions on renewals, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from vendors.renewals.enums import RenewalStatus

CONTENT = ("term_id", "option", "reason", "alternatives", "weights", "decided_by_id")
FROZEN = ("facts_on", "facts_sha256")


class StaysAsDecided(AuditTrigger):
    """What was submitted stays until it is returned; only with its facts, each of them known or
    explained, and only what every step has approved is approved."""

    name = "stays_as_decided"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        content = (*CONTENT, *FROZEN)
        before = ", ".join(f"OLD.{name}" for name in content)
        after = ", ".join(f"NEW.{name}" for name in content)
        over = f"'{RenewalStatus.APPROVED}', '{RenewalStatus.WITHDRAWN}'"
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a decision is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status <> '{RenewalStatus.DRAFT}' AND ({before}) IS DISTINCT FROM ({after}) THEN
                RAISE EXCEPTION 'a decision says what was submitted'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status IN ({over}) AND NEW.status <> OLD.status THEN
                RAISE EXCEPTION 'a decision that was taken stays so'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.status = '{RenewalStatus.SUBMITTED}' AND OLD.status <> NEW.status AND (
                    NEW.facts_sha256 = '' OR NEW.option = '' OR NEW.reason = ''
                    OR NEW.alternatives = '' OR cardinality(NEW.steps) = 0
                    OR NOT EXISTS (SELECT FROM vendors_renewalfact f WHERE f.decision_id = NEW.id)
                    OR EXISTS (SELECT FROM vendors_renewalfact f
                                WHERE f.decision_id = NEW.id
                                  AND NOT f.is_known AND f.comment = '')) THEN
                RAISE EXCEPTION 'a decision needs its facts' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.status = '{RenewalStatus.APPROVED}' AND OLD.status <> NEW.status AND (
                    OLD.status <> '{RenewalStatus.SUBMITTED}' OR EXISTS (
                        SELECT FROM unnest(NEW.steps) AS wanted(step) WHERE NOT EXISTS (
                            SELECT FROM vendors_renewalapproval a
                             WHERE a.decision_id = NEW.id AND a.round = NEW.round
                               AND a.step = wanted.step))) THEN
                RAISE EXCEPTION 'a decision needs every approval'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class StaysWithItsDecision(AuditTrigger):
    """Facts and options are written while the decision is prepared; of a fact that was frozen only
    the comment."""

    name = "stays_with_its_decision"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF EXISTS (
                SELECT FROM vendors_renewaldecision d
                 WHERE d.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.decision_id END,
                                CASE WHEN TG_OP <> 'DELETE' THEN NEW.decision_id END)
                   AND d.status <> '{RenewalStatus.DRAFT}') THEN
                RAISE EXCEPTION 'a decision says what was submitted'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            IF TG_OP = 'UPDATE'
                AND to_jsonb(NEW) - 'comment' <> to_jsonb(OLD) - 'comment' THEN
                RAISE EXCEPTION 'a fact stays as it was frozen' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class IsByAnother(AuditTrigger):
    """Whoever prepared a decision does not approve it."""

    name = "is_by_another"
    when = pgtrigger.Before
    operation = pgtrigger.Insert

    def get_func(self, model: models.Model) -> str:
        return """
            IF EXISTS (SELECT FROM vendors_renewaldecision d
                        WHERE d.id = NEW.decision_id AND d.decided_by_id = NEW.approved_by_id) THEN
                RAISE EXCEPTION 'nobody approves a decision of their own'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """
