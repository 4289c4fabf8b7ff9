"""What the database itself refuses about control failures."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger


class StaysAsSettled(AuditTrigger):
    """What was found stays as it was found; what is settled stays as it was settled; none goes."""

    name = "stays_as_settled"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: Any) -> str:
        return """
            IF TG_OP = 'DELETE' OR OLD.status = 'settled'
                OR (OLD.kind, OLD.found, OLD.started_at)
                    IS DISTINCT FROM (NEW.kind, NEW.found, NEW.started_at)
                OR (OLD.ended_at IS NOT NULL AND OLD.ended_at IS DISTINCT FROM NEW.ended_at)
            THEN
                RAISE EXCEPTION 'a control failure stays as it was found' USING ERRCODE = '42501';
            END IF;
            RETURN NEW;
        """
