"""Takes in files of assets: reads, checks without writing, and writes in batches when confirmed.

Every batch is one transaction: the assets, the rows' outcomes and the job's progress commit
together, so that a worker that was killed has lost nothing and does nothing twice.
"""

from collections.abc import Iterable
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from assets.enums import FORESEEN, ImportStatus, RowOutcome
from assets.importing.checking import check_rows
from assets.importing.sheets import Sheet, read_sheet
from assets.importing.writing import RowWriter, Services
from assets.models import AssetImport, AssetImportRow
from assets.permissions import may_import_assets
from assets.rules import has_come_to_a_stop
from assets.services.estate import add_asset, add_assets, edit_asset, edit_assets, tidied
from assets.workflow import IMPORT_WORKFLOW
from audit.context import Channel, acting
from core.errors import NotAllowed, ValidationError
from core.writing import hold
from people.scope import forget_scope
from records.card_numbers import mask_card_numbers
from records.jobs import enqueue_job
from records.progress import Progress
from records.services import note_findings

CHECKED_AT_ONCE = 300  # rows; a longer file is a worker's
WRITTEN_AT_ONCE = 100  # rows of one transaction, for which others wait who edit these assets
CHECK_JOB, IMPORT_JOB = "assets.check_import", "assets.import"


def upload_assets(*, actor: Any, file: Any) -> AssetImport:
    """Read a file and foresee what it would do. Nothing of it is written to any asset yet.

    ValidationError where it cannot be read. A file that one has given and not yet imported is
    checked anew instead of kept twice.
    """
    if not may_import_assets(actor):
        raise NotAllowed(_("your role does not include this action"))
    try:
        sheet = read_sheet(file.name, file.read())
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    with transaction.atomic(), acting(actor=actor, action="assetimport.add"):
        asset_import = _same_file(sheet, actor) or _keep(sheet, actor)
        if asset_import.status == ImportStatus.RUNNING or has_come_to_a_stop(asset_import, actor):
            return asset_import
        asset_import.rows.update(outcome=RowOutcome.UNCHECKED, errors=[], changes=[])
        asset_import.status = ImportStatus.CHECKING
        if asset_import.total > CHECKED_AT_ONCE:
            params = {"import_id": asset_import.pk}
            asset_import.job = enqueue_job(CHECK_JOB, actor=actor, params=params)
            asset_import.save(update_fields=["status", "job"])
        else:
            _check(asset_import)
    return asset_import


def confirm_import(asset_import: AssetImport, *, actor: Any) -> AssetImport:
    """Have a worker write what the check foresaw; rows that were not possible are left out.

    Refused when there is nothing to write, or it was confirmed already.
    """
    return _start(asset_import, "confirm", actor)


def resume_import(asset_import: AssetImport, *, actor: Any) -> AssetImport:
    """Go on with an import whose job has failed: what is written stays, the rest follows."""
    return _start(asset_import, "resume", actor)


def discard_import(asset_import: AssetImport, *, actor: Any) -> AssetImport:
    """Forget what a file said, before any of it was written."""
    with transaction.atomic(), acting(actor=actor, action="assetimport.discard"):
        row = hold(asset_import, actor=actor)
        row.status = IMPORT_WORKFLOW.check(row, "discard", actor).target
        row.save(update_fields=["status"])
        row.rows.all().delete()
    return row


def check_import(progress: Progress, *, import_id: int) -> dict[str, Any]:
    """The job that checks a long file; goes on where a stopped worker left off."""
    asset_import = AssetImport.objects.select_related("uploaded_by").get(pk=import_id)
    if asset_import.status == ImportStatus.CHECKING:
        progress.total(asset_import.total)
        _check(asset_import, progress)
    return {"import": import_id}


def run_import(progress: Progress, *, import_id: int) -> dict[str, Any]:
    """The job that writes what was confirmed, some rows in each transaction."""
    asset_import = AssetImport.objects.select_related("uploaded_by").get(pk=import_id)
    actor = asset_import.uploaded_by
    open_rows = asset_import.rows.filter(outcome__in=FORESEEN)
    keys = list(open_rows.order_by("line").values_list("pk", flat=True))
    progress.total(progress.done + len(keys))
    services = Services(add_asset, edit_asset, add_assets, edit_assets)
    writer = RowWriter(actor, services, tidy=tidied)
    with acting(actor=actor, channel=Channel.IMPORT), translation.override(actor.language):
        for some in batched(keys, WRITTEN_AT_ONCE):
            forget_scope(actor)  # a role that ends meanwhile ends the writing
            with transaction.atomic(), acting(reason=str(asset_import)):
                if rows := _still_open(some):
                    writer.write_all(rows)
                    progress.advance(len(rows))
        with transaction.atomic(), acting(action="assetimport.finish"):
            AssetImport.objects.filter(pk=import_id, status=ImportStatus.RUNNING).update(
                status=ImportStatus.FINISHED, finished_at=timezone.now()
            )
    return {"import": import_id}


def _still_open(keys: Iterable[int]) -> list[AssetImportRow]:
    rows = AssetImportRow.objects.filter(pk__in=keys, outcome__in=FORESEEN)
    return list(rows.select_for_update(of=("self",)).order_by("line"))


def _start(asset_import: AssetImport, action: str, actor: Any) -> AssetImport:
    with transaction.atomic(), acting(actor=actor, action=f"assetimport.{action}"):
        row = hold(asset_import, actor=actor)
        row.status = IMPORT_WORKFLOW.check(row, action, actor).target
        row.job = enqueue_job(IMPORT_JOB, actor=actor, params={"import_id": row.pk})
        row.save(update_fields=["status", "job"])
    return row


def _same_file(sheet: Sheet, actor: Any) -> AssetImport | None:
    unfinished = (ImportStatus.CHECKING, ImportStatus.CHECKED, ImportStatus.RUNNING)
    own = AssetImport.objects.visible_to(actor).select_for_update()
    return own.filter(sha256=sheet.sha256, status__in=unfinished).first()


def _keep(sheet: Sheet, actor: Any) -> AssetImport:
    """The file's rows, without card numbers, instead of the file."""
    asset_import = AssetImport.objects.create(
        name=mask_card_numbers(sheet.name)[0],
        sha256=sheet.sha256,
        read_as=sheet.read_as,
        columns=sheet.columns,
        left_out=sheet.left_out,
        total=len(sheet.rows),
        uploaded_by=actor,
    )
    found, rows = 0, []
    for line, cells in sheet.rows:
        masked, count = _without_card_numbers(cells)
        found += count
        rows.append(AssetImportRow(asset_import=asset_import, line=line, cells=masked))
    AssetImportRow.objects.bulk_create(rows, batch_size=1000)
    if found:
        where = "assets_assetimportrow.cells"
        note_findings(where, found, actor=actor, reference=f"#{asset_import.pk}")
    return asset_import


def _without_card_numbers(cells: dict[str, str]) -> tuple[dict[str, str], int]:
    """Most rows have none: all their cells are looked at in one go."""
    if not mask_card_numbers("\n\n".join(cells.values()))[1]:
        return cells, 0
    masked = {code: mask_card_numbers(text) for code, text in cells.items()}
    return {code: text for code, (text, _n) in masked.items()}, sum(n for _t, n in masked.values())


def _check(asset_import: AssetImport, progress: Progress | None = None) -> None:
    actor = asset_import.uploaded_by
    with translation.override(actor.language):
        check_rows(asset_import, tidy=tidied, progress=progress)
    with transaction.atomic(), acting(action="assetimport.check"):
        asset_import.status = ImportStatus.CHECKED
        asset_import.save(update_fields=["status"])
