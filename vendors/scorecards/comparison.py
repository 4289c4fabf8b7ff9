"""The vendors of a month or quarter side by side: ranked, figure by figure, with their trend."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.showing import badge, link
from people.scope import scope_of
from vendors.models import Scorecard
from vendors.scorecards.enums import PeriodKind
from vendors.scorecards.page import LOOKS_BACK
from vendors.scorecards.periods import MONTHS, Period, later, period_of
from vendors.scorecards.pictures import sparkline
from vendors.scorecards.words import name_of, points, title_of

TEMPLATE = "vendors/compare.html"
_GOOD, _POOR = Decimal(80), Decimal(50)


class CompareForm(forms.Form):
    """Which month or quarter; the last one that has ended unless it is said."""

    period = forms.ChoiceField(label=_("Period"), choices=PeriodKind.choices, required=False)
    starts_on = forms.DateField(
        label=pgettext_lazy("period", "From"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
    )


def url_for(card: Scorecard) -> str:
    """The page that shows a scorecard among the others of its period."""
    asked = {"period": card.period, "starts_on": f"{card.starts_on}"}
    return f"{reverse('admin:vendors_scorecard_compare')}?{urlencode(asked)}"


def page(site: Any, request: HttpRequest) -> HttpResponse:
    """Ranks the scorecards that the reader sees; 400 with the reasons for what makes no sense."""
    user: Any = request.user
    if "vendors.view_scorecard" not in scope_of(user).permissions:
        raise PermissionDenied
    form = CompareForm(request.GET)
    title = _("Vendors side by side")
    context = {**site.each_context(request), "title": title, "form": form}
    if not form.is_valid():
        return TemplateResponse(request, TEMPLATE, context, status=400)
    seen = Scorecard.objects.visible_to(user)
    asked = _asked(form.cleaned_data)
    context["form"] = CompareForm(initial={"period": asked.kind, "starts_on": asked.first})
    context |= {
        "period_name": name_of(asked.kind, asked.first),
        "table": table(seen, asked),
        "before": _step(asked, -1),
        "after": _step(asked, 1),
    }
    return TemplateResponse(request, TEMPLATE, context)


def table(seen: Any, period: Period) -> dict[str, Any]:
    """Ranked by score, what is not known last; four queries however many vendors there are."""
    cards = list(seen.of(period).select_related("vendor").prefetch_related("lines__kpi"))
    cards.sort(key=lambda card: (card.score is None, -(card.score or 0), card.vendor.name))
    titles: dict[str, str] = {}
    for card in cards:
        titles |= {line.kpi.key: title_of(line.kpi) for line in card.lines.all()}
    history = _history(seen, period, [card.vendor_id for card in cards])
    rows = []
    for place, card in enumerate(cards, 1):
        worths = {line.kpi.key: line.worth for line in card.lines.all()}
        before = history.get(card.vendor_id, {}).get(period.previous.first)
        rows.append(
            (
                place if card.score is not None else "",
                link(card.vendor),
                link(card, points(card.score) or _("Not known")),
                _change(card.score, before),
                f"{card.confidence:.0f} %",
                _way(history.get(card.vendor_id, {}), period),
                *(_worth(worths.get(key)) for key in titles),
            )
        )
    columns = [
        *(pgettext_lazy("vendors", "rank"), _("vendor"), _("score"), _("change"), _("confidence")),
        *(_("trend"), *titles.values()),
    ]
    nothing = _("No scorecard of this period that you may see.")
    return {"columns": columns, "rows": rows, "nothing": nothing}


def _asked(answers: dict[str, Any]) -> Period:
    kind = answers["period"] or PeriodKind.QUARTER
    day = answers["starts_on"]
    return period_of(day, kind) if day else period_of(timezone.localdate(), kind).previous


def _history(seen: Any, period: Period, vendors: list[int]) -> dict[int, dict[date, Any]]:
    back = LOOKS_BACK[PeriodKind(period.kind)] * MONTHS[PeriodKind(period.kind)]
    cards = seen.filter(
        vendor__in=vendors,
        period=period.kind,
        starts_on__gt=later(period.first, -back),
        starts_on__lte=period.first,
    )
    found: dict[int, dict[date, Any]] = {}
    for vendor, day, score in cards.order_by().values_list("vendor", "starts_on", "score"):
        found.setdefault(vendor, {})[day] = score
    return found


def _way(scores: dict[date, Any], period: Period) -> Any:
    """A small picture of the scores until now."""
    months = MONTHS[PeriodKind(period.kind)]
    count = LOOKS_BACK[PeriodKind(period.kind)]
    days = [later(period.first, -months * back) for back in reversed(range(count))]
    drawn = sparkline([scores.get(day) for day in days])
    if drawn is None:
        return ""
    told = _("From %(first)s to %(last)s.") % {
        "first": points(drawn["first"]),
        "last": points(drawn["last"]),
    }
    return format_html(
        '<svg class="sparkline" width="96" height="24" viewBox="0 0 96 24" role="img" '
        'aria-label="{}"><polyline points="{}"/></svg>',
        told,
        drawn["points"],
    )


def _change(score: Decimal | None, before: Decimal | None) -> Any:
    if score is None or before is None:
        return ""
    by = score - before
    return badge(f"{by:+.1f}", "green" if by > 0 else "red" if by < 0 else "")


def _worth(worth: Decimal | None) -> Any:
    if worth is None:
        return ""
    tone = "green" if worth >= _GOOD else "orange" if worth >= _POOR else "red"
    return badge(points(worth), tone)


def _step(period: Period, by: int) -> dict[str, str]:
    first = later(period.first, by * MONTHS[PeriodKind(period.kind)])
    query = urlencode({"period": period.kind, "starts_on": str(first)})
    return {"url": f"?{query}", "name": name_of(period.kind, first)}
