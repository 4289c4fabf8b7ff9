"""A scorecard as PDF for the meeting with the vendor, in either language."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.services import record_event
from vendors.models import Scorecard, ScoreLine
from vendors.scorecards.enums import CardStatus, PeriodKind
from vendors.scorecards.page import LOOKS_BACK, lines_of, seen_records
from vendors.scorecards.words import figure, period_name, points, title_of

TEMPLATE = Path(__file__).parent / "sheet.typ"
SHOWN_BACK = 8


def sheet_response(card: Scorecard, user: Any, language: str) -> HttpResponse:
    """The PDF for the meeting as a file; that somebody takes it away is on record."""
    record_event("scorecard.sheet", actor=user, key=card.reference, query=language)
    response = HttpResponse(sheet_of(card, user, language), content_type="application/pdf")
    name = f"{card.reference}-{language}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def sheet_of(card: Scorecard, user: Any, language: str) -> bytes:
    """What this person sees of it, in a language of the portal. Set by Typst; what people wrote
    reaches it as data and is never read as markup."""
    with translation.override(language):
        told = _told(card, user, language)
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"sheet": json.dumps(told, ensure_ascii=False)},
        ignore_system_fonts=True,
        timestamp=0,
    )


def _told(card: Scorecard, user: Any, language: str) -> dict[str, Any]:
    lines = lines_of(card)
    is_locked = card.status == CardStatus.LOCKED
    moment = date_format(card.locked_at or card.measured_at, "SHORT_DATETIME_FORMAT")
    state = _("Locked on %(at)s") if is_locked else _("Open: measured on %(at)s, may still move")
    return {
        "lang": language[:2],
        "site": settings.SITE_NAME,
        "reference": card.reference,
        "title": card.vendor.name,
        "period": period_name(card),
        "state": state % {"at": moment},
        "score": points(card.score) or "–",
        "confidence": f"{card.confidence:.0f} %",
        "note": _("From 0 to 100. Confidence: the share of the weights whose figures are known."),
        "figures": [_figure(line) for line in lines],
        "trend": _trend(card),
        "quote": card.comment,
        "marks": _marks(card),
        "rows": _rows(lines, user),
        "digest": card.digest,
        "labels": _labels(),
    }


def _labels() -> dict[str, Any]:
    return {
        "page": _("Page"),
        "score": _("Score"),
        "confidence": _("Confidence"),
        "figures": _("Figures"),
        "figure": pgettext("vendor", "Figure"),
        "value": pgettext("figure", "Value"),
        "n": "n",
        "span": _("Worth 0 to 100"),
        "weight": _("Weight"),
        "worth": pgettext("figure", "Worth"),
        "trend": _("Trend"),
        "quote": _("What the vendor says"),
        "marks": pgettext("vendor", "Marks"),
        "mark_columns": [
            pgettext("vendor", "Figure"),
            pgettext("vendor", "Mark"),
            capfirst(_("comment")),
            capfirst(_("given by")),
        ],
        "rows": _("What it was made of"),
        "row_columns": [pgettext("vendor", "Figure"), _("Record"), ""],
        "digest": "SHA-256",
        "nothing": _("Nothing here."),
    }


def _figure(line: ScoreLine) -> dict[str, Any]:
    kpi = line.kpi
    return {
        "title": title_of(kpi),
        "value": figure(line.value, kpi.unit) or "–",
        "n": "–" if line.n is None else str(line.n),
        "span": f"{figure(kpi.floor, kpi.unit)} … {figure(kpi.target, kpi.unit)}",
        "weight": f"{kpi.weight.normalize():f}",
        "points": points(line.worth) or "–",
        "worth": None if line.worth is None else float(line.worth),
    }


def _trend(card: Scorecard) -> list[dict[str, Any]]:
    back = min(SHOWN_BACK, LOOKS_BACK[PeriodKind(card.period)])
    before = card.vendor.scorecards.filter(period=card.period, starts_on__lte=card.starts_on)
    return [
        {
            "period": period_name(one),
            "points": points(one.score) or "–",
            "score": None if one.score is None else float(one.score),
        }
        for one in reversed(before.order_by("-starts_on")[:back])
    ]


def _marks(card: Scorecard) -> list[list[str]]:
    marks = card.marks.select_related("kpi", "given_by__person").order_by("kpi", "pk")
    return [
        [title_of(one.kpi), str(one.mark), one.comment, one.given_by.get_full_name()]
        for one in marks
    ]


def _rows(lines: list[ScoreLine], user: Any) -> list[list[str]]:
    """The records behind the figures, of those that this person sees."""
    seen = seen_records((row for line in lines for row in line.rows), user)
    return [
        [title_of(line.kpi), row["reference"], row["said"]]
        for line in lines
        for row in line.rows
        if row["id"] in seen[row["model"]]
    ]
