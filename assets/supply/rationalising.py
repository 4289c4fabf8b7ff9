"""Several vendors for the same thing: what each costs, how it scores and when its contract ends."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assets.models import ServiceDependency
from assets.supply.concentration import ConcentrationForm, reporting_currency
from assets.supply.lists import criticality_badge
from core.admin import Panel
from core.querysets import visible_rows
from core.showing import link, listed, shown
from people.scope import scope_of
from vendors.models import Contract, ContractTerm, Scorecard, SpendEntry, Vendor
from vendors.money import written
from vendors.opex.enums import EntryKind, SpendCategory
from vendors.opex.totals import Total, totals
from vendors.scorecards.enums import CardStatus
from vendors.scorecards.words import points

TEMPLATE = "assets/supply_concentration.html"
TABLE = "portal/table.html"
YEAR = timedelta(days=365)


def page(site: Any, request: HttpRequest) -> HttpResponse:
    """What the reader sees of it today; 400 for what is no currency."""
    user: Any = request.user
    if "assets.view_servicedependency" not in scope_of(user).permissions:
        raise PermissionDenied
    form = ConcentrationForm(request.GET)
    context = {**site.each_context(request), "title": _("Rationalisation"), "form": form}
    if not form.is_valid():
        return TemplateResponse(request, TEMPLATE, context, status=400)
    currency = form.cleaned_data["currency"] or reporting_currency(user)
    context["form"] = ConcentrationForm(initial={"currency": currency})
    known = Known(user, timezone.localdate(), currency)
    context["panels"] = [by_service(user, known), by_category(known)]
    return TemplateResponse(request, TEMPLATE, context)


class Known:
    """What is known of each vendor that somebody sees: spend, score, contracts. Five queries,
    however many vendors there are."""

    def __init__(self, user: Any, today: date, currency: str) -> None:
        self.today, self.currency = today, currency
        self.vendors = {one.pk: one for one in Vendor.objects.visible_to(user)}
        billed = SpendEntry.objects.visible_to(user).filter(
            kind=EntryKind.ACTUAL,
            vendor__in=list(self.vendors),
            booked_on__gt=today - YEAR,
            booked_on__lte=today,
        )
        self.spend: dict[tuple[Any, ...], Total] = totals(billed, currency, "category", "vendor")
        cards = Scorecard.objects.visible_to(user).filter(status=CardStatus.LOCKED)
        latest = cards.order_by("vendor_id", "-starts_on", "-pk").distinct("vendor_id")
        self.cards = {card.vendor_id: card for card in latest}
        self.contracts: dict[int, list[Contract]] = defaultdict(list)
        running = visible_rows(Contract, user).running()  # type: ignore[attr-defined]  # -- of its queryset
        for contract in running.order_by("pk"):
            self.contracts[contract.vendor_id].append(contract)
        terms = visible_rows(ContractTerm, user).filter(starts_on__lte=today, ends_on__gte=today)
        self.ends = dict(terms.order_by().values_list("contract", "ends_on"))

    def of(self, vendor: int, category: str = "") -> tuple[Any, ...]:
        """Spend (of a category), score, contracts with the end of their running term."""
        amounts = [
            total.amount
            for (one, key), total in self.spend.items()
            if key == vendor and category in ("", one)
        ]
        card = self.cards.get(vendor)
        ends = [
            format_html(
                "{} {}",
                link(contract, contract.reference),
                shown(self.ends[contract.pk]) if contract.pk in self.ends else "",
            )
            for contract in self.contracts.get(vendor, [])
        ]
        return (
            written(sum(amounts, Decimal(0)), self.currency) if amounts else None,
            card and link(card, points(card.score) or _("Not known")),
            listed(ends) if ends else None,
        )


def _columns(first: str, *more: str) -> list[str]:
    return [
        *(first, _("vendor"), *more, _("billed in twelve months"), _("last locked score")),
        _("contracts, and the end of their term"),
    ]


def by_service(user: Any, known: Known) -> Panel:
    """Services with more than one vendor."""
    seen = ServiceDependency.objects.visible_to(user).in_force(known.today)
    found: dict[Any, list[ServiceDependency]] = defaultdict(list)
    for one in seen.select_related("service").order_by("service__name", "criticality", "pk"):
        found[one.service].append(one)
    rows = [
        (
            link(service),
            link(known.vendors[one.vendor_id]),
            one.supplies,
            criticality_badge(one),
            *known.of(one.vendor_id),
        )
        for service, several in found.items()
        if len(several) > 1
        for one in several
    ]
    columns = _columns(_("service"), _("what it supplies"), pgettext("supply", "criticality"))
    nothing = _("No service has several vendors.")
    content = {"columns": columns, "rows": rows, "nothing": nothing}
    return Panel("services", _("Several vendors for one service"), TABLE, content, len(rows))


def by_category(known: Known) -> Panel:
    """Categories of spend in which several vendors billed, those with the most vendors first."""
    found: dict[str, list[tuple[Decimal, int]]] = defaultdict(list)
    for (category, vendor), total in known.spend.items():
        found[category].append((total.amount, vendor))
    several = {name: sorted(many, reverse=True) for name, many in found.items() if len(many) > 1}
    rows = [
        (SpendCategory(name).label, link(known.vendors[vendor]), *known.of(vendor, name))
        for name, many in sorted(several.items(), key=lambda pair: -len(pair[1]))
        for _amount, vendor in many
    ]
    nothing = _("No category has several vendors, or you do not see what was billed.")
    content = {"columns": _columns(_("category")), "rows": rows, "nothing": nothing}
    return Panel("categories", _("Several vendors in one category"), TABLE, content, len(rows))
