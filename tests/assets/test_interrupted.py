"""Long files, workers that die and databases that go away: nothing is lost, nothing done twice."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from assets import services
from assets.importing import checking, writing
from assets.importing.resource import AssetResource
from assets.importing.writing import RowWriter
from assets.models import Asset, AssetImport
from assets.services import importing
from records.jobs import MAX_ATTEMPTS, run_next_job
from records.models import Job
from records.progress import Progress
from tests.assets.sheet_files import a_row, csv_file, given
from tests.assets.test_import import outcomes, upload
from tests.faults.programs import Program, environment, eventually, python, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def _long_files(monkeypatch):
    """Every file is a worker's to check, in batches of two."""
    monkeypatch.setattr(importing, "CHECKED_AT_ONCE", 0)
    monkeypatch.setattr(checking, "BATCH", 2)


def again(job):
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - timedelta(seconds=1))
    run_next_job()
    job.refresh_from_db()
    return job


def rows(n):
    return [a_row(f"asset {number}") for number in range(n)]


def failing_once(monkeypatch, owner, name, at, error):
    """The method fails at its nth call, and never again."""
    method, calls = getattr(owner, name), []

    def failing(*args, **given):
        calls.append(1)
        if len(calls) == at:
            raise error
        return method(*args, **given)

    monkeypatch.setattr(owner, name, failing)
    return calls


@pytest.mark.usefixtures("_long_files")
def test_a_long_file_is_checked_by_a_worker(cast):
    asset_import = upload(cast.service_owner, *rows(5))
    assert asset_import.status == "checking"
    run_next_job()
    asset_import.refresh_from_db()
    assert asset_import.status == "checked"
    assert (asset_import.job.done, asset_import.job.total) == (5, 5)
    assert {outcome for _line, outcome in outcomes(asset_import)} == {"create"}


@pytest.mark.usefixtures("_long_files")
def test_a_check_that_was_interrupted_goes_on_and_remembers_its_twins(cast, monkeypatch):
    asset_import = upload(cast.service_owner, *rows(4), a_row("asset 0"))
    calls = failing_once(monkeypatch, AssetResource, "check", 4, OperationalError("gone"))
    run_next_job()
    job = asset_import.job
    job.refresh_from_db()
    assert (job.state, job.done) == ("queued", 2)
    assert again(job).state == "done"
    assert len(calls) == 4 + 3
    assert outcomes(asset_import)[-1] == (6, "refused")
    assert job.done == 5


@pytest.mark.usefixtures("_long_files")
def test_a_file_that_is_being_checked_is_not_checked_twice(cast):
    first = upload(cast.service_owner, *rows(3))
    assert upload(cast.service_owner, *rows(3)) == first
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("owner", "name"), [(RowWriter, "write_all"), (writing, "note_outcomes"), (Progress, "advance")]
)
def test_rows_and_their_outcomes_are_written_together(cast, monkeypatch, owner, name):
    monkeypatch.setattr(importing, "WRITTEN_AT_ONCE", 2)
    asset_import = upload(cast.service_owner, *rows(4))
    services.confirm_import(asset_import, actor=cast.service_owner)
    failing_once(monkeypatch, owner, name, 2, OperationalError("gone"))
    run_next_job()
    job = Job.objects.get()
    assert (job.state, job.done) == ("queued", 2)
    assert [outcome for _l, outcome in outcomes(asset_import)] == [
        *["created"] * 2,
        *["create"] * 2,
    ]
    assert again(job).state == "done"
    assert (job.done, job.total) == (4, 4)
    assert Asset.objects.filter(name__startswith="asset ").count() == 4


def test_an_unexpected_error_is_one_rows_own(cast, monkeypatch):
    asset_import = upload(cast.service_owner, *rows(3))
    services.confirm_import(asset_import, actor=cast.service_owner)
    failing_once(monkeypatch, AssetResource, "get_instance", 2, RuntimeError("a fault of ours"))
    run_next_job()
    assert [outcome for _l, outcome in outcomes(asset_import)] == ["created", "refused", "created"]
    assert "noted in the log" in asset_import.rows.get(line=3).errors[0][1]


def test_an_import_whose_job_has_failed_can_go_on(cast):
    asset_import = upload(cast.service_owner, *rows(2))
    asset_import = services.confirm_import(asset_import, actor=cast.service_owner)
    Job.objects.update(state="running", attempts=MAX_ATTEMPTS, lease_until=timezone.now())
    run_next_job()
    asset_import = AssetImport.objects.get()
    assert (asset_import.status, asset_import.job.state) == ("running", "failed")
    services.resume_import(asset_import, actor=cast.service_owner)
    run_next_job()
    asset_import.refresh_from_db()
    assert asset_import.status == "finished"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_and_doubles_nothing(cast, tmp_path):
    file = given(csv_file(*rows(40)))
    asset_import = services.upload_assets(actor=cast.service_owner, file=file)
    services.confirm_import(asset_import, actor=cast.service_owner)
    command = python("-m", "tests.assets.importing_program")
    worker = Program("worker", command, environment(tmp_path), tmp_path)
    with running(worker):
        eventually(lambda: Job.objects.get().done >= 5, within=40)
        worker.kill()
    stopped_at = Job.objects.get().done
    assert Asset.objects.filter(name__startswith="asset ").count() == stopped_at < 40
    Job.objects.update(lease_until=timezone.now())
    run_next_job()
    asset_import.refresh_from_db()
    assert (asset_import.status, Job.objects.get().done) == ("finished", 40)
    assert Asset.objects.filter(name__startswith="asset ").count() == 40
    assert {outcome for _line, outcome in outcomes(asset_import)} == {"created"}
    assert Asset.history.filter(history_type="+", name__startswith="asset ").count() == 40
