"""Which freezes hold for what a change touches, in SQL: one definition for queries and the trigger.

A freeze is global unless it is narrowed. Countries, tiers and services narrow by services: one and
the same must fit all of them. A change touches the services it names and those that directly need
an asset it names, so that leaving the service out is no way around a freeze.
"""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from changes.enums import FreezeMode, Status
from changes.freeze_budget import DEFAULT
from changes.triggers import involved, refuse


def services_of(change: str) -> str:
    """The ids of the services that a change touches, as SQL."""
    return f"""
        SELECT f.service_id AS id FROM changes_affectedservice f WHERE f.change_id = {change}
        UNION
        SELECT d.service_id FROM assets_dependency d
          JOIN changes_changedasset x ON x.asset_id = d.needs_id
         WHERE x.change_id = {change} AND d.service_id IS NOT NULL
           AND d.starts_on <= current_date AND coalesce(d.ends_on > current_date, true)
    """


def _services_among(services: str, assets: str) -> str:
    """The same of two arrays of ids."""
    return f"""
        SELECT unnest({services})
        UNION
        SELECT d.service_id FROM assets_dependency d
         WHERE d.needs_id = ANY ({assets}) AND d.service_id IS NOT NULL
           AND d.starts_on <= current_date AND coalesce(d.ends_on > current_date, true)
    """


def assets_of(change: str) -> str:
    return f"SELECT x.asset_id AS id FROM changes_changedasset x WHERE x.change_id = {change}"


def fits(services: str, assets: str) -> str:
    """Whether a window `w` is about any of the services and, where it names classes, assets."""
    by_name = "EXISTS (SELECT FROM changes_frozenservice n WHERE n.window_id = w.id)"
    return f"""(
        (cardinality(w.countries) = 0 AND cardinality(w.tiers) = 0 AND NOT {by_name}
         OR EXISTS (
            SELECT FROM assets_service s WHERE s.id IN ({services})
               AND (cardinality(w.countries) = 0 OR s.countries && w.countries)
               AND (cardinality(w.tiers) = 0 OR s.tier = ANY (w.tiers))
               AND (NOT {by_name} OR EXISTS (SELECT FROM changes_frozenservice n
                        WHERE n.window_id = w.id AND n.service_id = s.id)))
         OR cardinality(w.tiers) = 0 AND NOT {by_name} AND EXISTS (
            SELECT FROM assets_asset a WHERE a.id IN ({assets})
               AND a.data_residency = ANY (w.countries)))
        AND (cardinality(w.asset_classes) = 0 OR EXISTS (
            SELECT FROM assets_asset a WHERE a.id IN ({assets})
               AND a.asset_class = ANY (w.asset_classes))))"""


def overlaps(start: str, end: str) -> str:
    """Whether an occurrence `o` has a part between two moments."""
    return f"tstzrange(o.starts_at, o.ends_at) && tstzrange({start}, {end})"


def excepted(change: str) -> str:
    """Whether two people agreed to let a change into an occurrence `o`: different ones, with no
    part in it, neither of them whoever asked. By person: a second account is nobody else."""
    return f"""EXISTS (
        SELECT FROM changes_freezeexception e
          JOIN people_user p ON p.id = e.asked_by_id
          JOIN people_user q ON q.id = e.approved_by_id
          JOIN people_user r ON r.id = e.second_approved_by_id
         WHERE e.change_id = {change} AND e.window_id = o.window_id
           AND e.occurs_at = o.starts_at
           AND q.person_id <> r.person_id
           AND p.person_id IS DISTINCT FROM q.person_id
           AND p.person_id IS DISTINCT FROM r.person_id
           AND q.person_id NOT IN ({involved(change)})
           AND r.person_id NOT IN ({involved(change)}))"""


