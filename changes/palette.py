"""How the search over everything finds changes: by reference and by full text."""

from changes.models import Change
from core.palette import RecordSource, in_full_text


def _detail(change: Change) -> str:
    parts = [change.get_type_display(), change.get_status_display()]
    return " · ".join(str(part) for part in parts)


CHANGES = RecordSource(
    model=Change,
    icon="tune",
    prefix="CHG",
    search=in_full_text,
    prepare=lambda rows: rows.only("reference", "title", "type", "status"),
    title=lambda change: change.title,
    detail=_detail,
)
