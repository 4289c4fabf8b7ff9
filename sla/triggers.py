"""What the database itself refuses about lives and feedback, whoever asks."""

from datetime import timedelta

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger

AHEAD = timedelta(minutes=5)
"""How long before it is in force a clock profile is settled."""


class StaysOnceInForce(AuditTrigger):
    """A clock profile is made and altered ahead of its time only, and then stays for ever: no
    figure of the past changes with it."""

    name = "stays_once_in_force"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("ctx", "jsonb := nullif(current_setting('itsm.context', true), '')::jsonb")]

    def get_func(self, model: models.Model) -> str:
        ahead = f"statement_timestamp() + interval '{AHEAD.total_seconds():.0f} s'"
        return f"""
            IF (TG_OP = 'INSERT' OR OLD.starts_at > {ahead})
               AND (TG_OP = 'DELETE' OR NEW.starts_at > {ahead}
                    OR ctx->>'channel' = 'demo') THEN
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'a clock profile stays once it is in force'
                USING ERRCODE = 'check_violation';
        """


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
