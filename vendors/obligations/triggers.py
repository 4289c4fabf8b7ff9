"""What the database itself refuses about obligations, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from vendors.obligations.enums import ObligationStatus as O
from vendors.obligations.enums import TaskStatus as T

_SETTLED = f"'{T.ACCEPTED}', '{T.WAIVED}'"


class StaysAsAgreed(AuditTrigger):
    """An obligation keeps its contract, whose it is and its first day; one that has ended stays."""

    name = "stays_as_agreed"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        fixed = "contract_id, direction, recurrence, first_due_on"
        new, old = (
            ", ".join(f"{side}.{name.strip()}" for name in fixed.split(","))
            for side in ("NEW", "OLD")
        )
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'an obligation is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.clause_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM vendors_contractclause c
                 WHERE c.id = NEW.clause_id AND c.contract_id = NEW.contract_id) THEN
                RAISE EXCEPTION 'a clause of another contract' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{O.ACTIVE}' THEN
                    RAISE EXCEPTION 'an obligation begins as active'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF ({new}) IS DISTINCT FROM ({old}) OR OLD.status = '{O.ENDED}' THEN
                RAISE EXCEPTION 'an obligation stays as it was agreed'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class KeepsItsDay(AuditTrigger):
    """A time that an obligation is due keeps its day; nobody judges what they submitted or answer
    for; what is settled stays. Dropped is only what nobody has touched and is not due yet where
    the obligation ends before."""

    name = "keeps_its_day"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                IF OLD.status = '{T.OPEN}' AND OLD.submitted_at IS NULL
                   AND NOT EXISTS (SELECT FROM vendors_obligationdocument d
                                    WHERE d.task_id = OLD.id)
                   AND EXISTS (SELECT FROM vendors_obligation o
                                WHERE o.id = OLD.obligation_id
                                  AND (OLD.nominal_on > o.until
                                       OR OLD.due_on >= (o.ended_at AT TIME ZONE 'UTC')::date - 1
                                       OR EXISTS (SELECT FROM vendors_contractterm t
                                                    JOIN vendors_contract c
                                                      ON c.id = t.contract_id
                                                   WHERE c.id = o.contract_id
                                                     AND t.number = c.last_term
                                                     AND OLD.nominal_on > t.ends_on)))
                THEN RETURN OLD; END IF;
                RAISE EXCEPTION 'what is due is not dropped' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{T.OPEN}' THEN
                    RAISE EXCEPTION 'what is due begins as open'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF (NEW.obligation_id, NEW.number, NEW.nominal_on, NEW.due_on)
                   IS DISTINCT FROM (OLD.obligation_id, OLD.number, OLD.nominal_on, OLD.due_on)
               OR OLD.status IN ({_SETTLED})
               OR (OLD.missed_at IS NOT NULL AND NEW.missed_at IS DISTINCT FROM OLD.missed_at) THEN
                RAISE EXCEPTION 'what is due keeps its day' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.status IN ('{T.SUBMITTED}', '{T.ACCEPTED}') AND NEW.status <> OLD.status
               AND NOT EXISTS (SELECT FROM vendors_obligationdocument d WHERE d.task_id = NEW.id)
               AND (SELECT o.needs_evidence FROM vendors_obligation o
                     WHERE o.id = NEW.obligation_id) THEN
                RAISE EXCEPTION 'its evidence is not attached' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.status IN ({_SETTLED}, '{T.RETURNED}') AND NEW.status <> OLD.status
               AND NEW.decided_by_id IN (
                   SELECT o.owner_id FROM vendors_obligation o WHERE o.id = NEW.obligation_id) THEN
                RAISE EXCEPTION 'its owner does not judge it' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.status = '{T.ACCEPTED}' AND OLD.status <> '{T.SUBMITTED}' THEN
                RAISE EXCEPTION 'what is accepted was submitted' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class StaysWithItsTask(AuditTrigger):
    """Evidence is added while something is still to be submitted, and stays."""

    name = "stays_with_its_task"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        return f"""
            IF TG_OP <> 'INSERT' OR NOT EXISTS (
                SELECT FROM vendors_obligationtask t
                 WHERE t.id = NEW.task_id
                   AND t.status IN ('{T.OPEN}', '{T.RETURNED}', '{T.MISSED}') FOR SHARE) THEN
                RAISE EXCEPTION 'evidence stays as it was submitted'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """
