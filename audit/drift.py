"""Are the triggers in the database those that the code has, and always on?

Reconciliation finds what was changed while they were off; this finds that they are off, missing or
others. The texts are compared, not the hashes beside them: who alters a function copies its hash.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from django.apps import apps
from django.db import connection

from audit.structure import watch_is_missing

_TRIGGERS = """
    SELECT c.relname, t.tgname, t.tgenabled, t.tgtype, t.tgqual IS NOT NULL,
           p.proname, p.prosrc, p.prosecdef, array_to_string(p.proconfig, ' ')
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
"""
_CONFIG = (
    "search_path=public, pg_temp TimeZone=UTC DateStyle=ISO, YMD"
    " IntervalStyle=iso_8601 extra_float_digits=1"
)
_BODY = re.compile(r"AS \$\$(.*?)\$\$;", re.DOTALL)
_FIRES = re.compile(
    r"CREATE TRIGGER \S+ (BEFORE|AFTER|INSTEAD OF) (.*?) ON \S+\s+"
    r"FOR EACH (ROW|STATEMENT) (.*?)EXEC",
    re.DOTALL,
)
_BITS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
ALWAYS = "A"


def drifted(tables: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Each table with what is wrong about one of its triggers, in words."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        found = {(row[0], row[1]): row[2:] for row in cursor.fetchall()}
    known = set()
    for table, name, sql in _wanted():
        known.add((table, name))
        if tables and table not in tables:
            continue
        label = re.sub(r"^pgtrigger_|_[0-9a-f]{5}$", "", name)
        if (table, name) not in found:
            yield table, f"trigger {label} is missing"
        elif what := _unlike(sql, name, *found[table, name]):
            yield table, f"trigger {label} {what}"
    for table, name in sorted(found.keys() - known):
        if (not tables or table in tables) and table in {owned for owned, _name in known}:
            yield table, f"trigger {name} is none of ours"
    if not tables and (what := watch_is_missing()):
        yield "database", what


def _wanted() -> Iterator[tuple[str, str, str]]:
    """Table, name and SQL of every trigger that the code has."""
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", []):
            yield model._meta.db_table, trigger.get_pgid(model), trigger.compile(model).install_sql


def _unlike(
    sql: str,
    name: str,
    enabled: str,
    kind: int,
    has_condition: bool,
    function: str,
    body: str,
    is_definer: bool,
    config: str,
) -> str:
    """How the trigger of the database differs from its SQL; empty where it does not."""
    if enabled != ALWAYS:
        return "is switched off" if enabled == "D" else "is not always on"
    wanted, fires = _BODY.search(sql), _FIRES.search(sql)
    if function != name or wanted is None or body != wanted[1]:
        return "does not do what the code says"
    if not is_definer or config != _CONFIG:
        return "runs with other settings"
    if fires is None or (kind, has_condition) != _kind_of(fires):
        return "fires at another time"
    return ""


def _kind_of(fires: re.Match[str]) -> tuple[int, bool]:
    """PostgreSQL's `tgtype` of a trigger, and whether it has a condition."""
    moment, verbs, level, condition = fires.groups()
    bits: Any = sum(bit for verb, bit in _BITS.items() if verb in verbs)
    bits += (level == "ROW") + 2 * (moment == "BEFORE") + 64 * (moment == "INSTEAD OF")
    return bits, bool(condition.strip())
