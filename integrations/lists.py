"""The lists of alert sources and of the events that they sent."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lists import Column, RecordList, Tab
from core.showing import ago, badge
from integrations.enums import EventState
from integrations.filters import AlertEventFilters, AlertSourceFilters
from integrations.models import AlertEvent, AlertSource

_EVENT_TONES = {EventState.RECEIVED: "blue", EventState.DONE: "green", EventState.DEAD: "red"}


def activity_badge(source: AlertSource) -> Any:
    return badge(_("Active"), "green") if source.is_active else badge(_("Off"))


def state_badge(event: AlertEvent) -> Any:
    return badge(event.get_state_display(), _EVENT_TONES.get(event.state, ""))


class AlertSourceList(RecordList):
    filterset = AlertSourceFilters
    orderings = {"name": ("name", "pk")}
    ordering = "name"
    columns = (
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("kind", phone="meta"),
        Column("default_service", phone="meta"),
        Column("is_active", _("state"), show=activity_badge, phone="meta"),
        Column("max_per_minute"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("default_service")


class AlertEventList(RecordList):
    filterset = AlertEventFilters
    orderings = {"id": ("pk",)}
    ordering = "-id"
    note = _("Events that could not be read stay here as “Could not be read” until replayed.")
    tabs = (
        Tab("all", pgettext_lazy("events", "All"), lambda events, user: events, is_counted=False),
        Tab(
            "dead",
            _("Could not be read"),
            lambda events, user: events.filter(state=EventState.DEAD),
        ),
    )
    columns = (
        Column("pk", "#", ordering="id", leads_to_record=True, phone="meta"),
        Column("source", leads_to_record=True, phone="title"),
        Column(
            "received_at",
            _("received"),
            show=lambda event: ago(event.received_at),
            export=lambda event: event.received_at,
            phone="meta",
        ),
        Column("state", show=state_badge, phone="meta"),
        Column("attempts"),
        Column("fault", show=lambda event: event.error[:200]),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("source").defer("payload")
