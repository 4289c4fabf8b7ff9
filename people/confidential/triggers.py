"""What the database itself refuses about confidential records: Python decides, SQL only refuses."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from people.confidential.enums import EntryKind, GlassStatus, MeetingStatus
from people.review_triggers import refuse, same_person

_EVERY = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
_FIXED = ("record_id", "code", "kind", "author_id", "written_at", "moved_from_id")
_DECIDED = f"'{GlassStatus.ENDED}', '{GlassStatus.REFUSED}', '{GlassStatus.WITHDRAWN}'"


class IsWrittenByParticipants(AuditTrigger):
    """On sealed entries: participants write them, of a record that has not ended; whose an entry is
    and where it stands never changes; what belongs to a conversation is of the same record."""

    name = "is_written_by_participants"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare = [("ended_", "timestamptz")]

    def get_func(self, model: type[Any]) -> str:
        fixed = (
            "{0}.record_id, {0}.code, {0}.kind, {0}.author_id, {0}.written_at, {0}.moved_from_id"
        )
        return f"""
            IF TG_OP = 'UPDATE' AND
                ({fixed.format("OLD")}) IS DISTINCT FROM ({fixed.format("NEW")}) THEN
                {refuse("a sealed entry stays where it was written")}
            END IF;
            SELECT ended_at INTO ended_ FROM people_confidentialrecord
             WHERE id = NEW.record_id FOR NO KEY UPDATE;
            IF ended_ IS NOT NULL THEN
                {refuse("the record has ended")}
            END IF;
            IF NOT EXISTS (SELECT FROM people_participant p
                            WHERE p.record_id = NEW.record_id AND p.user_id = NEW.author_id) THEN
                {refuse("only participants write in a confidential record")}
            END IF;
            IF NEW.closed_by_id IS NOT NULL AND NOT EXISTS (SELECT FROM people_participant p
                WHERE p.record_id = NEW.record_id AND p.user_id = NEW.closed_by_id) THEN
                {refuse("only participants write in a confidential record")}
            END IF;
            IF NEW.owner_id IS NOT NULL AND NOT EXISTS (SELECT FROM people_participant p
                WHERE p.record_id = NEW.record_id AND p.user_id = NEW.owner_id) THEN
                {refuse("an action is for a participant")}
            END IF;
            IF NEW.meeting_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM people_oneonone m JOIN people_oneononeseries s ON s.id = m.series_id
                 WHERE m.id = NEW.meeting_id AND s.record_id = NEW.record_id) THEN
                {refuse("the conversation is of another record")}
            END IF;
            IF NEW.moved_from_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM people_sealedentry e
                  JOIN people_oneononeseries was ON was.record_id = e.record_id
                  JOIN people_oneononeseries is_ ON is_.record_id = NEW.record_id
                 WHERE e.id = NEW.moved_from_id AND NEW.kind = '{EntryKind.TOPIC}'
                   AND e.kind = NEW.kind AND was.employee_id = is_.employee_id
                   AND NEW.author_id = is_.employee_id) THEN
                {refuse("the employee alone moves topics, between their own series")}
            END IF;
            RETURN NEW;
        """


class StaysAsHeld(AuditTrigger):
    """On conversations: what is closed or skipped stays, and nothing is deleted."""

    name = "stays_as_held"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF TG_OP = 'DELETE' OR OLD.series_id <> NEW.series_id OR OLD.status IN
                ('{MeetingStatus.CLOSED}', '{MeetingStatus.SKIPPED}') THEN
                {refuse("a conversation stays as it was held")}
            END IF;
            RETURN NEW;
        """


class IsOpenForADay(AuditTrigger):
    """On break-glass accesses: nobody asks for a record of their own; it opens once two others have
    approved, for a day from then on; what was decided stays."""

    name = "is_open_for_a_day"
    when = pgtrigger.Before
    operation = _EVERY

    def get_func(self, model: type[Any]) -> str:
        fixed = "{0}.record_id, {0}.code, {0}.sealed_reason, {0}.asked_by_id, {0}.asked_at"
        own = same_person("p.user_id", "NEW.asked_by_id")
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a break-glass access stays on record")}
            ELSIF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{GlassStatus.ASKED}' THEN
                    {refuse("a break-glass access begins by being asked for")}
                END IF;
                IF EXISTS (SELECT FROM people_participant p
                            WHERE p.record_id = NEW.record_id AND {own}) THEN
                    {refuse("participants need no break-glass")}
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.status IN ({_DECIDED}) OR
                ({fixed.format("OLD")}) IS DISTINCT FROM ({fixed.format("NEW")}) OR
                (OLD.opened_at IS NOT NULL AND OLD.opened_at IS DISTINCT FROM NEW.opened_at) THEN
                {refuse("what was asked and decided stays")}
            END IF;
            IF NEW.status IN ('{GlassStatus.OPEN}', '{GlassStatus.ENDED}') AND
                (SELECT count(*) FROM people_glassapproval WHERE access_id = NEW.id) <> 2 THEN
                {refuse("two persons have to approve it")}
            END IF;
            RETURN NEW;
        """


class IsOpenedByTwoOthers(AuditTrigger):
    """On approvals: neither who asked nor who takes part in the record approves, nobody twice, by
    person and not by account; nothing is approved once it is decided."""

    name = "is_opened_by_two_others"
    when = pgtrigger.Before
    operation = _EVERY
    declare = [("asked", "people_glassaccess")]

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF TG_OP <> 'INSERT' THEN
                {refuse("an approval stays")}
            END IF;
            SELECT * INTO asked FROM people_glassaccess
             WHERE id = NEW.access_id FOR NO KEY UPDATE;
            IF asked.status <> '{GlassStatus.ASKED}' THEN
                {refuse("this is decided already")}
            END IF;
            IF {same_person("NEW.approved_by_id", "asked.asked_by_id")} THEN
                {refuse("whoever asks does not approve")}
            END IF;
            IF EXISTS (SELECT FROM people_user
                        WHERE id = NEW.approved_by_id AND person_id IS NULL) THEN
                {refuse("a person has to approve this")}
            END IF;
            IF EXISTS (SELECT FROM people_glassapproval g WHERE g.access_id = NEW.access_id
                          AND {same_person("NEW.approved_by_id", "g.approved_by_id")}) THEN
                {refuse("one person approves once")}
            END IF;
            IF EXISTS (SELECT FROM people_participant p WHERE p.record_id = asked.record_id
                          AND {same_person("NEW.approved_by_id", "p.user_id")}) THEN
                {refuse("participants do not approve it")}
            END IF;
            RETURN NEW;
        """
