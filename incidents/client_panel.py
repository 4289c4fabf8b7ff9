"""What incidents and requests tell of a client, for its page and its monthly report: how the
mandate and what is agreed were attained, and what is open, of what the reader sees."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.admin_pages import Panel
from core.showing import ago, duration, link
from incidents import request_page
from incidents.measuring import lives_of
from incidents.models import Incident, Request
from incidents.page import incident_rows, priority_badge, status_badge
from people.scope import scope_of
from sla.agreed_attainment import Agreed, agreed_attainment, clocks_of_lives
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
    """The most pressing open incidents and requests of the client, those of one priority incidents
    first."""
    permissions = scope_of(user).permissions
    if not {"incidents.view_incident", "incidents.view_request"} & permissions:
        return None
    incidents = incident_rows(Incident.objects.visible_to(user).open().filter(client=client))
    requests = request_page.request_rows(
        Request.objects.visible_to(user).open().filter(client=client)
    )
    found = [
        *((row, status_badge(row)) for row in _most_pressing(incidents)),
        *((row, request_page.status_badge(row)) for row in _most_pressing(requests)),
    ]
    found.sort(key=lambda pair: pair[0].priority)
    content = {
        "columns": [_("Record"), _("Title"), _("Priority"), _("Status"), _("Opened")],
        "rows": [
            (link(row, row.reference), row.title, priority_badge(row), status, ago(row.opened_at))
            for row, status in found[:SHOWN]
        ],
        "nothing": _("Nothing of this client is open."),
    }
    if len(found) > SHOWN:
        content["note"] = format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            f"/incidents/incident/?client={client.slug}",
            _("All incidents"),
            f"/incidents/request/?client={client.slug}",
            _("All requests"),
        )
    return Panel("open-work", _("Open work"), "portal/table.html", content, len(found[:SHOWN]))


def _most_pressing(rows: Any) -> Any:
    return rows.order_by("priority", "-pk")[: SHOWN + 1]


def attainment_panel(client: Client, user: Any) -> Panel | None:
    """The 1-5-10 mandate over the client's incidents, this month and the two before."""
    if "incidents.view_incident" not in scope_of(user).permissions:
        return None
    spans = {f"{first:%Y-%m}": span for first, span in _last_months().items()}
    found = attainment_in(client, user, spans)
    content = {
        "columns": [_("Month"), _("Metric"), _("Met"), _("Median"), _("n")],
        "rows": [
            (date_format(start, "F Y"), *row)
            for name, (start, _end) in spans.items()
            for row in attainment_rows(found, name)
        ],
    }
    return Panel("attainment", _("1-5-10"), "portal/table.html", content)


def agreed_panel(client: Client, user: Any) -> Panel | None:
    """What is agreed with the client, this month and the two before: frozen, or so far."""
    if "sla.view_agreement" not in scope_of(user).permissions:
        return None
    content = {
        "columns": [
            *(_("Month"), _("Agreement"), _("Metric"), _("Met"), _("n"), _("Running late")),
            _("Statement"),
        ],
        "rows": [
            (date_format(one.month, "F Y"), one.agreement, *_leading(one, client))
            for one in agreed_in(client, user, _last_months())
        ],
        "note": _(
            "A clock counts in the month in which it stopped. A frozen month is of all records of "
            "the agreement; “so far” is of those that you see."
        ),
        "nothing": _("No agreed clock of this client has stopped lately or runs late."),
    }
    return Panel("agreed", _("Agreed times"), "portal/table.html", content)


def agreed_in(client: Client, user: Any, months: dict[date, Span]) -> list[Agreed]:
    """By month, agreement and metric; of incidents and requests that the reader sees."""
    clocks = agreed_clocks(client, user, min(start for start, _end in months.values()))
    return agreed_attainment(clocks, months, client=client, user=user, now=timezone.now())


def agreed_clocks(client: Client, user: Any, since: datetime) -> Any:
    """The clocks of what is agreed with clients, on the client's incidents and requests that the
    reader sees and that are open or were resolved since then."""
    lives = [
        rows.visible_to(user)
        .filter(Q(resolved_at__isnull=True) | Q(resolved_at__gte=since), client=client)
        .counted()
        .order_by()
        .values("life")
        for rows in (Incident.objects, Request.objects)
    ]
    return clocks_of_lives(*lives)


def agreed_cells(one: Agreed) -> tuple[str, str, int, int, str]:
    """Metric, share, n, late and where it is from, in the language that is active."""
    share = "–" if one.share is None else f"{one.share:.1f} %"
    return str(one.metric.label), share, one.n, one.late, one.source


def _leading(one: Agreed, client: Client) -> tuple[Any, ...]:
    """The cells, of which the share leads to the records behind it."""
    metric, share, *others = agreed_cells(one)
    asked = {"agreement": one.slug, "metric": one.metric, "month": f"{one.month:%Y-%m}"}
    url = f"{reverse('admin:agreed_rows', args=[client.slug])}?{urlencode(asked)}"
    return metric, format_html('<a href="{}">{}</a>', url, share), *others


def _last_months() -> dict[date, Span]:
    """By its first day, this month and those before it, the latest first."""
    found, (year, month) = {}, timezone.localtime().timetuple()[:2]
    for _back in range(MONTHS):
        found[date(year, month, 1)] = month_span(year, month)
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return found
