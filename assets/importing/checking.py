"""What a file would do: every row is tried without writing, and what was found is kept with it."""

from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from assets.enums import RowOutcome
from assets.importing.resource import AssetResource
from assets.models import AssetImport, AssetImportRow
from core.errors import Refused
from records.progress import Progress

BATCH = 200
_WRITTEN = ["outcome", "asset", "seen_version", "changes", "errors"]

_log = structlog.get_logger(__name__)


def check_rows(
    asset_import: AssetImport, *, tidy: Callable[..., Any], progress: Progress | None = None
) -> None:
    """Try every row that was not yet checked. Changes no asset."""
    resource = AssetResource(asset_import.uploaded_by, tidy=tidy)
    rows = asset_import.rows.order_by("line")
    after = 0
    while batch := list(rows.filter(line__gt=after)[:BATCH]):
        after = batch[-1].line
        fresh = [row for row in batch if row.outcome == RowOutcome.UNCHECKED]
        resource.prepare([row.cells for row in fresh])
        for row in batch:
            if row.outcome == RowOutcome.UNCHECKED:
                foresee(row, resource.check(row.line, row.cells), resource)
            else:
                resource.remember(row.line, row.cells, row.asset_id)
        with transaction.atomic():
            note_outcomes(fresh, _WRITTEN)
            if progress is not None and fresh:
                progress.advance(len(fresh))


def note_outcomes(rows: list[AssetImportRow], fields: list[str]) -> None:
    """Write these fields of rows that are there: an upsert, because `bulk_update` takes longer to
    word its CASE for every field and row than the database to do it."""
    AssetImportRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )


def foresee(row: AssetImportRow, result: Any, resource: AssetResource) -> None:
    """Note on the row what the library found out about it."""
    row.errors = errors_of(result)
    asset = result.instance
    if row.errors:
        row.outcome = RowOutcome.REFUSED
        return
    row.asset_id, row.seen_version = (asset.pk, asset.version) if asset.pk else (None, None)
    if result.is_skip():
        row.outcome = RowOutcome.UNCHANGED
        return
    row.outcome = RowOutcome.CREATE if result.is_new() else RowOutcome.CHANGE
    row.changes = changes_of(result, resource)


def changes_of(result: Any, resource: AssetResource) -> list[list[str]]:
    """Column, old and new value of what differs, as people read them."""
    found = []
    for field in resource.get_import_fields():
        old = "" if result.is_new() else field.export(result.original)
        new = field.export(result.instance)
        if old != new and field.column_name != "reference":
            found.append([field.column_name, old, new])
    return found


def errors_of(result: Any) -> list[list[str]]:
    """Column (empty: the row as a whole) and what is wrong, in the language in force.

    An error that another attempt may be spared, such as a lost connection, is raised again.
    """
    told: list[list[str]] = []
    if result.validation_error is not None:
        by_column = _by_column(result.validation_error)
        told += [[code, text] for code, texts in by_column.items() for text in texts]
    for error in (given.error for given in result.errors):
        if isinstance(error, OperationalError | InterfaceError):
            raise error
        if isinstance(error, Refused):
            told += [["", str(reason)] for reason in error.reasons]
            continue
        _log.error("import_row_failed", exc_info=error)
        told.append(["", _("Something unexpected went wrong; it was noted in the log.")])
    return told


def _by_column(error: ValidationError) -> dict[str, list[str]]:
    if not hasattr(error, "error_dict"):
        return {"": error.messages}
    return {("" if k == "__all__" else k): v for k, v in error.message_dict.items()}
