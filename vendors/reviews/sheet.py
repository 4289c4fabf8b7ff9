"""A service review as PDF in either language: figures, minutes, attendees, actions, plans."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.services import record_event
from vendors.models import ServiceReview
from vendors.reviews.page import known_rows, name_of_item
from vendors.scorecards.page import lines_of, seen_records
from vendors.scorecards.pictures import radar_picture
from vendors.scorecards.words import figure, period_name, points, title_of

TEMPLATE = Path(__file__).parent / "sheet.typ"


def sheet_of(review: ServiceReview, user: Any, language: str) -> bytes:
    """What this person sees of it, in a language of the portal. Set by Typst; what people wrote
    reaches it as data and is never read as markup."""
    with translation.override(language):
        told = _told(review, user, language)
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"sheet": json.dumps(told, ensure_ascii=False)},
        ignore_system_fonts=True,
        timestamp=0,
    )


def sheet_response(review: ServiceReview, user: Any, language: str) -> HttpResponse:
    """The PDF as a download; taking it away is on record."""
    record_event("servicereview.sheet", actor=user, key=review.reference, query=language)
    response = HttpResponse(sheet_of(review, user, language), content_type="application/pdf")
    name = f"{review.reference}-{language}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _told(review: ServiceReview, user: Any, language: str) -> dict[str, Any]:
    card = review.scorecard
    lines = lines_of(card)
    radar = radar_picture([(title_of(line.kpi), line.worth) for line in lines])
    chair = _("Chair: %(name)s") % {"name": review.chair.get_full_name()}
    return {
        "lang": language[:2],
        "site": settings.SITE_NAME,
        "reference": review.reference,
        "title": review.vendor.name,
        "period": period_name(card),
        "state": str(review.get_status_display()),
        "facts": [_moment(review.held_at or review.planned_at), review.place, chair],
        "score": points(card.score) or "–",
        "confidence": f"{card.confidence:.0f} %",
        "figures": [
            [title_of(line.kpi), figure(line.value, line.kpi.unit) or "–", points(line.worth)]
            for line in lines
        ],
        "radar": radar and {"corners": _corners(radar), "axes": radar["axes"]},
        "items": _items(review, user),
        "attendees": _attendees(review),
        "actions": _actions(review),
        "plans": _plans(review),
        "digest": review.digest,
        "labels": _labels(),
    }


def _moment(at: Any) -> str:
    """With its zone, which nobody has to guess on paper."""
    local = localtime(at)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"


def _corners(radar: dict[str, Any]) -> list[list[float]]:
    return [[float(part) for part in pair.split(",")] for pair in radar["area"].split(" ")]


def _items(review: ServiceReview, user: Any) -> list[dict[str, Any]]:
    items = list(review.items.order_by("number"))
    seen = seen_records((row for item in items for row in item.rows), user)
    return [
        {
            "number": str(item.number),
            "title": name_of_item(item),
            "known": [
                f"{row['reference']} {row['said']}".strip()
                for _record, row in known_rows(item, seen)[0]
            ],
            "minutes": item.minutes,
        }
        for item in items
    ]


def _attendees(review: ServiceReview) -> list[list[str]]:
    said = {True: _("Yes"), False: _("No"), None: "–"}
    return [
        [str(one.get_side_display()), str(one), one.role, said[one.was_there]]
        for one in review.attendees.select_related("user__person").order_by("side", "pk")
    ]


def _actions(review: ServiceReview) -> list[list[str]]:
    return [
        [
            one.what,
            one.owner.get_full_name() if one.owner else one.contact,
            date_format(one.due_on, "SHORT_DATE_FORMAT"),
            str(one.get_status_display()),
        ]
        for one in review.actions.select_related("owner__person").order_by("due_on", "pk")
    ]


def _plans(review: ServiceReview) -> list[list[str]]:
    return [
        [
            title_of(one.kpi),
            f"{figure(one.from_value, one.kpi.unit)} → {figure(one.target_value, one.kpi.unit)}",
            date_format(one.due_on, "SHORT_DATE_FORMAT"),
            one.measures,
            str(one.get_status_display()),
        ]
        for one in review.plans.select_related("kpi").order_by("due_on", "pk")
    ]


def _labels() -> dict[str, Any]:
    return {
        "kind": capfirst(_("service review")),
        "page": _("Page"),
        "score": _("Score"),
        "confidence": _("Confidence"),
        "figures": _("Figures"),
        "figure_columns": [
            pgettext("vendor", "Figure"),
            pgettext("figure", "Value"),
            pgettext("figure", "Worth"),
        ],
        "agenda": _("Agenda and minutes"),
        "agreed": _("Agreed"),
        "attendees": _("Attendees"),
        "attendee_columns": [
            pgettext("side", "Side"),
            capfirst(_("name")),
            pgettext("contact", "Role"),
            capfirst(_("was there")),
        ],
        "actions": pgettext("service review", "Actions"),
        "action_columns": [
            capfirst(pgettext("action of a review", "what")),
            capfirst(_("whose")),
            capfirst(_("due on")),
            capfirst(_("status")),
        ],
        "plans": _("Improvement plans"),
        "plan_columns": [
            pgettext("vendor", "Figure"),
            _("From and to"),
            capfirst(_("until")),
            pgettext("improvement plan", "Measures"),
            capfirst(_("status")),
        ],
        "nothing": _("Nothing here."),
        "digest": "SHA-256",
    }
