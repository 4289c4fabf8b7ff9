"""What the database itself refuses about problems, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger


class FixIsLinked(AuditTrigger):
    """A problem whose fix is in a change names a change."""

    name = "fix_is_linked"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: models.Model) -> str:
        return """
            IF NEW.status = 'fix_in_change' AND NOT EXISTS (
                SELECT FROM incidents_problemchange WHERE problem_id = NEW.id
            ) THEN
                RAISE EXCEPTION 'a problem whose fix is in a change names that change'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class KeepsTheFix(AuditTrigger):
    """The last change of a problem stays linked while its fix is in a change."""

    name = "keeps_the_fix"
    when = pgtrigger.After
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return """
            IF EXISTS (
                SELECT FROM incidents_problem WHERE id = OLD.problem_id
                   AND status = 'fix_in_change'
            ) AND NOT EXISTS (
                SELECT FROM incidents_problemchange WHERE problem_id = OLD.problem_id
            ) THEN
                RAISE EXCEPTION 'a problem whose fix is in a change names that change'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """
