"""What the database must be before the portal starts on it."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from itsm.management.commands.prepare import fingerprint_of_static_files, refuse_newer_database
from itsm.runtime.errors import CannotStart


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_refused():
    MigrationRecorder(connection).record_applied("incidents", "9999_from_the_future")

    with pytest.raises(CannotStart, match=r"incidents\.9999_from_the_future is unknown here"):
        refuse_newer_database(MigrationLoader(connection))


@pytest.mark.django_db
def test_what_a_library_has_dropped_is_no_newer_version():
    MigrationRecorder(connection).record_applied("a_library", "0001_squashed_long_ago")

    refuse_newer_database(MigrationLoader(connection))


def test_a_static_file_that_is_edited_is_collected_again(settings, tmp_path):
    settings.STATICFILES_DIRS = [tmp_path]
    (tmp_path / "itsm.css").write_text("a")
    before = fingerprint_of_static_files()

    (tmp_path / "itsm.css").write_text("ab")

    assert fingerprint_of_static_files() != before
