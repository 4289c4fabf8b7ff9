"""What the database itself refuses about budgets and savings, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from vendors.opex.enums import BudgetStatus, EntryKind, SavingStatus

_SAID = ("entity_id", "year", "number", "currency", "replaces_id", "drafted_by_id")


class StaysAsApproved(AuditTrigger):
    """A version of a budget says the same about whom it is for; once approved it is only locked."""

    name = "stays_as_approved"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        before = ", ".join(f"OLD.{name}" for name in _SAID)
        after = ", ".join(f"NEW.{name}" for name in _SAID)
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a budget is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF ({before}) IS DISTINCT FROM ({after})
               OR OLD.status = '{BudgetStatus.LOCKED}'
               OR (OLD.status = '{BudgetStatus.APPROVED}'
                   AND (NEW.status <> '{BudgetStatus.LOCKED}'
                        OR (OLD.title, OLD.approved_at, OLD.approved_by_id)
                           IS DISTINCT FROM (NEW.title, NEW.approved_at, NEW.approved_by_id))) THEN
                RAISE EXCEPTION 'an approved budget says the same'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class IsPlannedInDraft(AuditTrigger):
    """Plan and forecast are entered while the version they belong to is a draft."""

    name = "is_planned_in_draft"
    when = pgtrigger.Before
    operation = pgtrigger.Insert

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF NEW.kind IN ('{EntryKind.PLAN}', '{EntryKind.FORECAST}') AND NOT EXISTS (
                SELECT FROM vendors_budget b
                 WHERE b.id = NEW.budget_id AND b.status = '{BudgetStatus.DRAFT}'
                   AND b.entity_id = NEW.entity_id
                   AND b.year = EXTRACT(YEAR FROM NEW.month)
                   FOR SHARE) THEN
                RAISE EXCEPTION 'an approved budget says the same'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class StaysAsVerified(AuditTrigger):
    """What was found out about a saving stays so."""

    name = "stays_as_verified"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        settled = f"'{SavingStatus.VERIFIED}', '{SavingStatus.REJECTED}'"
        return f"""
            IF TG_OP = 'DELETE' OR OLD.status IN ({settled}) THEN
                RAISE EXCEPTION 'a saving that was settled stays so'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """
