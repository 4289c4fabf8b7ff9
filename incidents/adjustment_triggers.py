"""What the database itself refuses about account adjustments: Python decides, SQL only refuses."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from incidents.request_enums import AdjustmentStatus

REFUSED = "adjustment_refused"
"""The text by which it is known that one of these triggers refused."""

_FACTS = "request_id, {0}.effect, {0}.amount, {0}.currency, {0}.account, {0}.reason, {0}.made_by_id"
_FINAL = ", ".join(
    f"'{status.value}'"
    for status in (
        AdjustmentStatus.REJECTED,
        AdjustmentStatus.APPLIED,
        AdjustmentStatus.WITHDRAWN,
    )
)


def _refuse(why: str) -> str:
    return f"RAISE EXCEPTION '{REFUSED}: {why}' USING ERRCODE = 'check_violation';"


class IsCheckedByAnother(AuditTrigger):
    """Neither the maker's other accounts check, nor anybody beyond the limits of their roles."""

    name = "is_checked_by_another"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF NEW.checked_by_id IS NULL OR (TG_OP = 'UPDATE' AND OLD.checked_by_id IS NOT NULL
                AND OLD.checked_by_id = NEW.checked_by_id) THEN
                RETURN NEW;
            END IF;
            IF NEW.checked_by_id = NEW.made_by_id OR EXISTS (
                SELECT FROM people_user a JOIN people_user b ON a.person_id = b.person_id
                 WHERE a.id = NEW.checked_by_id AND b.id = NEW.made_by_id) THEN
                {_refuse("maker and checker are two persons")}
            END IF;
            IF NEW.status <> '{AdjustmentStatus.REJECTED}' AND NOT EXISTS (
                SELECT FROM incidents_adjustmentlimit l
                  JOIN people_rolegrant g ON g.role = l.role
                 WHERE g.user_id = NEW.checked_by_id AND g.starts_at <= now()
                   AND (g.ends_at IS NULL OR g.ends_at > now())
                   AND l.currency = NEW.currency AND l.amount >= NEW.amount) THEN
                {_refuse("the amount is over the limits of the checker")}
            END IF;
            RETURN NEW;
        """


class StaysAsApproved(AuditTrigger):
    """What was decided stays; what is altered after an approval must be approved anew."""

    name = "stays_as_approved"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        proposed, approved = AdjustmentStatus.PROPOSED, AdjustmentStatus.APPROVED
        applied = AdjustmentStatus.APPLIED
        return f"""
            IF TG_OP = 'DELETE' THEN
                {_refuse("an account adjustment stays")}
            ELSIF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{proposed}' THEN
                    {_refuse("an account adjustment begins by being proposed")}
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.status IN ({_FINAL}) THEN
                {_refuse("what was decided stays")}
            END IF;
            IF (OLD.{_FACTS.format("OLD")}) IS DISTINCT FROM (NEW.{_FACTS.format("NEW")})
                AND NEW.status <> '{proposed}' THEN
                {_refuse("what is altered must be approved anew")}
            END IF;
            IF OLD.status = '{approved}' AND NEW.status IN ('{approved}', '{applied}')
                AND (OLD.checked_by_id, OLD.checked_at, OLD.check_note)
                    IS DISTINCT FROM (NEW.checked_by_id, NEW.checked_at, NEW.check_note) THEN
                {_refuse("an approval stays as it was given")}
            END IF;
            IF NEW.status = '{applied}' AND OLD.status <> '{approved}' THEN
                {_refuse("only what is approved is applied")}
            END IF;
            RETURN NEW;
        """
