"""How the search over everything finds changes, by full text, and meetings by their board."""

from changes.models import Change, Meeting
from core.palette import RecordSource, in_full_text, in_names
from core.showing import span


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


MEETINGS = RecordSource(
    model=Meeting,
    icon="schedule",
    prefix="CAB",
    search=lambda rows, words: in_names(rows, words, ["board__name"]),
    prepare=lambda rows: rows.select_related("board"),
    title=lambda meeting: meeting.board.name,
    detail=lambda meeting: span(meeting.starts_at, meeting.ends_at),
)
