"""What the database itself refuses about service credits, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from vendors.credits.enums import SETTLED, ClaimStatus
from vendors.opex.enums import InvoiceKind

_CLAIMED = (
    *("clause_id", "month", "currency", "amount", "formula", "figures", "digest"),
    *("sent_at", "sent_by_id", "sent_to", "due_on"),
)
_SETTLED = ", ".join(f"'{one}'" for one in SETTLED)


class IsAFormula(AuditTrigger):
    """Tiers are pairs of threshold and percentage; from one to the next the threshold falls and the
    percentage rises. Once a claim goes by it, a clause only ends."""

    name = "is_a_formula"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        free = "'{valid_until,version,reference}'::text[]"
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a clause is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - {free} <> to_jsonb(OLD) - {free}
                AND EXISTS (SELECT FROM vendors_creditclaim c WHERE c.clause_id = OLD.id) THEN
                RAISE EXCEPTION 'a clause that was claimed by says the same'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF jsonb_typeof(NEW.tiers) <> 'array' OR EXISTS (
                    SELECT FROM (
                        SELECT (tier->>0)::numeric AS below, (tier->>1)::numeric AS percent,
                               lag((tier->>0)::numeric) OVER (ORDER BY place) AS above,
                               lag((tier->>1)::numeric) OVER (ORDER BY place) AS less
                          FROM jsonb_array_elements(NEW.tiers) WITH ORDINALITY t(tier, place)
                    ) told
                    WHERE below IS NULL OR percent IS NULL
                       OR NOT (below > 0 AND below <= 100 AND percent > 0 AND percent <= 100)
                       OR below >= above OR percent <= less) THEN
                RAISE EXCEPTION 'these are no tiers' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class StaysAsSent(AuditTrigger):
    """What a vendor was told stays so, what was agreed too, and what is settled ends there. A claim
    is credited when credit notes make up what was accepted."""

    name = "stays_as_sent"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        before = ", ".join(f"OLD.{name}" for name in _CLAIMED)
        after = ", ".join(f"NEW.{name}" for name in _CLAIMED)
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a claim is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status <> '{ClaimStatus.DRAFTED}' AND ({before}) IS DISTINCT FROM ({after}) THEN
                RAISE EXCEPTION 'a claim says what was sent' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status IN ({_SETTLED}) AND NEW.status <> OLD.status THEN
                RAISE EXCEPTION 'a claim that was settled stays so'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status <> '{ClaimStatus.DRAFTED}' AND NEW.status IN (
                    '{ClaimStatus.DRAFTED}', '{ClaimStatus.WITHDRAWN}')
                AND NEW.status <> OLD.status THEN
                RAISE EXCEPTION 'a claim that was sent is not taken back'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.accepted_amount IS NOT NULL
                AND NEW.accepted_amount IS DISTINCT FROM OLD.accepted_amount THEN
                RAISE EXCEPTION 'what was agreed stays so' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.status = '{ClaimStatus.CREDITED}' AND OLD.status <> NEW.status AND (
                    OLD.status <> '{ClaimStatus.ACCEPTED}'
                    OR NEW.accepted_amount IS DISTINCT FROM (
                        SELECT sum(s.amount) FROM vendors_creditsettlement s
                         WHERE s.claim_id = NEW.id)) THEN
                RAISE EXCEPTION 'credit notes do not make up what was accepted'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class StaysWithItsClaim(AuditTrigger):
    """Segments are written and thrown away while a claim is a draft, and never altered."""

    name = "stays_with_its_claim"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF TG_OP = 'UPDATE' OR NOT EXISTS (
                SELECT FROM vendors_creditclaim c
                 WHERE c.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.claim_id ELSE OLD.claim_id END
                   AND c.status = '{ClaimStatus.DRAFTED}') THEN
                RAISE EXCEPTION 'a claim says what was sent' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class ComesFromACreditNote(AuditTrigger):
    """What is settled comes from a credit note of the same vendor, contract and currency: never
    more than is on it, never more than was accepted. Claim and credit note are locked, so that two
    at once do not spend it twice."""

    name = "comes_from_a_credit_note"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    declare = [("claim_", "record"), ("note_", "record")]

    def get_func(self, model: models.Model) -> str:
        return f"""
            SELECT c.status, c.sent_by_id, c.accepted_amount, c.currency, k.contract_id,
                   n.vendor_id INTO claim_
              FROM vendors_creditclaim c
              JOIN vendors_creditclause k ON k.id = c.clause_id
              JOIN vendors_contract n ON n.id = k.contract_id
             WHERE c.id = NEW.claim_id FOR NO KEY UPDATE OF c;
            SELECT * INTO note_ FROM vendors_invoice i WHERE i.id = NEW.invoice_id
               FOR NO KEY UPDATE;
            IF claim_.sent_by_id = NEW.settled_by_id THEN
                RAISE EXCEPTION 'a claim is not settled by who sent it'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF note_.kind <> '{InvoiceKind.CREDIT_NOTE}'
                OR note_.vendor_id <> claim_.vendor_id
                OR note_.contract_id <> claim_.contract_id
                OR note_.currency <> claim_.currency THEN
                RAISE EXCEPTION 'this is no credit note for the claim'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF claim_.status <> '{ClaimStatus.ACCEPTED}' OR NEW.amount > claim_.accepted_amount
                - coalesce((SELECT sum(s.amount) FROM vendors_creditsettlement s
                             WHERE s.claim_id = NEW.claim_id), 0) THEN
                RAISE EXCEPTION 'more than was accepted' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.amount > note_.amount
                - coalesce((SELECT sum(s.amount) FROM vendors_creditsettlement s
                             WHERE s.invoice_id = NEW.invoice_id), 0) THEN
                RAISE EXCEPTION 'more than is left of the credit note'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """
