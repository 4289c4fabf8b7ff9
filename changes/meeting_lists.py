"""The list of meetings, and what it can be narrowed by."""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from changes.enums import MeetingStatus
from changes.models import AgendaItem, Board, Meeting
from core.api.filters import ByRecord, MomentBound, OneOf
from core.lists import Column, RecordList, Tab
from core.showing import badge, span

STATUS_TONES = {
    MeetingStatus.PLANNED: "blue",
    MeetingStatus.IN_SESSION: "violet",
    MeetingStatus.CLOSED: "yellow",
    MeetingStatus.SIGNED: "green",
}
ORDERINGS = {"reference": ("pk",), "starts_at": ("starts_at", "pk")}


def status_badge(meeting: Meeting) -> Any:
    """Closed minutes wait for somebody: that is said."""
    if meeting.status == MeetingStatus.CLOSED:
        return badge(_("To be signed"), "yellow")
    tone = STATUS_TONES.get(MeetingStatus(meeting.status), "")
    return badge(meeting.get_status_display(), tone)


def _to_come(meetings: Any, user: Any) -> Any:
    return meetings.to_come(timezone.now())


def _to_sign(meetings: Any, user: Any) -> Any:
    return meetings.filter(status=MeetingStatus.CLOSED)


def _signed(meetings: Any, user: Any) -> Any:
    return meetings.filter(status=MeetingStatus.SIGNED)


class MeetingFilters(FilterSet):
    status = OneOf("status", MeetingStatus)
    board = ByRecord("board", Board, "name")
    starts_at__gte = MomentBound("starts_at", "gte")
    starts_at__lt = MomentBound("starts_at", "lt")


class MeetingList(RecordList):
    filterset = MeetingFilters
    main_filters = ("status", "board")
    orderings = ORDERINGS
    ordering = "-starts_at"
    tabs = (
        Tab("to-come", pgettext_lazy("meetings", "To come"), _to_come),
        Tab("to-sign", _("To be signed"), _to_sign),
        Tab("signed", pgettext_lazy("meetings", "Signed"), _signed, is_counted=False),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column(
            "board", show=lambda meeting: meeting.board.name, leads_to_record=True, phone="title"
        ),
        Column("status", show=status_badge, phone="meta"),
        Column(
            "starts_at",
            _("when"),
            show=lambda meeting: span(meeting.starts_at, meeting.ends_at),
            export=lambda meeting: meeting.starts_at,
            ordering="starts_at",
            phone="meta",
        ),
        Column("items", _("agenda items"), show=lambda meeting: len(meeting.items.all())),
        Column("signed_by", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        items = AgendaItem.objects.only("pk", "meeting")
        shown = rows.prefetch_related(Prefetch("items", queryset=items))
        return shown.select_related("board", "signed_by__person")
