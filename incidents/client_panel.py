"""What incidents tell of a client, for its page and its monthly report: attainment of the mandate
and of what is open, of the incidents that the reader sees."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.admin_pages import Panel
from core.showing import ago, duration, link
from incidents.measuring import lives_of
from incidents.models import Incident
from incidents.page import incident_rows, priority_badge, status_badge
from people.scope import scope_of
from sla.attainment import Attainment, Span, attainment_of
from sla.clocks import MANDATE
from sla.models import Client

SHOWN = 50
MONTHS = 3


def month_span(year: int, month: int) -> Span:
    """From midnight to midnight in the zone that is active."""
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    zone = timezone.get_current_timezone()
    return datetime(year, month, 1, tzinfo=zone), datetime(*after, 1, tzinfo=zone)


def attainment_in(client: Client, user: Any, spans: dict[str, Span]) -> dict[Any, Attainment]:
    """By span and metric; one statement."""
    first = min(start for start, _end in spans.values())
    last = max(end for _start, end in spans.values())
    seen = Incident.objects.visible_to(user).filter(
        client=client, opened_at__gte=first, opened_at__lt=last
    )
    return attainment_of(lives_of(seen.counted()), spans, timezone.now())


def attainment_rows(found: dict[Any, Attainment], span: str) -> list[tuple[str, str, str, int]]:
    """Metric, share, median and n, in the language that is active."""
    rows = []
    for target in MANDATE:
        one = found.get((span, target.metric)) or Attainment(target.metric)
        share = "–" if one.share is None else f"{one.share:.1f} %"
        median = duration(one.median) if one.median is not None else "–"
        rows.append((str(target.label), share, median, one.measured))
    return rows


def open_panel(client: Client, user: Any) -> Panel | None:
    """The most pressing open incidents of the client."""
    if "incidents.view_incident" not in scope_of(user).permissions:
        return None
    of_it = Incident.objects.visible_to(user).open().filter(client=client)
    found = list(incident_rows(of_it).order_by("priority", "-pk")[: SHOWN + 1])
    content = {
        "columns": [_("Incident"), _("Title"), _("Priority"), _("Status"), _("Opened")],
        "rows": [
            (
                link(row, row.reference),
                row.title,
                priority_badge(row),
                status_badge(row),
                ago(row.opened_at),
            )
            for row in found[:SHOWN]
        ],
        "nothing": _("No incident is open."),
    }
    if len(found) > SHOWN:
        url = f"/incidents/incident/?client={client.slug}"
        content["note"] = format_html('<a href="{}">{}</a>', url, _("Show all"))
    return Panel("open-work", _("Open work"), "portal/table.html", content, len(found[:SHOWN]))


def attainment_panel(client: Client, user: Any) -> Panel | None:
    """The 1-5-10 mandate over the client's incidents, this month and the two before."""
    if "incidents.view_incident" not in scope_of(user).permissions:
        return None
    months, (year, month) = [], timezone.localtime().timetuple()[:2]
    for _back in range(MONTHS):
        months.append((year, month))
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    spans = {f"{y}-{m:02}": month_span(y, m) for y, m in months}
    found = attainment_in(client, user, spans)
    content = {
        "columns": [_("Month"), _("Metric"), _("Met"), _("Median"), _("n")],
        "rows": [
            (date_format(start, "F Y"), *row)
            for name, (start, _end) in spans.items()
            for row in attainment_rows(found, name)
        ],
    }
    return Panel("attainment", _("Attainment"), "portal/table.html", content)
