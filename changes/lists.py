"""The list of changes: what awaits me, what is planned, what is under way."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes import page
from changes.enums import AT_WORK, ENDED, Status
from changes.filters import ORDERINGS, ChangeFilters
from core.lists import Column, RecordList, Tab


def _open(changes: Any, user: Any) -> Any:
    return changes.open()


def _awaiting_me(changes: Any, user: Any) -> Any:
    return changes.awaiting_vote_of(user, timezone.now())


def _mine(changes: Any, user: Any) -> Any:
    return changes.open().playing_a_part(user)


def _planned(changes: Any, user: Any) -> Any:
    return changes.filter(status=Status.SCHEDULED)


def _under_way(changes: Any, user: Any) -> Any:
    return changes.filter(status__in=AT_WORK)


def _over(changes: Any, user: Any) -> Any:
    return changes.filter(status__in=ENDED)


class ChangeList(RecordList):
    filterset = ChangeFilters
    main_filters = ("status", "type", "risk", "service", "team")
    orderings = ORDERINGS
    ordering = "-reference"
    tabs = (
        Tab("open", pgettext_lazy("changes", "Open"), _open),
        Tab("vote", _("Awaiting my vote"), _awaiting_me),
        Tab("mine", pgettext_lazy("changes", "Mine"), _mine),
        Tab("planned", pgettext_lazy("changes", "Scheduled"), _planned),
        Tab("work", _("Under way"), _under_way),
        Tab("over", pgettext_lazy("changes", "Over"), _over, is_counted=False),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title", leads_to_record=True, phone="title"),
        Column("status", show=page.status_badge, phone="meta"),
        Column("risk", show=page.risk_badge),
        Column("type"),
        Column(
            "planned_start_at",
            _("planned window"),
            show=page.window_of,
            export=lambda change: change.planned_start_at,
            ordering="planned_start_at",
            phone="meta",
        ),
        Column("team", show=lambda change: change.team.slug),
        Column("implementer"),
        Column("requester", is_default=False),
        Column("outcome", is_default=False),
        Column("planned_end_at", is_default=False),
        Column("actual_start_at", is_default=False),
        Column("actual_end_at", is_default=False),
    )
    search_hint = _("Words, or CHG-000042")
    is_live = True

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("team", "implementer", "requester").only(*_READ)


_READ = (
    "reference",
    "title",
    "type",
    "status",
    "on_hold",
    "risk",
    "outcome",
    "planned_start_at",
    "planned_end_at",
    "actual_start_at",
    "actual_end_at",
    "version",
    "team__slug",
    "team__name",
    "implementer__username",
    "requester__username",
)
