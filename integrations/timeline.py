"""Alerts as entries of an incident's timeline: when they began to fire and when they ended."""

from collections.abc import Iterable
from functools import partial

from django.db.models import Count, Max, Min
from django.db.models.functions import TruncMinute
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.record.entries import Entry, Kind, Source, Window
from integrations.models import Alert

ALERT = Kind("alert", _("Alerts"), "notifications")


def firings() -> Source:
    """Alerts that began to fire; those of one name and minute as one entry, for a storm has
    thousands."""
    return Source("a", (ALERT,), partial(_read, moment="starts_at", is_firing=True))


def endings() -> Source:
    """Alerts that their source called resolved."""
    return Source("z", (ALERT,), partial(_read, moment="ends_at", is_firing=False))


def _read(window: Window, moment: str, is_firing: bool) -> Iterable[Entry]:
    told = (
        Alert.objects.filter(incident=window.record.pk, **{f"{moment}__isnull": False})
        .annotate(minute=TruncMinute(moment))
        .order_by()
        .values("name", "severity", "source__name", "minute")
        .annotate(at=Max(moment), first=Min("pk"), n=Count("pk"))
    )
    for group in window.newest(told, "at", "first"):
        yield window.entry(
            ALERT,
            group["at"],
            group["first"],
            pgettext_lazy("in a timeline", "alert fires")
            if is_firing
            else pgettext_lazy("in a timeline", "alert ended"),
            who=group["source__name"],
            template="integrations/entry_alert.html",
            content={**group, "is_firing": is_firing},
            details={"alert": group["name"], "is_firing": is_firing, "count": group["n"]},
        )
