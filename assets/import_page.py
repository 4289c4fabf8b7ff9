"""What the page of an import shows: how far it is, and its rows, fifty at a time."""

from typing import Any

from django.db.models import Count
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from assets.enums import ImportStatus, RowOutcome
from assets.importing.columns import BY_CODE
from assets.models import AssetImport, AssetImportRow
from core.showing import badge, link
from records.enums import JobState

SHOWN = 50
_STATUS_TONES = {
    ImportStatus.CHECKING: "blue",
    ImportStatus.CHECKED: "yellow",
    ImportStatus.RUNNING: "blue",
    ImportStatus.FINISHED: "green",
}
_OUTCOME_TONES = {
    RowOutcome.CREATE: "green",
    RowOutcome.CREATED: "green",
    RowOutcome.CHANGE: "blue",
    RowOutcome.CHANGED: "blue",
    RowOutcome.REFUSED: "red",
}
_BUSY = (ImportStatus.CHECKING, ImportStatus.RUNNING)


def status_badge(asset_import: AssetImport) -> Any:
    tone = _STATUS_TONES.get(asset_import.status, "")
    return badge(asset_import.get_status_display(), tone)


def steps_of(asset_import: AssetImport | None) -> list[tuple[Any, bool]]:
    """The way of a file, and where it is now."""
    status = asset_import.status if asset_import else ""
    return [
        (_("Give a file"), not status),
        (_("Look at what it would do"), status in (ImportStatus.CHECKING, ImportStatus.CHECKED)),
        (_("Import"), status in (ImportStatus.RUNNING, ImportStatus.FINISHED)),
    ]


def progress_of(asset_import: AssetImport) -> dict[str, Any]:
    """Whether a worker is busy with it, and how far."""
    job = asset_import.job
    is_busy = asset_import.status in _BUSY and job is not None
    return {
        "status": asset_import.status,
        "is_busy": is_busy and job.state in (JobState.QUEUED, JobState.RUNNING),
        "has_failed": is_busy and job.state == JobState.FAILED,
        "done": job.done if is_busy else 0,
        "total": (job.total or asset_import.total) if is_busy else 0,
    }


def rows_of(asset_import: AssetImport, asked: Any, report_url: str) -> dict[str, Any]:
    """The rows, those that were not possible first of all; `asked` is the address's query."""
    counts = _counts(asset_import)
    chosen = asked.get("rows", "")
    if chosen not in counts:
        chosen = RowOutcome.REFUSED if RowOutcome.REFUSED in counts else ""
    rows = asset_import.rows.order_by("line").select_related("asset")
    if chosen:
        rows = rows.filter(outcome=chosen)
    after = asked.get("after", "")
    if after.isascii() and after.isdecimal() and len(after) < 8:
        rows = rows.filter(line__gt=int(after))
    found = list(rows[: SHOWN + 1])
    last = found[SHOWN - 1].line if len(found) > SHOWN else None
    return {
        "rows": [_told(row) for row in found[:SHOWN]],
        "counts": [
            *([("", _("All"), asset_import.total)] if len(counts) > 1 else []),
            *((code, RowOutcome(code).label, count) for code, count in counts.items()),
        ],
        "chosen": chosen,
        "next": urlencode({"rows": chosen or "all", "after": last}) if last else "",
        "is_later": bool(after),
        "report_url": report_url if RowOutcome.REFUSED in counts else "",
        "is_over": asset_import.status == ImportStatus.FINISHED,
    }


def _counts(asset_import: AssetImport) -> dict[str, int]:
    """How many rows of each outcome, in the order of the choices; an import is never so large that
    counting it would take long."""
    found = asset_import.rows.order_by().values("outcome").annotate(n=Count("pk"))
    counts = {row["outcome"]: row["n"] for row in found}
    return {code: counts[code] for code in RowOutcome.values if code in counts}


def _told(row: AssetImportRow) -> dict[str, Any]:
    outcome = RowOutcome(row.outcome)
    return {
        "line": row.line,
        "asset": link(row.asset, row.asset.reference) if row.asset else "",
        "name": row.cells.get("name") or (row.asset.name if row.asset else ""),
        "outcome": badge(outcome.label, _OUTCOME_TONES.get(outcome, "")),
        "errors": [(_label(code), text) for code, text in row.errors],
        "changes": [(_label(code), old, new) for code, old, new in row.changes],
    }


def _label(code: str) -> Any:
    return capfirst(BY_CODE[code].label) if code in BY_CODE else ""
