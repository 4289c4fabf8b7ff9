"""What the database itself refuses about working calendars: what is past stays as it was."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from people.review_triggers import refuse

_ADOPTED = "(SELECT adopted_at IS NOT NULL FROM people_workcalendar WHERE id = {row}.calendar_id)"
_TODAY = "(clock_timestamp() AT TIME ZONE {zone})::date"
_ZONE = """coalesce((SELECT w.time_zone FROM people_workweek w
    WHERE w.calendar_id = {row}.calendar_id ORDER BY w.starts_on DESC LIMIT 1), 'UTC')"""


class _WholeLife(AuditTrigger):
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class StaysAdopted(AuditTrigger):
    """On calendars: what is adopted has a week, and is not taken back into a draft or away."""

    name = "stays_adopted"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                IF OLD.adopted_at IS NOT NULL THEN
                    {refuse("a calendar in use stays")}
                END IF;
                RETURN OLD;
            END IF;
            IF OLD.adopted_at IS NOT NULL AND NEW.adopted_at IS DISTINCT FROM OLD.adopted_at THEN
                {refuse("a calendar is adopted once")}
            END IF;
            IF NEW.adopted_at IS NOT NULL AND NOT EXISTS (
                SELECT FROM people_workweek WHERE calendar_id = NEW.id) THEN
                {refuse("a calendar without working time")}
            END IF;
            RETURN NEW;
        """


class StaysOnceBegun(_WholeLife):
    """On weeks: of a calendar in use one that has begun stays, and none begins in the past; the
    periods of a week are some and overlap nowhere."""

    name = "stays_once_begun"
    declare = [("all_", "bigint"), ("apart_", "bigint")]

    def get_func(self, model: type[Any]) -> str:
        begun = "{row}.starts_on <= " + _TODAY.format(zone="{row}.time_zone") + f" AND {_ADOPTED}"
        return f"""
            IF TG_OP <> 'INSERT' THEN
                IF {begun.format(row="OLD")} THEN
                    {refuse("a week that has begun stays")}
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            END IF;
            IF {begun.format(row="NEW")} THEN
                {refuse("a new week begins tomorrow at the earliest")}
            END IF;
            WITH told AS (
                SELECT (p->>0)::int * 1440 + (p->>1)::int AS opens,
                       (p->>0)::int * 1440 + (p->>2)::int AS closes
                  FROM jsonb_array_elements(NEW.periods) p
            ), pieces AS (
                SELECT int4range(opens, least(closes, 10080)) AS piece FROM told
                 UNION ALL SELECT int4range(0, closes - 10080) FROM told WHERE closes > 10080
            )
            SELECT sum(upper(piece) - lower(piece)),
                   (SELECT sum(upper(u) - lower(u)) FROM unnest(range_agg(piece)) u)
              INTO all_, apart_ FROM pieces;
            IF coalesce(all_, 0) = 0 THEN
                {refuse("a calendar without working time")}
            END IF;
            IF all_ <> apart_ THEN
                {refuse("periods overlap")}
            END IF;
            RETURN NEW;
        """


class ClosesAhead(_WholeLife):
    """On closing days: of a calendar in use only days to come are closed or opened again."""

    name = "closes_ahead"

    def get_func(self, model: type[Any]) -> str:
        past = "{row}.day <= " + _TODAY.format(zone=_ZONE) + f" AND {_ADOPTED}"
        refused = refuse("what is past stays as it was")
        return f"""
            IF TG_OP <> 'INSERT' AND {past.format(row="OLD")} THEN
                {refused}
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            IF {past.format(row="NEW")} THEN
                {refused}
            END IF;
            RETURN NEW;
        """