# With the change, the start and the end as parameters, in the order in which they stand.
HITTING = f"""
    SELECT o.id FROM changes_freezeoccurrence o
      JOIN changes_freezewindow w ON w.id = o.window_id
      JOIN (SELECT %s::bigint AS id) AS c ON true
     WHERE {overlaps("%s", "%s")} AND {fits(services_of("c.id"), assets_of("c.id"))}
"""
# With the change, its services and its assets, and the start and the end as they might be.
FREEZING = f"""
    SELECT w.id, w.mode, o.starts_at, o.ends_at FROM changes_freezeoccurrence o
      JOIN changes_freezewindow w ON w.id = o.window_id AND w.is_active
      JOIN (SELECT %s::bigint AS id, %s::bigint[] AS services, %s::bigint[] AS assets) AS c ON true
     WHERE {overlaps("%s", "%s")}
       AND {fits(_services_among("c.services", "c.assets"), "SELECT unnest(c.assets)")}
       AND NOT {excepted("c.id")}
     ORDER BY w.id, o.starts_at
"""
EXCEPTED = f"""
    SELECT o.id FROM changes_freezeoccurrence o
      JOIN (SELECT %s::bigint AS id) AS c ON true
     WHERE o.window_id IN (
           SELECT x.window_id FROM changes_freezeexception x WHERE x.change_id = c.id)
       AND {excepted("c.id")}
"""
HOLDING = f"""
    SELECT w.id FROM changes_freezewindow w
      JOIN (SELECT %s::bigint AS id) AS c ON true
     WHERE {fits("c.id", "SELECT NULL::bigint")}
"""
HIT_BY = f"""
    SELECT c.id FROM changes_change c
      JOIN changes_freezewindow w ON w.id = %s
     WHERE EXISTS (SELECT FROM changes_freezeoccurrence o
                    WHERE o.window_id = w.id
                      AND {overlaps("c.planned_start_at", "c.planned_end_at")})
       AND {fits(services_of("c.id"), assets_of("c.id"))}
"""


class KeepsOutOfFreezes(AuditTrigger):
    """No change is scheduled into a freeze that blocks, nor begins inside one, unless excepted."""

    name = "keeps_out_of_freezes"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    declare = [("from_", "timestamptz"), ("until_", "timestamptz")]

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF NEW.status = '{Status.SCHEDULED}' AND (
                OLD.status <> NEW.status
                OR (NEW.planned_start_at, NEW.planned_end_at)
                   IS DISTINCT FROM (OLD.planned_start_at, OLD.planned_end_at)) THEN
                from_ := NEW.planned_start_at;
                until_ := NEW.planned_end_at;
            ELSIF NEW.status = '{Status.IMPLEMENTING}' AND OLD.status <> NEW.status THEN
                from_ := clock_timestamp();
                until_ := from_ + interval '1 second';
            END IF;
            IF from_ IS NOT NULL AND EXISTS (
                SELECT FROM changes_freezeoccurrence o
                  JOIN changes_freezewindow w ON w.id = o.window_id
                 WHERE w.is_active AND w.mode = '{FreezeMode.BLOCK}'
                   AND {overlaps("from_", "until_")}
                   AND {fits(services_of("NEW.id"), assets_of("NEW.id"))}
                   AND NOT {excepted("NEW.id")}) THEN
                {refuse("a freeze is in force")}
            END IF;
            RETURN NEW;
        """


class SpendsFromItsBudget(AuditTrigger):
    """No more exceptions are granted than the budget has left, two at once neither; what was
    granted is not made another one."""

    name = "spends_from_its_budget"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare = [("team_", "bigint"), ("spent_", "bigint"), ("allowed_", "bigint")]

    def get_func(self, model: type[Any]) -> str:
        kept = ("change_id", "window_id", "occurs_at", "year", "is_beyond_budget", "asked_by_id")
        old, new = (", ".join(f"{row}.{name}" for name in kept) for row in ("OLD", "NEW"))
        return f"""
            IF TG_OP = 'UPDATE' AND OLD.second_approved_at IS NOT NULL THEN
                IF ({old}) IS DISTINCT FROM ({new}) OR NEW.second_approved_at IS NULL THEN
                    {refuse("what two people agreed to stays as it is")}
                END IF;
                RETURN NEW;
            END IF;
            IF NEW.second_approved_at IS NULL OR NEW.is_beyond_budget THEN RETURN NEW; END IF;
            team_ := (SELECT c.team_id FROM changes_change c WHERE c.id = NEW.change_id);
            PERFORM pg_advisory_xact_lock(7311015, hashtext(team_ || ':' || NEW.year));
            spent_ := (SELECT count(*) FROM changes_freezeexception e
                         JOIN changes_change c ON c.id = e.change_id
                        WHERE c.team_id = team_ AND e.year = NEW.year AND e.id <> NEW.id
                          AND e.second_approved_at IS NOT NULL AND NOT e.is_beyond_budget);
            allowed_ := coalesce((SELECT b.allowed FROM changes_freezebudget b
                                   WHERE b.team_id = team_ AND b.year = NEW.year), {DEFAULT});
            IF spent_ >= allowed_ THEN
                {refuse("the budget of exceptions is spent")}
            END IF;
            RETURN NEW;
        """
