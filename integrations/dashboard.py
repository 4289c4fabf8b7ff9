"""The card of what alert sources send: events that could not be read, sources that are silent."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.cards import Figure, Figures, Line, Lines, Link
from core.dashboard import Content, card, list_url, record_url
from core.showing import ago, badge
from integrations.enums import EventState
from integrations.models import AlertEvent, AlertSource

SHOWN = 10
COUNTED = 999
SILENT = timedelta(days=1)


@card("alerts", _("Alert sources"), permission="integrations.view_alertsource")
def alerts(user: Any, now: datetime) -> Content:
    events = AlertEvent.objects.visible_to(user)
    dead = events.filter(state=EventState.DEAD).order_by()[: COUNTED + 1].count()
    waiting = events.due(now).order_by()[: COUNTED + 1].count()
    since = now - SILENT
    lately = events.filter(source=OuterRef("pk"), received_at__gte=since).order_by("-received_at")
    sources = AlertSource.objects.visible_to(user).active()
    rows = list(sources.annotate(last=Subquery(lately.values("received_at")[:1]))[:SHOWN])
    dead_url = list_url(AlertEvent, state=EventState.DEAD.value)
    waiting_url = list_url(AlertEvent, state=EventState.RECEIVED.value)
    return Content(
        (
            Figures(
                (
                    Figure(
                        pgettext_lazy("events", "could not be read"),
                        dead,
                        dead_url,
                        tone="red" if dead else "green",
                    ),
                    Figure(pgettext_lazy("events", "not read yet"), waiting, waiting_url),
                )
            ),
            Lines(
                tuple(_source_line(source, now) for source in rows),
                _("No monitoring system sends here yet. Add an alert source and give it its keys."),
                more=None if rows else Link(_("Alert sources"), list_url(AlertSource)),
            ),
        ),
        list_url(AlertSource),
    )


def _source_line(source: Any, now: datetime) -> Line:
    if source.last:
        return Line(source.name, record_url(source), facts=(ago(source.last, now),))
    shown = badge(_("Silent for more than a day"), "orange")
    return Line(source.name, record_url(source), badges=(shown,))
