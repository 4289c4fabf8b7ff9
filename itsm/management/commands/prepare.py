"""Brings database and static files to the state that this code needs; run before any process."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from audit.erasing import ensure_eraser
from audit.roles import ensure_roles
from itsm.runtime.errors import CannotStart
from itsm.runtime.lease import Lease

OLDEST_MAJOR = 15


class Command(BaseCommand):
    help = (
        "Migrates the database, makes the cache table, collects static files and, in demo mode, "
        "fills an empty database with the demo world. Cheap when there is nothing to do."
    )

    requires_system_checks = []  # a database that does not answer is told before they run

    def handle(self, **options: Any) -> None:
        """Refuses a database that cannot be reached, is too old, or belongs to newer code."""
        check_server()
        self.check()
        lease = Lease("prepare")
        lease.wait()  # several machines may start at once
        try:
            self.migrate()
            self.ensure_roles()
            self.collect_static_files()
            self.fill_demo_world()
        finally:
            lease.release()

    def migrate(self) -> None:
        """Applies what is pending and makes the cache table."""
        executor = MigrationExecutor(connection)
        refuse_newer_database(executor.loader)
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            with self.told(f"applying {len(plan)} migrations"):
                call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)

    def ensure_roles(self) -> None:
        """The sealer's and the signer's; says what to do where this role may not make them."""
        try:
            ensure_roles()
            ensure_eraser()
        except ProgrammingError as error:
            raise CannotStart(
                f"the ledger's roles cannot be made: {str(error).strip().splitlines()[0]}",
                "have an administrator make them (docs/operate/ledger.md)",
            ) from error

    def collect_static_files(self) -> None:
        """Copies and compresses them, unless these very files were collected before."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        fingerprint = fingerprint_of_static_files()
        if not stamp.exists() or stamp.read_text() != fingerprint:
            with self.told("collecting static files"):
                call_command("collectstatic", interactive=False, clear=True, verbosity=0)
                stamp.parent.mkdir(parents=True, exist_ok=True)
                stamp.write_text(fingerprint)

    def fill_demo_world(self) -> None:
        """Only where nobody has an account yet."""
        is_wanted = settings.DEMO and "demo_data" in get_commands()
        if is_wanted and not get_user_model().objects.exists():
            self.stdout.write("prepare | filling the demo world")
            call_command("demo_data", small=True)

    @contextmanager
    def told(self, what: str) -> Iterator[None]:
        """Says what begins, and afterwards how long it took."""
        self.stdout.write(f"prepare | {what}")
        started = time.monotonic()
        yield
        self.stdout.write(f"prepare | done in {time.monotonic() - started:.1f} s")


def check_server() -> None:
    """Refuses a server that does not answer or is older than what the portal is tested with."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise CannotStart(
            f"the database cannot be reached: {reason}",
            "check DATABASE_URL, and that the server runs and lets this role in; or unset "
            "DATABASE_URL to use the embedded PostgreSQL",
        ) from error
    if connection.pg_version < OLDEST_MAJOR * 10_000:
        raise CannotStart(
            f"the database server is PostgreSQL {connection.pg_version // 10_000}",
            f"use PostgreSQL {OLDEST_MAJOR} or newer",
        )


def refuse_newer_database(loader: MigrationLoader) -> None:
    """Refuses a database that holds migrations of our apps which this code does not know."""
    known = set(loader.disk_migrations)
    known.update(old for each in loader.disk_migrations.values() for old in each.replaces)
    unknown = sorted(
        key for key in set(loader.applied_migrations) - known if key[0] in settings.OUR_APPS
    )
    if unknown:
        names = ", ".join(".".join(key) for key in unknown[:3])
        raise CannotStart(
            f"the database was migrated by a newer version of the portal ({names} is unknown here)",
            "run that version, or restore the backup made before the upgrade "
            "(docs/operate/upgrade.md)",
        )


def fingerprint_of_static_files() -> str:
    """Changes when a static file is added, removed or edited; reads no contents."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
