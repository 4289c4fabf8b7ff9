"""What the database itself refuses about lives, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger


class KeepsWhatWasTold(AuditTrigger):
    """An event is never altered and never goes; once, it may be superseded."""

    name = "keeps_what_was_told"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return """
            IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
               AND to_jsonb(NEW) - 'superseded_at' = to_jsonb(OLD) - 'superseded_at' THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'what was told of a life stays: supersede it'
                USING ERRCODE = 'check_violation';
        """
