"""What whoever owns the tables, or the server, can do past the triggers."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from audit.models import SEALER_ROLE
from audit.reconciling import reconcile
from audit.roles import connected_as
from audit.sealing import seal
from itsm.runtime.places import SUPERUSER


def superuser() -> str:
    """Who administers the test's server: the tests' own role, or the embedded server's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return connection.settings_dict["USER"] if cursor.fetchone()[0] else SUPERUSER


@contextmanager
def triggers_off(*tables: str) -> Iterator[None]:
    """Our triggers on these tables do not fire; afterwards they are on again as they were."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        found = []
        for table in tables:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
                [table],
            )
            found += [(table, name) for (name,) in cursor.fetchall()]
        for table, name in found:
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, name in found:
            cursor.execute(f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER "{name}"')


def tamper(statement: str, *tables: str) -> None:
    """Run a statement past the triggers of these tables."""
    with triggers_off(*tables), connection.cursor() as cursor:
        cursor.execute(statement)


def seal_all() -> None:
    """Have the sealer do its work."""
    with connected_as(SEALER_ROLE):
        while seal():
            continue


def differences(*tables: str) -> list[str]:
    """What reconciliation says."""
    return [str(found) for found in reconcile(tables)]
