"""What the search over everything finds of evidence."""

from core.palette import RecordSource
from evidence.models import ControlFailure

FAILURES = RecordSource(
    model=ControlFailure,
    icon="warning",
    prefix="CFL",
    search=lambda rows, words: rows.none(),
    title=lambda row: str(row.get_kind_display()),
    detail=lambda row: row.get_status_display(),
)
