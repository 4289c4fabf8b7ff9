"""The changes of the calendar, by their planned windows."""

from collections import defaultdict
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from changes.calendar.events import Asked, Event, Standing
from changes.calendar.filters import FILTERS
from changes.enums import ENDED, ChangeType, Outcome, Risk, Status
from changes.models import AffectedService, Change, ChangeTask
from changes.moving import MOVABLE
from changes.page import STATUS_TONES
from changes.permissions import may_implement_changes
from people.scope import scope_of

MOST = 5_000
_COLUMNS = (
    "pk",
    "reference",
    "title",
    "type",
    "status",
    "on_hold",
    "risk",
    "outcome",
    "planned_start_at",
    "planned_end_at",
    "requester_id",
    "builder_id",
    "implementer_id",
    "team_id",
    "version",
)
_OFF = (Status.CANCELLED, Status.REJECTED, Status.EXPIRED)
_FIRM = (
    Status.APPROVED,
    Status.SCHEDULED,
    Status.IMPLEMENTING,
    Status.VERIFYING,
    Status.REVIEWING,
    Status.CLOSED,
)
_OUTCOME_TONES = {Outcome.WITH_ISSUES: "orange", Outcome.FAILED: "red", Outcome.BACKED_OUT: "red"}


def changes_planned(asked: Asked) -> list[Event]:
    """Those planned in the span, in their order; what was cancelled only where it is asked for.

    ValueError for a filter that cannot be read.
    """
    changes = Change.objects.visible_to(asked.user)
    for name, text in asked.filters.items():
        changes = FILTERS[name].narrow(changes, text, asked.user)
    if "status" not in asked.filters:
        changes = changes.exclude(status=Status.CANCELLED)
    planned = changes.planned_between(asked.start, asked.end)
    names = (*_COLUMNS, "team__slug", "team__name") if asked.rows == "team" else _COLUMNS
    found = list(planned.order_by("planned_start_at", "pk").values(*names)[:MOST])
    rows = _rows(found, asked)
    moves = _moved_by(asked)
    draw = _Drawing()
    return [_event(row, rows.get(row["pk"], ()), moves(row), draw) for row in found]


def _rows(found: list[dict[str, Any]], asked: Asked) -> dict[int, tuple[tuple[str, str], ...]]:
    """In which rows of the timeline each stands; services only that the person sees."""
    if asked.rows == "team":
        return {row["pk"]: ((row["team__slug"], row["team__name"]),) for row in found}
    if asked.rows != "service":
        return {}
    from assets.models import Service

    seen = Service.objects.visible_to(asked.user)
    touched = AffectedService.objects.filter(
        change__in=[row["pk"] for row in found], service__in=seen
    )
    rows = defaultdict(list)
    named = touched.values_list("change_id", "service__reference", "service__name")
    for change, reference, name in named.order_by("service__name"):
        rows[change].append((reference, name))
    return {change: tuple(named) for change, named in rows.items()}


def _moved_by(asked: Asked) -> Any:
    """Whether the person may try to move one: the dialog asks everything again."""
    user = asked.user
    if not may_implement_changes(user):
        return lambda row: False
    reach = scope_of(user).reach_with("changes.change_change")
    tasks = ChangeTask.objects.filter(assignee=user.pk)
    tasks = tasks.filter(
        change__planned_start_at__lt=asked.end, change__planned_end_at__gt=asked.start
    )
    doing = frozenset(tasks.values_list("change", flat=True))

    def moves(row: dict[str, Any]) -> bool:
        if row["status"] not in MOVABLE:
            return False
        parts = (row["requester_id"], row["builder_id"], row["implementer_id"])
        return user.pk in parts or reach.covers(row["team_id"]) or row["pk"] in doing

    return moves


class _Drawing:
    """Addresses and words of many changes: for each anew they would take longer than the query."""

    def __init__(self) -> None:
        self.known: dict[tuple[Any, ...], _Words] = {}
        self.pages = {
            name: reverse(f"admin:changes_change_{name}", args=(0, *more)).split("0", 1)
            for name, more in (("change", ()), ("peek", ()), ("action", ("reschedule",)))
        }

    def to(self, name: str, pk: int) -> str:
        before, after = self.pages[name]
        return f"{before}{pk}{after}"

    def words_of(self, row: dict[str, Any]) -> "_Words":
        key = (row["status"], row["on_hold"], row["outcome"], row["type"], row["risk"])
        if key not in self.known:
            self.known[key] = _words(*key)
        return self.known[key]


def _event(
    row: dict[str, Any], rows: tuple[tuple[str, str], ...], is_movable: bool, draw: _Drawing
) -> Event:
    status = row["status"]
    words = draw.words_of(row)
    standing = Standing.CONFIRMED if status in _FIRM else Standing.TENTATIVE
    move = f"{draw.to('action', row['pk'])}?version={row['version']}" if is_movable else ""
    return Event(
        kind="change",
        key=row["reference"],
        title=row["title"],
        starts_at=row["planned_start_at"],
        ends_at=row["planned_end_at"],
        url=draw.to("change", row["pk"]),
        reference=row["reference"],
        state=words.state,
        tone=words.tone,
        note=words.note,
        risk=row["risk"],
        peek_url=draw.to("peek", row["pk"]),
        move_url=move,
        is_over=status in ENDED or status in _OFF,
        rows=rows,
        standing=Standing.CANCELLED if status in _OFF else standing,
        sequence=row["version"],
    )


class _Words(NamedTuple):
    state: str
    tone: str
    note: str


def _words(of_status: str, on_hold: bool, of_outcome: str, of_type: str, of_risk: str) -> _Words:
    status = Status(of_status)
    state, tone = str(status.label), STATUS_TONES.get(status, "")
    if on_hold and status not in ENDED:
        state, tone = _("On hold"), "orange"
    if of_outcome:
        outcome = Outcome(of_outcome)
        state, tone = str(outcome.label), _OUTCOME_TONES.get(outcome, "")
    notes = [str(ChangeType(of_type).label)]
    if of_risk:
        risk = str(Risk(of_risk).label).lower()
        notes.append(capfirst(pgettext("badge", "%s risk") % risk))
    return _Words(state, tone, ", ".join(notes))
