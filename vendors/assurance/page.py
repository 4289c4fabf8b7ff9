"""The tabs of a vendor's page: due diligence, reviews, places, subcontractors, contacts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Button, Panel
from core.admin_pages import row_of_buttons
from core.showing import NOTHING, badge, link, shown
from vendors.assurance.dates import SOON
from vendors.assurance.enums import Answer, DiligenceStatus, Question, ReviewOutcome
from vendors.models import Vendor
from vendors.querysets import WATCHED
from vendors.vendor_rules import latest_diligence

TABLE = "portal/table.html"

type ButtonFor = Callable[..., Button | None]

_STATUS_TONES = {
    DiligenceStatus.OPEN: "blue",
    DiligenceStatus.SUBMITTED: "orange",
    DiligenceStatus.APPROVED: "green",
    DiligenceStatus.REFUSED: "red",
}
_ANSWER_TONES = {Answer.MET: "green", Answer.PARTLY: "orange", Answer.NOT_MET: "red"}
_OUTCOME_TONES = {
    ReviewOutcome.SATISFACTORY: "green",
    ReviewOutcome.WITH_GAPS: "orange",
    ReviewOutcome.UNSATISFACTORY: "red",
}


def assurance_panels(
    vendor: Vendor, user: Any, button: ButtonFor, url_of_file: Callable[[Any], str]
) -> list[Panel]:
    return [
        diligence_panel(vendor, button),
        evidence_panel(vendor, button, url_of_file),
        reviews_panel(vendor, button),
        places_panel(vendor, button),
        subcontractors_panel(vendor, user, button),
        contacts_panel(vendor, button),
        contracts_panel(vendor, user),
    ]


def review_cell(vendor: Vendor) -> Any:
    """When it is reviewed next; coloured when that is near or past."""
    if vendor.status not in WATCHED:
        return NOTHING
    day, today = vendor.next_review_on, timezone.localdate()
    if day is None:
        return badge(_("Never reviewed"), "red")
    return _coloured(day, today)


def _coloured(day: date, today: date) -> Any:
    if day < today:
        return badge(shown(day), "red")
    return badge(shown(day), "orange") if day - today <= timedelta(days=SOON) else shown(day)


def diligence_panel(vendor: Vendor, button: ButtonFor) -> Panel:
    """The latest due diligence with its answers; how the ones before ended stands above."""
    found = list(vendor.diligences.select_related("assessor__person", "decided_by__person"))
    title = _("Due diligence")
    if not found:
        nothing = _("It was engaged before its due diligence was kept here.")
        if vendor.taken_over_on is None:
            nothing = _("Nobody has looked at it yet.")
        return Panel("diligence", title, TABLE, {"rows": [], "nothing": nothing}, 0)
    latest = found[0]
    known = {one.question: one for one in latest.answers.all()}
    rows: list[tuple[Any, ...]] = [_told(one) for one in found]
    for question in Question:
        one = known.get(question)
        rows.append((question.label, _answer(one), one.note if one else ""))
    content = {
        "columns": [_("question"), pgettext_lazy("due diligence", "answer"), _("finding")],
        "rows": rows,
        "buttons": _offered(button("answer_questions", _("Answer the questions"))),
        "note": latest.summary,
    }
    return Panel("diligence", title, TABLE, content, len(known))


def _told(one: Any) -> tuple[Any, ...]:
    tone = _STATUS_TONES.get(DiligenceStatus(one.status), "")
    told = [
        _("Assessed by %(who)s.") % {"who": one.assessor.get_full_name()},
        _("Inherent risk: %(risk)s.") % {"risk": one.get_risk_display()},
    ]
    if one.decided_by:
        facts = {"who": one.decided_by.get_full_name(), "at": shown(one.decided_at.date())}
        told.append(_("Decided by %(who)s on %(at)s.") % facts)
    told.append(one.decision_note)
    title = _("Due diligence %(number)s") % {"number": one.number}
    said = " ".join(str(text) for text in told if text)
    return (
        format_html("<strong>{}</strong>", title),
        badge(one.get_status_display(), tone),
        said,
    )


def _answer(one: Any) -> Any:
    if one is None:
        return badge(_("Not answered"), "")
    return badge(one.get_answer_display(), _ANSWER_TONES.get(Answer(one.answer), ""))


def evidence_panel(vendor: Vendor, button: ButtonFor, url_of_file: Callable[[Any], str]) -> Panel:
    latest = latest_diligence(vendor)
    found = list(latest.documents.select_related("uploaded_by__person")) if latest else []
    rows = [
        (
            format_html('<a href="{}">{}</a>', url_of_file(one), one.title),
            one.name,
            format_html("<code>{}</code>", one.sha256[:16]),
            one.uploaded_by.get_full_name(),
            one.created_at,
        )
        for one in found
    ]
    columns = [
        *(_("document"), _("file"), _("SHA-256 begins with"), _("added by")),
        _("added at"),
    ]
    offered = _offered(button("attach_evidence", _("Add evidence")))
    content = {"columns": columns, "rows": rows, "buttons": offered}
    return Panel("evidence", _("Evidence"), TABLE, content, len(rows))


def reviews_panel(vendor: Vendor, button: ButtonFor) -> Panel:
    found = vendor.reviews.select_related("reviewed_by__person")
    rows = [
        (
            one.reviewed_on,
            badge(one.get_outcome_display(), _OUTCOME_TONES.get(ReviewOutcome(one.outcome), "")),
            one.gaps,
            one.reviewed_by.get_full_name(),
            _due(one),
            one.next_on,
        )
        for one in found
    ]
    columns = [
        *(_("reviewed on"), _("outcome"), _("gaps"), _("reviewed by"), _("was due on")),
        _("next review"),
    ]
    offered = _offered(button("review", _("Record a review")))
    content = {"columns": columns, "rows": rows, "buttons": offered}
    return Panel("reviews", _("Reviews"), TABLE, content, len(rows))


def _due(review: Any) -> Any:
    if review.due_on is None:
        return None
    late = review.reviewed_on > review.due_on
    return badge(shown(review.due_on), "red") if late else review.due_on


def places_panel(vendor: Vendor, button: ButtonFor) -> Panel:
    rows = [
        (
            one.get_use_display(),
            one.place,
            one.get_country_display(),
            one.jurisdiction or one.get_country_display(),
            one.holds_data,
            _remover(button, "remove_location", one),
        )
        for one in vendor.locations.all()
    ]
    columns = [
        *(pgettext_lazy("location", "use"), _("place"), _("country"), _("jurisdiction")),
        *(_("holds our data"), ""),
    ]
    content = {
        "columns": columns,
        "rows": rows,
        "buttons": _offered(button("add_location", _("Add a place"))),
        "nothing": _("Where it processes our data is not written down."),
    }
    return Panel("places", _("Places"), TABLE, content, len(rows))


def subcontractors_panel(vendor: Vendor, user: Any, button: ButtonFor) -> Panel:
    """Who does a part of its service, and for whom it does one itself."""
    seen = Vendor.objects.visible_to(user)
    below = vendor.subcontractors.select_related("subcontractor")
    above = vendor.subcontracted_by.select_related("vendor").filter(vendor__in=seen)
    visible = set(
        seen.filter(subcontracted_by__vendor=vendor).order_by().values_list("pk", flat=True)
    )
    rows = [
        (
            _named(one, visible),
            one.service,
            one.get_country_display(),
            one.holds_data,
            _remover(button, "remove_subcontractor", one) if _is_told(one, visible) else "",
        )
        for one in below
    ]
    rows += [
        (
            format_html("{} {}", badge(_("Works for"), "blue"), link(one.vendor)),
            one.service,
            one.vendor.get_country_display(),
            one.holds_data,
            "",
        )
        for one in above
    ]
    columns = [_("subcontractor"), _("does"), _("country"), _("holds our data"), ""]
    offered = _offered(button("add_subcontractor", _("Add a subcontractor")))
    content = {"columns": columns, "rows": rows, "buttons": offered}
    return Panel("subcontractors", _("Subcontractors"), TABLE, content, len(rows))


def _is_told(one: Any, visible: set[int]) -> bool:
    return one.subcontractor_id is None or one.subcontractor_id in visible


def _named(one: Any, visible: set[int]) -> Any:
    if one.subcontractor_id in visible:
        return link(one.subcontractor)
    return one.name or badge(_("A vendor that you do not see"), "")


def contacts_panel(vendor: Vendor, button: ButtonFor) -> Panel:
    rows = [
        (
            one.level,
            one.name,
            one.role,
            format_html('<a href="mailto:{0}">{0}</a>', one.email) if one.email else "",
            one.phone,
            one.hours,
            _remover(button, "remove_contact", one),
        )
        for one in vendor.contacts.all()
    ]
    columns = [
        *(_("level"), _("name"), pgettext_lazy("contact", "role"), _("e-mail")),
        *(_("telephone"), _("hours"), ""),
    ]
    offered = _offered(button("add_contact", _("Add a contact")))
    content = {"columns": columns, "rows": rows, "buttons": offered}
    return Panel("contacts", _("Contacts"), TABLE, content, len(rows))


def contracts_panel(vendor: Vendor, user: Any) -> Panel:
    """What is agreed with it, of what the person sees."""
    from vendors.contract_lists import status_badge as contract_badge
    from vendors.models import Contract

    seen = Contract.objects.visible_to(user).filter(vendor=vendor).order_by("-pk")
    found = list(seen.select_related("owner__person")[:50])
    rows = [
        (
            link(one, one.reference),
            one.title,
            contract_badge(one),
            one.starts_on,
            one.owner.get_full_name(),
        )
        for one in found
    ]
    columns = [
        *(_("contract"), _("title"), _("status"), _("starts on")),
        pgettext_lazy("contract", "owner"),
    ]
    return Panel("contracts", _("Contracts"), TABLE, {"columns": columns, "rows": rows}, len(rows))


def _offered(*buttons: Button | None) -> list[Button]:
    return [one for one in buttons if one is not None]


def _remover(button: ButtonFor, action: str, part: Any) -> Any:
    spoken = _("Remove %(name)s") % {"name": part}
    given = button(action, _("Remove"), spoken, part=part.pk)
    return row_of_buttons([given]) if given else ""
