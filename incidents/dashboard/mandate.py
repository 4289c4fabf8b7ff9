"""The card of the 1-5-10 mandate: today, this month, and how the last twelve weeks went."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.cards import Attained, Chart, Score, Series
from core.dashboard import Content, card, list_url
from incidents.dashboard.open_work import VIEW
from incidents.enums import NOT_COUNTED, Status
from incidents.measuring import lives_of
from incidents.models import Incident
from sla.attainment import Attainment, Span, attainment_of
from sla.clocks import MANDATE, Target

WEEKS = 12
TODAY, MONTH = "today", "month"
COUNTED = tuple(status.value for status in Status if status not in NOT_COUNTED)


@card("mandate", _("1-5-10 mandate"), permission=VIEW, is_wide=True, is_slow=True)
def mandate(user: Any, now: datetime) -> Content:
    spans = _spans(now)
    found = attained_in(spans, user, now)
    return Content(
        tuple(_score(target, spans, found) for target in MANDATE),
        list_url(Incident, status=COUNTED, is_drill=False, opened_at__gte=spans[MONTH][0]),
        _("Incidents opened in the period, neither cancelled nor drills. n: those measured."),
    )


def attained_in(
    spans: dict[str, Span], user: Any, now: datetime
) -> dict[tuple[str, str], Attainment]:
    """By span and metric, over the incidents that the person sees and that count."""
    first = min(start for start, _end in spans.values())
    seen = Incident.objects.visible_to(user).filter(opened_at__gte=first, opened_at__lte=now)
    return attainment_of(lives_of(seen.counted()), spans, now)


def today_and_month(now: datetime) -> dict[str, Span]:
    """In the person's own time zone."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return {TODAY: (midnight, now), MONTH: (midnight.replace(day=1), now)}


def _spans(now: datetime) -> dict[str, Span]:
    """Today, this month and twelve weeks up to this one, in the person's own time zone."""
    spans = today_and_month(now)
    midnight = spans[TODAY][0]
    monday = _days_from(midnight, -midnight.weekday())
    for back in range(WEEKS - 1, -1, -1):
        starts = _days_from(monday, -7 * back)
        spans[f"week {WEEKS - back}"] = (starts, min(_days_from(starts, 7), now))
    return spans


def _days_from(midnight: datetime, days: int) -> datetime:
    """Midnight some days later by the calendar, whatever the clocks were changed by."""
    day = midnight.replace(tzinfo=None) + timedelta(days=days)
    return timezone.make_aware(day, timezone.get_current_timezone())


def _score(target: Target, spans: dict[str, Span], found: Any) -> Score:
    def of(name: str) -> Attainment:
        return found.get((name, target.metric)) or Attainment(target.metric)

    weeks = [name for name in spans if name not in (TODAY, MONTH)]
    labels = {TODAY: _("Today"), MONTH: _("This month")}
    day = pgettext("format of a day without its year", "j M")
    return Score(
        label=target.label,
        target=target.within.total_seconds(),
        target_text=lasting(target.within),
        periods=tuple(_attained(labels[name], of(name), spans[name]) for name in (TODAY, MONTH)),
        trend=Chart(
            title=gettext("%(metric)s: share within the target, by week")
            % {"metric": target.label},
            unit="%",
            labels=tuple(date_format(spans[name][0], day) for name in weeks),
            series=(
                Series(
                    _("Share within the target, last 12 weeks"),
                    tuple(of(name).share for name in weeks),
                    urls=tuple(_url(spans[name]) for name in weeks),
                ),
            ),
            shape="line",
            top=100,
            counts=tuple(of(name).measured for name in weeks),
        ),
    )


def _attained(label: Any, figures: Attainment, span: Span) -> Attained:
    median = figures.median
    return Attained(
        label,
        figures.share,
        figures.measured,
        median.total_seconds() if median is not None else None,
        lasting(median) if median is not None else "",
        _url(span),
    )


def _url(span: Span) -> str:
    bounds = {"opened_at__gte": span[0], "opened_at__lt": span[1]}
    return list_url(Incident, status=COUNTED, is_drill=False, **bounds)


def lasting(length: timedelta) -> str:
    """A length to the second where that matters: 48 s, 4 min 11 s, 2 h 5 min."""
    seconds = round(length.total_seconds())
    minutes, hours = seconds // 60, seconds // 3600
    if seconds < 60:
        return gettext("%d s") % seconds
    if seconds < 3600:
        rest = seconds % 60
        whole = gettext("%d min") % minutes
        return f"{whole} {gettext('%d s') % rest}" if rest else whole
    return f"{gettext('%d h') % hours} {gettext('%d min') % (minutes % 60)}"
