"""Makes the database's rights what the rule (`rights`) says, and tells where they differ.

Only what differs is granted or revoked: cheap at every start, and no noise where the database notes
changes of its structure.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.db import connection, transaction

from audit.rights import FUNCTIONS, ROLES, Wanted, rights_of

_ACTUAL = """
    SELECT c.relname, a.grantee::regrole::text, a.privilege_type, NULL
      FROM pg_class c, aclexplode(c.relacl) a
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
       AND a.grantee IN (SELECT oid FROM pg_roles WHERE rolname = ANY(%s) UNION SELECT 0)
    UNION ALL
    SELECT c.relname, a.grantee::regrole::text, a.privilege_type, t.attname
      FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
     WHERE c.relnamespace = 'public'::regnamespace AND t.attacl IS NOT NULL
       AND a.grantee IN (SELECT oid FROM pg_roles WHERE rolname = ANY(%s) UNION SELECT 0)
"""
_CALLERS = """
    SELECT p.oid::regprocedure::text, coalesce(nullif(a.grantee, 0)::regrole::text, 'PUBLIC')
      FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
     WHERE p.oid = to_regprocedure(%s) AND a.grantee <> p.proowner
"""
_EXISTING = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
"""
_OPEN_DOORS = (
    (
        "SELECT has_schema_privilege('public', 'public', 'CREATE')",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ),
    (
        "SELECT has_database_privilege('public', current_database(), 'TEMP')",
        "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
    ),
)

PUBLIC = "-"  # what PostgreSQL calls everybody, as a role


def grant() -> list[str]:
    """Give every role its rights and take what it has beyond them; the statements that it took.
    Needs the role that owns the tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        statements = list(differences())
        if statements:
            cursor.execute("; ".join(statements))
    return statements


def differences() -> Iterator[str]:
    """The statements that would make the rights of all roles what the rule says."""
    with connection.cursor() as cursor:
        cursor.execute(_EXISTING)
        existing = {name for (name,) in cursor.fetchall()}
        cursor.execute(_ACTUAL, [list(ROLES), list(ROLES)])
        whole: dict[tuple[str, str], set[str]] = defaultdict(set)
        parts: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
        for table, role, verb, column in cursor.fetchall():
            if column is None:
                whole[role, table].add(verb)
            else:
                parts[role, table].add((verb, column))
    for role in ROLES:
        yield from _of_role(role, rights_of(role), existing, whole, parts)
    for (role, table), verbs in sorted(whole.items()):
        if role == PUBLIC:
            yield f'REVOKE {", ".join(sorted(verbs))} ON "{table}" FROM PUBLIC'
    yield from _of_functions()
    yield from _of_doors()


def _of_role(
    role: str,
    wanted: Wanted,
    existing: set[str],
    whole: dict[tuple[str, str], set[str]],
    parts: dict[tuple[str, str], set[tuple[str, str]]],
) -> Iterator[str]:
    known = {table for owner, table in (*whole, *parts) if owner == role}
    for table in sorted(known | (existing & {*wanted.tables, *wanted.columns})):
        has, may = whole.get((role, table), set()), wanted.tables.get(table, frozenset())
        if too_much := has - may:
            yield f'REVOKE {", ".join(sorted(too_much))} ON "{table}" FROM {role}'
        if missing := may - has:
            yield f'GRANT {", ".join(sorted(missing))} ON "{table}" TO {role}'
        reads = {("SELECT", column) for column in wanted.columns.get(table, ())}
        has_parts = set() if too_much else parts.get((role, table), set())  # went with the whole
        for verb, column in sorted(has_parts - reads):
            yield f'REVOKE {verb} ("{column}") ON "{table}" FROM {role}'
        for verb, column in sorted(reads - has_parts):
            yield f'GRANT {verb} ("{column}") ON "{table}" TO {role}'


def _of_functions() -> Iterator[str]:
    with connection.cursor() as cursor:
        for function, roles in FUNCTIONS.items():
            cursor.execute("SELECT to_regprocedure(%s) IS NOT NULL", [function])
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(_CALLERS, [function])
            may = {role for _name, role in cursor.fetchall()}
            for role in sorted(may - set(roles)):
                yield f"REVOKE EXECUTE ON ROUTINE {function} FROM {role}"
            for role in sorted(set(roles) - may):
                yield f"GRANT EXECUTE ON ROUTINE {function} TO {role}"


def _of_doors() -> Iterator[str]:
    """Nobody but the owner makes tables, not even temporary ones."""
    with connection.cursor() as cursor:
        for asks, closes in _OPEN_DOORS:
            cursor.execute(asks)
            if cursor.fetchone()[0]:
                database = connection.ops.quote_name(connection.settings_dict["NAME"])
                yield closes.format(database=database)
