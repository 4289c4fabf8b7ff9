"""What the database does about conflicts: refuses to begin with one open, and to have one accepted
by somebody involved; and notes whatever was altered, so that they are looked for again."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from changes.enums import (
    CLAIMING,
    IN_PLAY,
    CheckSubject,
    ConflictStatus,
    Severity,
    Status,
)
from changes.triggers import involved, refuse


def _list(statuses: tuple[Status, ...]) -> str:
    return ", ".join(f"'{status}'" for status in statuses)


class WaitsForItsConflicts(AuditTrigger):
    """On changes: none is scheduled or begins while a blocking conflict is open, unless the other
    change has no claim to its window yet."""

    name = "waits_for_its_conflicts"
    when = pgtrigger.Before
    operation = pgtrigger.Update

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF NEW.status IN ('{Status.SCHEDULED}', '{Status.IMPLEMENTING}')
               AND NEW.status <> OLD.status AND EXISTS (
                SELECT FROM changes_conflict k
                  LEFT JOIN changes_change c
                    ON c.id = CASE WHEN k.change_id = NEW.id THEN k.other_id ELSE k.change_id END
                 WHERE (k.change_id = NEW.id OR k.other_id = NEW.id)
                   AND k.status = '{ConflictStatus.OPEN}' AND k.severity = '{Severity.BLOCKING}'
                   AND (k.other_id IS NULL OR c.status IN ({_list(CLAIMING)}))) THEN
                {refuse("a conflict is open")}
            END IF;
            RETURN NEW;
        """


class IsAcceptedFromOutside(AuditTrigger):
    """On conflicts: a blocking one is accepted by nobody who has a part in either change."""

    name = "is_accepted_from_outside"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF NEW.status = '{ConflictStatus.ACCEPTED}' AND NEW.severity = '{Severity.BLOCKING}'
               AND (TG_OP = 'INSERT' OR OLD.status = '{ConflictStatus.OPEN}'
                    OR OLD.accepted_by_id IS DISTINCT FROM NEW.accepted_by_id)
               AND EXISTS (
                SELECT FROM people_user u
                 WHERE u.id = NEW.accepted_by_id AND (u.person_id IS NULL OR u.person_id IN (
                    {involved("NEW.change_id")} UNION {involved("NEW.other_id")}))) THEN
                {refuse("nobody involved accepts a conflict")}
            END IF;
            RETURN NEW;
        """


class NotesAlteration(AuditTrigger):
    """Writes down what was altered: `column` names it, and a row whose `watched` columns stay as
    they are is passed over. Without `watched`, coming and going alone count; `is_bare` leaves these
    out, where what is new concerns no change yet."""

    when = pgtrigger.After

    def __init__(
        self,
        subject: CheckSubject,
        column: str,
        *,
        watched: tuple[str, ...] = (),
        name: str = "notes_alteration",
        is_bare: bool = False,
    ) -> None:
        self.subject, self.column, self.watched = subject, column, watched
        every = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
        super().__init__(name=name, operation=pgtrigger.Update if is_bare else every)

    def get_func(self, model: type[Any]) -> str:
        old = ", ".join(f"OLD.{name}" for name in self.watched)
        new = ", ".join(f"NEW.{name}" for name in self.watched)
        is_same = f"({old}) IS NOT DISTINCT FROM ({new})" if self.watched else "true"
        return f"""
            IF TG_OP = 'UPDATE' AND {is_same} THEN RETURN NULL; END IF;
            IF TG_OP <> 'INSERT' AND OLD.{self.column} IS NOT NULL THEN
                {_note(self.subject, f"OLD.{self.column}")}
            END IF;
            IF TG_OP <> 'DELETE' AND NEW.{self.column} IS NOT NULL AND
               (TG_OP = 'INSERT' OR NEW.{self.column} IS DISTINCT FROM OLD.{self.column}) THEN
                {_note(self.subject, f"NEW.{self.column}")}
            END IF;
            RETURN NULL;
        """


class NotesReplanning(AuditTrigger):
    """On changes: another window, other people, or it comes into play or leaves it."""

    name = "notes_replanning"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    watched = ("planned_start_at", "planned_end_at", "implementer_id", "builder_id", "type")

    def get_func(self, model: type[Any]) -> str:
        def told(row: str) -> str:
            columns = ", ".join(f"{row}.{name}" for name in (*self.watched, "environment"))
            return f"({columns}, {row}.status IN ({_list(IN_PLAY)}))"

        return f"""
            IF TG_OP = 'UPDATE' AND {told("OLD")} IS NOT DISTINCT FROM {told("NEW")} THEN
                RETURN NULL;
            END IF;
            {_note(CheckSubject.CHANGE, "NEW.id")}
            RETURN NULL;
        """


def _note(subject: CheckSubject, key: str) -> str:
    return f"""INSERT INTO changes_conflictcheck (subject, subject_id, noted_at)
               VALUES ('{subject}', {key}, clock_timestamp());"""
