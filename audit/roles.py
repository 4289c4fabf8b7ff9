"""The database roles beside the one that owns the tables: making them, working as one of them.

What each may do is in `rights`.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from audit.granting import grant
from audit.models import SEALER_ROLE as SEALER_ROLE
from audit.models import LedgerEntry, OutboxEntry
from audit.rights import APP_ROLE as APP_ROLE
from audit.rights import AUDITOR_ROLE as AUDITOR_ROLE
from audit.rights import ERASER_ROLE as ERASER_ROLE
from audit.rights import ROLES
from audit.rights import SIGNER_ROLE as SIGNER_ROLE

DUPLICATE = "42710"
_MAY = """
    SELECT current_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
           bool_or(has_table_privilege(t, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER'))
      FROM unnest(ARRAY[%s, %s]) AS t
"""


def ensure_roles() -> None:
    """Make the roles where they are missing and give them their rights. Needs CREATEROLE, as the
    embedded server's role has it; elsewhere an administrator does this (docs/operate/ledger.md)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])
        existing = {name for (name,) in cursor.fetchall()}
    for role in ROLES:
        if role not in existing:
            _create(role)
    grant()


def excess() -> str:
    """Why whoever is connected may do more than the application needs; empty where they may not."""
    with connection.cursor() as cursor:
        cursor.execute(_MAY, [OutboxEntry._meta.db_table, LedgerEntry._meta.db_table])
        role, is_superuser, may_write = cursor.fetchone()
    if is_superuser:
        return f"{role} is a superuser"
    return f"{role} may write into the ledger" if may_write else ""


def _create(role: str) -> None:
    """Roles belong to the whole server: another database's set-up may make it at this moment."""
    with suppress(IntegrityError):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"CREATE ROLE {role} LOGIN")
        except ProgrammingError as error:
            if getattr(error.__cause__, "sqlstate", "") != DUPLICATE:
                raise


@contextmanager
def connected_as(role: str) -> Iterator[None]:
    """Work on Django's connection as this role: as it is, where DATABASE_URL names the role, or
    else on the same server without a password, as the embedded one lets it in."""
    own = connection.settings_dict
    if own["USER"] == role:
        yield
        return
    connection.close()
    connection.settings_dict = {**own, "USER": role, "PASSWORD": ""}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = own
