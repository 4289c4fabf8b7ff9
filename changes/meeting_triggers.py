"""What the database refuses about meetings and conditions: minutes that were closed stay as they
are, and nothing starts before what the board asked for is done."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from changes.enums import MeetingStatus, Status
from changes.triggers import refuse

_OVER = ", ".join(
    f"'{status}'"
    for status in (MeetingStatus.CLOSED, MeetingStatus.SIGNED, MeetingStatus.CANCELLED)
)


class WaitsForConditions(AuditTrigger):
    """On changes: none starts while a condition of its approval is not cleared."""

    name = "waits_for_conditions"
    when = pgtrigger.Before
    operation = pgtrigger.Update

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF NEW.status = '{Status.IMPLEMENTING}' AND OLD.status <> NEW.status AND EXISTS (
                SELECT FROM changes_condition k
                 WHERE k.change_id = NEW.id AND k.cleared_at IS NULL) THEN
                {refuse("a condition of its approval is not cleared")}
            END IF;
            RETURN NEW;
        """


class StaysAsSet(AuditTrigger):
    """On conditions: what was asked for and of whom stays, and what was cleared stays cleared."""

    name = "stays_as_set"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        kept = ("change_id", "meeting_id", "text", "owner_id", "set_at", "set_by_id")
        old = ", ".join(f"OLD.{name}" for name in kept)
        new = ", ".join(f"NEW.{name}" for name in kept)
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a condition is cleared, never taken away")}
            END IF;
            IF OLD.cleared_at IS NOT NULL OR ({old}) IS DISTINCT FROM ({new}) THEN
                {refuse("a condition is not altered")}
            END IF;
            RETURN NEW;
        """


class KeepsItsMinutes(AuditTrigger):
    """On meetings: signed means signed, by the hash of its minutes; none is taken away."""

    name = "keeps_its_minutes"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN {refuse("a meeting is cancelled, never taken away")} END IF;
            IF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{MeetingStatus.PLANNED}' THEN
                    {refuse("a meeting begins as planned")}
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.status IN ('{MeetingStatus.SIGNED}', '{MeetingStatus.CANCELLED}') THEN
                {refuse("this meeting is over and its minutes stay as they are")}
            END IF;
            IF OLD.status = '{MeetingStatus.CLOSED}' AND NEW.status <> '{MeetingStatus.SIGNED}' THEN
                {refuse("a closed meeting is only signed")}
            END IF;
            IF NEW.status IN ('{MeetingStatus.CLOSED}', '{MeetingStatus.SIGNED}')
               AND NOT EXISTS (SELECT FROM changes_minutes m WHERE m.meeting_id = NEW.id) THEN
                {refuse("a meeting closes with minutes")}
            END IF;
            IF NEW.status = '{MeetingStatus.SIGNED}' AND NOT EXISTS (
                SELECT FROM changes_minutes m
                 WHERE m.meeting_id = NEW.id AND m.sha256 = NEW.signed_hash) THEN
                {refuse("the signature is of other minutes")}
            END IF;
            RETURN NEW;
        """


class StaysInMinutes(AuditTrigger):
    """On what minutes are made of: after the meeting it neither comes, goes nor changes."""

    name = "stays_in_minutes"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("held", "record")]

    def get_func(self, model: type[Any]) -> str:
        return f"""
            SELECT m.status INTO held FROM changes_meeting m
             WHERE m.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.meeting_id ELSE NEW.meeting_id END
               FOR SHARE;
            IF held.status IN ({_OVER}) THEN
                {refuse("the minutes of this meeting are made")}
            END IF;
            IF TG_OP = 'UPDATE' AND OLD.meeting_id <> NEW.meeting_id THEN
                {refuse("this belongs to another meeting")}
            END IF;
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        """
