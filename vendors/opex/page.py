"""The figures on a budget's page: months, cost centres, the way from plan to forecast; each leads
to the entries that it is the sum of."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Panel
from core.showing import badge, link
from vendors.models import Budget
from vendors.money import written
from vendors.opex.enums import EntryKind, SpendCategory
from vendors.opex.pictures import columns_picture, waterfall_picture
from vendors.opex.totals import Total, entries_of, totals, without_rate
from vendors.opex.variance import variances

TABLE = "portal/table.html"
SHOWN = 200  # entries on the page


def months_of(budget: Budget) -> list[date]:
    return [date(budget.year, month, 1) for month in range(1, 13)]


def month_name(month: date) -> str:
    return date_format(month, "M")


class Figures:
    """The sums of one budget, asked for once each."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.by_month = totals(entries_of(budget), budget.currency, "month", "kind")

    def of(self, month: date, kind: str) -> Decimal:
        return self.by_month.get((month, kind), Total(Decimal(0))).amount

    def year(self, kind: str) -> Decimal:
        return sum((self.of(month, kind) for month in months_of(self.budget)), Decimal(0))

    @property
    def unknown(self) -> int:
        return sum(one.unknown for one in self.by_month.values())


def lead_tables(budget: Budget, figures: Figures) -> list[Panel]:
    return [_picture(budget, figures), _months(budget, figures), _waterfall(budget)]


def panels(budget: Budget, asked: Any) -> list[Panel]:
    return [_variances(budget), _entries(budget, asked)]


def note(budget: Budget, figures: Figures) -> Any:
    """What is not in the totals, for want of a rate."""
    if not figures.unknown:
        return ""
    left = without_rate(entries_of(budget), budget.currency)
    told = ", ".join(written(amount, code) for code, amount in left.items())
    return _("No rate of exchange is known for %(amounts)s; the totals are without them.") % {
        "amounts": told
    }


def _picture(budget: Budget, figures: Figures) -> Panel:
    kinds = (EntryKind.PLAN, EntryKind.ACTUAL, EntryKind.FORECAST)
    series = [
        (kind.label, kind.value, [figures.of(month, kind) for month in months_of(budget)])
        for kind in kinds
    ]
    labels = [month_name(month) for month in months_of(budget)]
    urls = [[_to(kind=k.value, month=f"{m:%Y-%m}") for m in months_of(budget)] for k in kinds]
    content = columns_picture(labels, series, urls, budget.currency)
    return Panel("chart", _("By month"), "vendors/columns.html", content, 0)


def _waterfall(budget: Budget) -> Panel:
    told = entries_of(budget).filter(kind__in=(EntryKind.PLAN, EntryKind.FORECAST))
    found = totals(told, budget.currency, "category", "kind")
    none = Total(Decimal(0))
    steps = []
    for category in SpendCategory:
        plan = found.get((category, EntryKind.PLAN), none).amount
        forecast = found.get((category, EntryKind.FORECAST), none).amount
        if plan != forecast:
            url = _to(category=category.value)
            steps.append((str(category.label), forecast - plan, url))
    start = sum((one.amount for (_c, k), one in found.items() if k == EntryKind.PLAN), Decimal(0))
    content = waterfall_picture(start, steps, budget.currency)
    return Panel("waterfall", _("From plan to forecast"), "vendors/waterfall.html", content, 0)


def _months(budget: Budget, figures: Figures) -> Panel:
    rows = [
        (
            date_format(month, "YEAR_MONTH_FORMAT"),
            *(
                _figure(budget, figures.of(month, kind), kind=kind.value, month=f"{month:%Y-%m}")
                for kind in EntryKind
            ),
        )
        for month in months_of(budget)
    ]
    year = (_figure(budget, figures.year(kind), kind=kind.value) for kind in EntryKind)
    rows.append((pgettext_lazy("budget", "Year"), *year))
    columns = [_("month"), *(kind.label for kind in EntryKind)]
    return _panel("months", _("Months"), columns, rows)


def _variances(budget: Budget) -> Panel:
    said: dict[tuple[date, str], list[str]] = {}
    for one in budget.comments.all():
        said.setdefault((one.month, one.cost_centre), []).append(one.text)
    rows = []
    for one in variances(budget, timezone.localdate()):
        texts = said.get((one.month, one.cost_centre), [])
        missing = badge(_("Needs a comment"), "orange") if one.needs_comment else ""
        asked = {"month": f"{one.month:%Y-%m}", "cost_centre": one.cost_centre}
        rows.append(
            (
                date_format(one.month, "YEAR_MONTH_FORMAT"),
                one.cost_centre,
                _figure(budget, one.plan, kind=EntryKind.PLAN, **asked),
                _figure(budget, one.actual, kind=EntryKind.ACTUAL, **asked),
                written(one.amount, budget.currency),
                "" if one.percent is None else f"{one.percent:.1f} %",
                " · ".join(texts) or missing,
            )
        )
    columns = [
        *(_("month"), _("cost centre"), EntryKind.PLAN.label, EntryKind.ACTUAL.label),
        *(_("variance"), _("of the plan"), _("comment")),
    ]
    return _panel("variances", _("Variances"), columns, rows)


def _entries(budget: Budget, asked: Any) -> Panel:
    """The entries behind a figure, or the latest ones."""
    rows = narrowed(entries_of(budget), asked)
    found = rows.select_related("vendor", "contract", "invoice").order_by("-pk")[:SHOWN]
    told = [
        (
            date_format(one.month, "YEAR_MONTH_FORMAT"),
            one.get_kind_display(),
            one.cost_centre,
            one.get_category_display(),
            one.vendor and link(one.vendor),
            written(one.amount, one.currency),
            link(one.invoice) if one.invoice else (one.contract and link(one.contract)),
            one.posted_at,
        )
        for one in found
    ]
    columns = [
        *(_("month"), pgettext_lazy("spend", "kind"), _("cost centre"), _("category")),
        *(_("vendor"), _("amount"), _("source"), _("posted at")),
    ]
    return _panel("entries", _("Entries"), columns, told)


def narrowed(entries: Any, asked: Any) -> Any:
    """The entries of the month, kind, category and cost centre that an address names; what it
    names wrongly is left out."""
    for name in ("kind", "category", "cost_centre"):
        if asked.get(name):
            entries = entries.filter(**{name: asked[name]})
    try:
        month = date.fromisoformat(f"{asked.get('month', '')}-01")
    except ValueError:
        return entries
    return entries.filter(month=month)


def _to(**asked: Any) -> str:
    return f"?{urlencode(asked)}#entries"


def _figure(budget: Budget, amount: Decimal, **asked: Any) -> Any:
    told = written(amount, budget.currency)
    return format_html('<a href="{}">{}</a>', _to(**asked), told) if amount else told


def _panel(slug: str, title: Any, columns: Any, rows: Any) -> Panel:
    return Panel(slug, title, TABLE, {"columns": columns, "rows": rows}, len(rows))
