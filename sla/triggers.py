"""What the database itself refuses about lives and feedback, whoever asks."""

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


class FitsItsQuestion(AuditTrigger):
    """A score is on the scale that was asked for, and an answer stays as it was given."""

    name = "fits_its_question"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: models.Model) -> str:
        return """
            IF TG_OP = 'UPDATE' AND (NEW.score, NEW.invitation_id) IS DISTINCT FROM
                (OLD.score, OLD.invitation_id) THEN
                RAISE EXCEPTION 'an answer stays as it was given' USING ERRCODE = 'check_violation';
            END IF;
            IF NOT EXISTS (
                SELECT FROM sla_feedbackinvitation WHERE id = NEW.invitation_id
                   AND ((kind = 'csat' AND NEW.score BETWEEN 1 AND 5)
                     OR (kind = 'nps' AND NEW.score BETWEEN 0 AND 10))
            ) THEN
                RAISE EXCEPTION 'the score is not on the scale that was asked for'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """
