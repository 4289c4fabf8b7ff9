"""How the search over everything finds changes, deployments and findings."""

from typing import Any

from changes.deployed import SHORTEST_COMMIT
from changes.models import Change, Deployment, Finding
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
