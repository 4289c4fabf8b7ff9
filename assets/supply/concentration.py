"""How much hangs on few: services, money, countries and fourth parties, each with its rows."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.db.models.functions import Upper
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from assets.models import ServiceDependency
from assets.supply.enums import SupplyCriticality
from assets.supply.page import risk_rows
from assets.supply.querysets import WEIGHT
from assets.supply.shares import herfindahl, level_of, shares
from core.admin import Panel
from core.querysets import visible_rows
from core.showing import badge, link, listed
from people.enums import Country
from people.scope import scope_of
from vendors.assurance.enums import LocationUse
from vendors.models import SpendEntry, Vendor, VendorLocation, VendorSubcontractor
from vendors.money import check_currency, written
from vendors.opex.enums import EntryKind
from vendors.opex.totals import totals, without_rate

TEMPLATE = "assets/supply_concentration.html"
TABLE = "portal/table.html"
YEAR = timedelta(days=365)
_TONES = {"high": "red", "moderate": "orange", "low": "green"}


class ConcentrationForm(forms.Form):
    """In which currency money is told."""

    currency = forms.CharField(
        label=gettext_lazy("Currency"), max_length=3, required=False, validators=[check_currency]
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


def page(site: Any, request: HttpRequest) -> HttpResponse:
    """What the reader sees of it today; 400 for what is no currency."""
    user: Any = request.user
    if "assets.view_servicedependency" not in scope_of(user).permissions:
        raise PermissionDenied
    form = ConcentrationForm(request.GET)
    context = {**site.each_context(request), "title": _("Concentration"), "form": form}
    if not form.is_valid():
        return TemplateResponse(request, TEMPLATE, context, status=400)
    today = timezone.localdate()
    currency = form.cleaned_data["currency"] or reporting_currency(user)
    context["form"] = ConcentrationForm(initial={"currency": currency})
    names = {one.pk: one for one in Vendor.objects.visible_to(user)}
    context["panels"] = [
        risks(user, today),
        by_services(user, today, names),
        by_spend(user, today, currency, names),
        by_country(user, today),
        by_fourth_party(user, names),
    ]
    return TemplateResponse(request, TEMPLATE, context)


def reporting_currency(user: Any) -> str:
    """The currency in which most of what one sees was booked; MXN where nothing was."""
    seen = SpendEntry.objects.visible_to(user).order_by()
    found = seen.values("currency").annotate(n=Count("pk")).order_by("-n", "currency").first()
    return str(found["currency"]) if found else "MXN"


def risks(user: Any, today: date) -> Panel:
    """What stops with a vendor, cannot be had elsewhere within weeks, and has no tested exit."""
    content = risk_rows(ServiceDependency.objects.visible_to(user).at_risk(today))
    return Panel("risks", _("Single-vendor risks"), TABLE, content, len(content["rows"]))


def by_services(user: Any, today: date, names: dict[int, Vendor]) -> Panel:
    """Shares of the dependencies, weighted: critical 3, important 2, supporting 1."""
    seen = ServiceDependency.objects.visible_to(user).in_force(today).order_by()
    found = {
        row["vendor"]: row
        for row in seen.values("vendor").annotate(
            weight=Sum(WEIGHT),
            services=Count("service"),
            critical=Count("pk", filter=Q(criticality=SupplyCriticality.CRITICAL)),
        )
    }
    percents = shares({key: row["weight"] for key, row in found.items()})
    rows = [
        (link(names[key]), found[key]["services"], found[key]["critical"], _bar(percent))
        for key, percent in percents.items()
    ]
    columns = [_("vendor"), _("services"), _("critical ones"), pgettext("concentration", "share")]
    return _panel("services", _("Of services, by criticality"), columns, rows, percents)


def by_spend(user: Any, today: date, currency: str, names: dict[int, Vendor]) -> Panel:
    """Shares of what was billed in twelve months, as one currency."""
    billed = SpendEntry.objects.visible_to(user).filter(
        kind=EntryKind.ACTUAL,
        vendor__in=list(names),
        booked_on__gt=today - YEAR,
        booked_on__lte=today,
    )
    found = {key[0]: one.amount for key, one in totals(billed, currency, "vendor").items()}
    percents = shares(found)
    rows = [
        (link(names[key]), written(found[key], currency), _bar(percent))
        for key, percent in percents.items()
    ]
    columns = [_("vendor"), _("billed in twelve months"), pgettext("concentration", "share")]
    panel = _panel("spend", _("Of spend"), columns, rows, percents)
    left = without_rate(billed, currency)
    if left:
        amounts = ", ".join(written(amount, code) for code, amount in left.items())
        text = _("No rate of exchange is known for %(amounts)s; the shares are without them.")
        panel.context["note"] = format_html(
            "{} {}", panel.context.get("note", ""), text % {"amounts": amounts}
        )
    return panel


def by_country(user: Any, today: date) -> Panel:
    """Where the vendors that services depend on process: each vendor once in each country."""
    needed = ServiceDependency.objects.visible_to(user).in_force(today).order_by()
    places = visible_rows(VendorLocation, user).filter(
        Q(holds_data=True) | ~Q(use=LocationUse.STAFF), vendor__in=needed.values("vendor")
    )
    found = {
        row["country"]: row
        for row in places.order_by()
        .values("country")
        .annotate(
            vendors=Count("vendor", distinct=True),
            holding=Count("vendor", distinct=True, filter=Q(holds_data=True)),
        )
    }
    percents = shares({key: row["vendors"] for key, row in found.items()})
    rows = [
        (Country(key).label, found[key]["vendors"], found[key]["holding"], _bar(percent))
        for key, percent in percents.items()
    ]
    columns = [
        _("country"),
        _("vendors"),
        _("hold our data there"),
        pgettext("concentration", "share"),
    ]
    return _panel("countries", _("Of countries of processing"), columns, rows, percents)


def by_fourth_party(user: Any, names: dict[int, Vendor]) -> Panel:
    """Who works for several of our vendors; the index counts those of one vendor too."""
    hanging: dict[Any, set[int]] = defaultdict(set)
    told: dict[Any, str] = {}
    seen = visible_rows(VendorSubcontractor, user).annotate(key=Upper("name")).order_by("pk")
    for pk, key, name, vendor in seen.values_list("subcontractor", "key", "name", "vendor"):
        hanging[pk or key].add(vendor)
        told.setdefault(pk or key, name)
    percents = shares({key: len(vendors) for key, vendors in hanging.items()})
    rows = [
        (
            _fourth(key, told[key], names),
            len(hanging[key]),
            listed([link(names[pk]) for pk in sorted(hanging[key]) if pk in names]),
            _bar(percent),
        )
        for key, percent in percents.items()
        if len(hanging[key]) > 1
    ]
    columns = [
        _("subcontractor"),
        _("vendors"),
        _("which ones"),
        pgettext("concentration", "share"),
    ]
    return _panel("fourth", _("Of subcontractors of several vendors"), columns, rows, percents)


def _fourth(key: Any, name: str, names: dict[int, Vendor]) -> Any:
    if isinstance(key, int):
        return link(names[key]) if key in names else badge(_("A vendor that you do not see"))
    return name


def _panel(
    slug: str, title: str, columns: list[str], rows: list[Any], percents: dict[Any, Decimal]
) -> Panel:
    content: dict[str, Any] = {"columns": columns, "rows": rows}
    index = herfindahl(percents.values())
    if rows and index is not None:
        content["note"] = format_html(
            "{} {} {}",
            _("Herfindahl index:"),
            badge(f"{index:,}", _TONES[level_of(index)]),
            _level(index, len(percents)),
        )
    return Panel(slug, title, TABLE, content, len(rows))


def _level(index: int, count: int) -> str:
    level = {
        "high": pgettext("concentration", "high"),
        "moderate": pgettext("concentration", "moderate"),
        "low": pgettext("concentration", "low"),
    }[level_of(index)]
    text = ngettext("%(level)s, over %(n)s.", "%(level)s, over %(n)s of them.", count)
    return text % {"level": level, "n": count}


def _bar(percent: Decimal) -> Any:
    """A share as a bar with its number beside it."""
    wide = f"{percent:.1f}"
    return format_html(
        '<span class="share"><svg viewBox="0 0 100 8" preserveAspectRatio="none" '
        'aria-hidden="true"><rect width="{}" height="8"/></svg> {} %</span>',
        wide,
        wide,
    )
