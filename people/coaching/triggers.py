"""What the database itself refuses about coaching sessions."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from people.confidential.enums import CoachingStatus as S
from people.review_triggers import refuse


class GoesForward(AuditTrigger):
    """A session is planned, held and followed up, or cancelled; whose it is stays, and so does what
    the employee acknowledged. What is over stays as it was."""

    name = "goes_forward"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        fixed = "{0}.record_id, {0}.lead_id, {0}.employee_id"
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a coaching session stays on record")}
            ELSIF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{S.PLANNED}' THEN
                    {refuse("a coaching session begins as planned")}
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.status IN ('{S.CLOSED}', '{S.CANCELLED}')
               OR ({fixed.format("OLD")}) IS DISTINCT FROM ({fixed.format("NEW")})
               OR (OLD.held_at IS NOT NULL AND NEW.held_at IS DISTINCT FROM OLD.held_at)
               OR (OLD.acknowledged_at IS NOT NULL
                   AND NEW.acknowledged_at IS DISTINCT FROM OLD.acknowledged_at)
               OR (OLD.status = '{S.PLANNED}' AND NEW.status = '{S.CLOSED}')
               OR (OLD.status = '{S.HELD}' AND NEW.status NOT IN ('{S.HELD}', '{S.CLOSED}')) THEN
                {refuse("a coaching session goes forward and then stays")}
            END IF;
            RETURN NEW;
        """
