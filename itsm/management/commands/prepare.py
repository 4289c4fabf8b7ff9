"""Brings database and static files to the state that this code needs; run before any process."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from itsm.runtime.errors import CannotStart
from itsm.runtime.lease import Lease

OLDEST_MAJOR = 15


class Command(BaseCommand):
    help = (
        "Migrates the database, makes the cache table, collects static files and, in demo mode, "
        "fills an empty database with the demo world. Cheap when there is nothing to do."
    )

    def handle(self, **options: Any) -> None:
        """Refuses a database that cannot be reached, is too old, or belongs to newer code."""
        check_server()
        lease = Lease("prepare")
        lease.wait()  # several machines may start at once
        try:
            self.migrate()
            self.collect_static_files()
            self.fill_demo_world()
        finally:
            lease.release()

    def migrate(self) -> None:
        """Applies what is pending and makes the cache table."""
        executor = MigrationExecutor(connection)
        loader = executor.loader
        if unknown := sorted(set(loader.applied_migrations) - set(loader.disk_migrations)):
            newest = ", ".join(".".join(each) for each in unknown[:3])
            raise CannotStart(
                f"the database holds {len(unknown)} migrations that this code does not know: {newest}",
                "run the newer version of the portal, or restore a backup made before the upgrade "
                "(docs/operate/upgrade.md)",
            )
        if plan := executor.migration_plan(loader.graph.leaf_nodes()):
            with self.told(f"applying {len(plan)} migrations"):
                call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
