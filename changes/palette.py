"""How the search over everything finds changes by full text, meetings by their board, deployments
by their commit, and findings."""

from typing import Any

from changes.deployed import SHORTEST_COMMIT
from changes.models import Change, Deployment, Finding, Meeting
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


def _by_commit(rows: Any, words: tuple[str, ...]) -> Any:
    """What begins as a commit does, from as many digits on as mean one commit."""
    if len(words) != 1 or len(words[0]) < SHORTEST_COMMIT:
        return rows.none()
    return rows.filter(commit__startswith=words[0].lower())


DEPLOYMENTS = RecordSource(
    model=Deployment,
    icon="move_to_inbox",
    prefix="DEP",
    search=_by_commit,
    title=lambda row: f"{row.repository} @ {row.commit[:12]}",
    detail=lambda row: row.get_environment_display(),
)
FINDINGS = RecordSource(
    model=Finding,
    icon="rule",
    prefix="FND",
    search=lambda rows, words: rows.none(),
    title=lambda row: str(row.get_kind_display()),
    detail=lambda row: row.get_status_display(),
)
