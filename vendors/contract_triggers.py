"""What the database itself refuses about contracts, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from vendors.enums import ContractStatus

SUBMITTED = (
    *("number", "kind", "vendor_id", "entity_id", "counterparty", "currency", "total_value"),
    *("annual_value", "uplift", "uplift_percent", "uplift_index", "governing_law", "starts_on"),
    *("initial_term", "renewal", "renewal_term", "notice", "internal_lead", "business_days_of"),
    *("on_business_days", "drafted_by_id"),
)
"""What a contract says: written while it is a draft, and not after."""

DECIDED = "{decision,decision_note,decided_at,decided_by_id,failure}"
"""What is still written to a term."""


class StaysAsSubmitted(AuditTrigger):
    """What a contract says about parties, money and time changes only while it is a draft. Nothing
    that left draft is deleted, and what has ended stays ended."""

    name = "stays_as_submitted"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        before = ", ".join(f"OLD.{name}" for name in SUBMITTED)
        after = ", ".join(f"NEW.{name}" for name in SUBMITTED)
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a contract is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status <> '{ContractStatus.DRAFT}' AND ({before}) IS DISTINCT FROM ({after}) THEN
                RAISE EXCEPTION 'a contract says what was submitted'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status = '{ContractStatus.ENDED}' AND NEW.status <> OLD.status THEN
                RAISE EXCEPTION 'a contract that has ended stays so'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class KeepsItsDates(AuditTrigger):
    """A term's dates are worked out once: they are thrown away while its contract is a draft, or
    where it ends with an earlier term, and never altered. What was decided stays so."""

    name = "keeps_its_dates"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                IF EXISTS (SELECT FROM vendors_contract c
                            WHERE c.id = OLD.contract_id
                              AND (c.status = '{ContractStatus.DRAFT}'
                                   OR OLD.number > c.last_term))
                THEN RETURN OLD; END IF;
            ELSIF to_jsonb(NEW) - '{DECIDED}'::text[]
                = to_jsonb(OLD) - '{DECIDED}'::text[]
                AND (OLD.failure = '' OR NEW.failure = OLD.failure)
                AND (OLD.decision = '' OR NEW.decision <> '') THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'a term keeps its dates' USING ERRCODE = 'check_violation';
        """


class StaysWithItsContract(AuditTrigger):
    """Payments and clauses are written while the contract is a draft."""

    name = "stays_with_its_contract"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF EXISTS (
                SELECT FROM vendors_contract c
                 WHERE c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.contract_id END,
                                CASE WHEN TG_OP <> 'DELETE' THEN NEW.contract_id END)
                   AND c.status <> '{ContractStatus.DRAFT}') THEN
                RAISE EXCEPTION 'a contract says what was submitted'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """
