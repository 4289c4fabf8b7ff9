"""What the database itself refuses about warrants to erase and about legal holds."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger

REFUSED = "erasure_refused"
ERASER_ROLE = "itsm_eraser"


def refuse(why: str) -> str:
    return f"RAISE EXCEPTION '{REFUSED}: {why}' USING ERRCODE = 'check_violation';"


HELD = """EXISTS (
    SELECT FROM jsonb_array_elements(NEW.targets) t
      JOIN audit_legalhold h ON h.relation = t->>'relation' AND h.key = t->>'key'
     WHERE h.lifted_at IS NULL)"""


class NeedsThreePersons(AuditTrigger):
    """On warrants: who asked and the two who approved are three persons; nothing of it is under
    hold; only the eraser says that it was carried out, once."""

    name = "needs_three_persons"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a warrant stays")}
            ELSIF TG_OP = 'UPDATE' THEN
                IF session_user <> '{ERASER_ROLE}' OR OLD.used_at IS NOT NULL
                    OR to_jsonb(OLD) - 'used_at' IS DISTINCT FROM to_jsonb(NEW) - 'used_at' THEN
                    {refuse("a warrant is used once, by the eraser")}
                END IF;
            ELSIF NEW.used_at IS NOT NULL THEN
                {refuse("a warrant is used once, by the eraser")}
            END IF;
            IF (SELECT count(DISTINCT person_id) FROM people_user
                 WHERE id IN (NEW.asked_by_id, NEW.first_by_id, NEW.second_by_id)) <> 3 THEN
                {refuse("who asks and who approves are three persons")}
            END IF;
            IF {HELD} THEN
                {refuse("a record is under legal hold")}
            END IF;
            RETURN NEW;
        """


class IsTakenBackOnce(AuditTrigger):
    """On legal holds: they are lifted, never altered or deleted."""

    name = "is_taken_back_once"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF TG_OP = 'DELETE' OR OLD.lifted_at IS NOT NULL
                OR to_jsonb(OLD) - '{{lifted_at,lifted_by_id}}'::text[] IS DISTINCT FROM
                   to_jsonb(NEW) - '{{lifted_at,lifted_by_id}}'::text[] THEN
                {refuse("a legal hold is lifted once, and stays on record")}
            END IF;
            RETURN NEW;
        """
