"""What a scorecard's page shows: its figures and what they were made of, marks, the way it came."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from core.admin import Panel
from core.querysets import visible_rows
from core.registry import Registry
from core.showing import badge, link, listed
from vendors.models import Scorecard, ScoreLine, Vendor
from vendors.scorecards.enums import PeriodKind
from vendors.scorecards.pictures import radar_picture, trend_picture
from vendors.scorecards.scoring import ENOUGH
from vendors.scorecards.words import figure, period_name, points, title_of

TABLE = "portal/table.html"
# `(scorecard, user) -> Panel or None`: what is shown of a scorecard beside what it says itself.
CARD_PANELS: Registry[Any] = Registry("scorecard panel")
LOOKS_BACK = {PeriodKind.MONTH: 24, PeriodKind.QUARTER: 8}


def lines_of(card: Scorecard) -> list[ScoreLine]:
    return list(card.lines.select_related("kpi", "entered_by__person").order_by("kpi"))


def lead_panels(card: Scorecard, lines: list[ScoreLine]) -> list[Panel]:
    panels = [_figures(lines)]
    picture = radar_picture([(title_of(line.kpi), line.worth) for line in lines])
    if picture is not None:
        panels.insert(0, Panel("radar", _("At a glance"), "vendors/radar.html", picture, 0))
    return [*panels, trend_panel(card.vendor, card.period)]


def panels(card: Scorecard, lines: list[ScoreLine], user: Any) -> list[Panel]:
    found = [make(card, user) for _name, make in CARD_PANELS]
    return [_rows(lines, user), _marks(card), *(panel for panel in found if panel is not None)]


def trend_panel(vendor: Vendor, period: str, title: Any = "") -> Panel:
    """The scores of a vendor's last months or quarters."""
    kind = PeriodKind(period)
    cards = vendor.scorecards.filter(period=kind).order_by("-starts_on")[: LOOKS_BACK[kind]]
    told = [(period_name(card), card.score, url_of(card)) for card in reversed(cards)]
    return Panel("trend", title or _("Trend"), "vendors/trend.html", trend_picture(told), 0)


def vendor_panel(vendor: Vendor, user: Any) -> Panel | None:
    """The scorecards on a vendor's page, for who reads them."""
    cards = visible_rows(Scorecard, user).filter(vendor=vendor).order_by("-starts_on", "period")
    rows = [
        (
            link(card, card.reference),
            period_name(card),
            points(card.score),
            f"{card.confidence:.0f} %",
            card.get_status_display(),
        )
        for card in cards[:12]
    ]
    if not rows:
        return None
    columns = [_("scorecard"), _("period"), _("score"), _("confidence"), _("status")]
    content = {"columns": columns, "rows": rows}
    return Panel("scorecards", _("Scorecards"), TABLE, content, len(rows))


def url_of(card: Scorecard) -> str:
    return reverse("admin:vendors_scorecard_change", args=[card.pk])


def _figures(lines: list[ScoreLine]) -> Panel:
    columns = [
        *("#", _("figure"), pgettext_lazy("figure", "value"), _("n"), _("worth 0 at")),
        *(_("worth 100 at"), _("weight"), pgettext_lazy("figure", "worth"), _("source")),
    ]
    rows = [
        (
            number,
            title_of(line.kpi),
            _value(line),
            line.n,
            figure(line.kpi.floor, line.kpi.unit),
            figure(line.kpi.target, line.kpi.unit),
            f"{line.kpi.weight.normalize():f}",
            points(line.worth),
            _source(line),
        )
        for number, line in enumerate(lines, 1)
    ]
    return Panel("figures", _("Figures"), TABLE, {"columns": columns, "rows": rows}, len(rows))


def _value(line: ScoreLine) -> Any:
    if line.value is None:
        return badge(_("Not known"), "")
    told = figure(line.value, line.kpi.unit)
    if line.n is not None and line.n < ENOUGH:
        few = _("Made of fewer than %d cases: it says little.") % ENOUGH
        return format_html('<span class="quiet" title="{}">{}</span>', few, told)
    if line.rows:
        return format_html('<a href="#behind">{}</a>', told)
    return told


def _source(line: ScoreLine) -> Any:
    who = line.entered_by
    told = [line.kpi.get_source_display(), line.evidence, who and who.get_full_name()]
    return " · ".join(str(one) for one in told if one)


def _rows(lines: Iterable[ScoreLine], user: Any) -> Panel:
    """The records behind each figure that this person sees, and how many they do not."""
    found = list(lines)
    seen = seen_records((row for line in found for row in line.rows), user)
    rows = []
    for line in found:
        hidden = 0
        for row in line.rows:
            record = seen[row["model"]].get(row["id"])
            if record is None:
                hidden += 1
            else:
                rows.append((title_of(line.kpi), link(record, row["reference"]), row["said"]))
        if hidden:
            told = ngettext("%d that you do not see", "%d that you do not see", hidden) % hidden
            rows.append((title_of(line.kpi), "", told))
    columns = [_("figure"), _("record"), pgettext_lazy("figure", "what it says")]
    content = {
        "columns": columns,
        "rows": rows,
        "nothing": _("No figure was made of records."),
    }
    return Panel("behind", _("What it was made of"), TABLE, content, len(rows))


def seen_records(rows: Iterable[Any], user: Any) -> dict[str, dict[int, Any]]:
    """The records behind figures that somebody sees, by kind and key; one query for each kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        wanted[row["model"]].add(row["id"])
    return defaultdict(
        dict,
        {
            label: visible_rows(apps.get_model(label), user).order_by().in_bulk(list(ids))
            for label, ids in wanted.items()
        },
    )


def _marks(card: Scorecard) -> Panel:
    marks = card.marks.select_related("kpi", "given_by__person").order_by("kpi", "pk")
    rows = [
        (title_of(one.kpi), one.mark, one.comment, one.given_by.get_full_name()) for one in marks
    ]
    columns = [_("figure"), pgettext_lazy("vendor", "mark"), _("comment"), _("given by")]
    content = {"columns": columns, "rows": rows, "nothing": _("Nobody has given a mark.")}
    return Panel("marks", pgettext_lazy("vendor", "Marks"), TABLE, content, len(rows))


def kpi_rows(kpis: Iterable[Any], buttons: Any = None) -> dict[str, Any]:
    """The figures of a model, each with what can be done about it."""
    columns = [
        *(_("figure"), _("source"), _("counted in"), _("worth 0 at"), _("worth 100 at")),
        *(_("weight"), *([_("actions")] if buttons else [])),
    ]
    rows = [
        (
            title_of(kpi),
            kpi.get_source_display(),
            kpi.get_unit_display(),
            figure(kpi.floor, kpi.unit),
            figure(kpi.target, kpi.unit),
            f"{kpi.weight.normalize():f}",
            *([listed(buttons(kpi))] if buttons else []),
        )
        for kpi in kpis
    ]
    return {"columns": columns, "rows": rows}
