"""What a service review's page shows, and what vendors and scorecards show of their reviews."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from core.admin import Button, Panel
from core.querysets import visible_rows
from core.showing import badge, link, listed, not_shown
from vendors.models import ImprovementPlan, ReviewAction, ReviewItem, Scorecard, ServiceReview
from vendors.opex.permissions import reaches
from vendors.reviews.enums import ActionStatus, AgendaKind, PlanStatus, ReviewStatus
from vendors.reviews.lists import status_badge
from vendors.reviews.outcome_forms import OF_ACTION, OF_PLAN
from vendors.reviews.progress import pictures_of
from vendors.scorecards.page import seen_records
from vendors.scorecards.words import figure, period_name, title_of

TABLE = "portal/table.html"
SHOWN = 12

type ButtonFor = Callable[..., Any]
"""`(action, label, **answers)` -> a link to the dialog, or None where it is not offered."""

_ACTION_TONES = {
    ActionStatus.OPEN: "blue",
    ActionStatus.DONE: "orange",
    ActionStatus.VERIFIED: "green",
}
_PLAN_TONES = {PlanStatus.AGREED: "blue", PlanStatus.MET: "green", PlanStatus.NOT_MET: "red"}


def name_of_item(item: ReviewItem) -> str:
    return item.title if item.kind == AgendaKind.OWN else str(item.get_kind_display())


def agenda_panel(review: ServiceReview, user: Any, button: ButtonFor) -> Panel:
    """Items in order with the records behind them that this person sees, and what was agreed."""
    items = list(review.items.select_related("minuted_by__person").order_by("number"))
    seen = seen_records((row for item in items for row in item.rows), user)
    rows = []
    for item in items:
        told = [button("minute", _("Write minutes"), number=item.number)]
        told += [button("remove_item", _("Remove"), number=item.number)]
        who = item.minuted_by
        rows.append(
            (
                item.number,
                name_of_item(item),
                item.takes,
                _records(item, seen),
                item.minutes,
                who and who.get_full_name(),
                listed([one for one in told if one]),
            )
        )
    columns = [
        *("#", _("item"), _("minutes planned"), _("what is known"), _("what was agreed")),
        *(_("written by"), _("actions")),
    ]
    content = {"columns": columns, "rows": rows, "nothing": _("Nothing is on the agenda.")}
    return Panel("agenda", _("Agenda and minutes"), TABLE, content, len(rows))


def known_rows(item: ReviewItem, seen: Any) -> tuple[list[tuple[Any, dict[str, Any]]], int]:
    """The records behind an item that somebody sees with what is said of them, and how many are
    hidden."""
    shown = [
        (seen[row["model"]][row["id"]], row) for row in item.rows if row["id"] in seen[row["model"]]
    ]
    return shown, len(item.rows) - len(shown)


def _records(item: ReviewItem, seen: Any) -> Any:
    shown, hidden = known_rows(item, seen)
    parts = [
        format_html("{} {}", link(record, row["reference"] or None), row["said"])
        for record, row in shown
    ]
    if hidden:
        parts.append(ngettext("%d that you do not see", "%d that you do not see", hidden) % hidden)
    return format_html_join("", "<div>{}</div>", ((one,) for one in parts))


def attendees_panel(review: ServiceReview, button: ButtonFor) -> Panel:
    said = {True: _("Yes"), False: _("No"), None: ""}
    rows = [
        (
            one.get_side_display(),
            str(one),
            one.role,
            said[one.was_there],
            button("remove_attendee", _("Remove"), attendee=one.pk) or "",
        )
        for one in review.attendees.select_related("user__person").order_by("side", "pk")
    ]
    columns = [
        *(pgettext_lazy("side", "side"), _("name"), pgettext_lazy("contact", "role")),
        *(_("was there"), _("actions")),
    ]
    content = {"columns": columns, "rows": rows}
    return Panel("attendees", _("Attendees"), TABLE, content, len(rows))


def actions_panel(review: ServiceReview, button: ButtonFor) -> Panel:
    """Those of this review, and what is open of earlier ones."""
    related = ("review", "owner__person", "done_by__person", "verified_by__person")
    own = review.actions.select_related(*related).order_by("due_on", "pk")
    earlier = ReviewAction.objects.of_vendor(review.vendor_id).pending().exclude(review=review)
    found = [*own, *earlier.select_related(*related).order_by("due_on", "pk")]
    rows = []
    for one in found:
        offered = OF_ACTION.get(ActionStatus(one.status), ()) if one.review_id == review.pk else ()
        buttons = [button(name, _ACTION_LABELS[name], part=one.pk) for name in offered]
        rows.append(
            (
                link(one.review, one.review.reference),
                one.what,
                one.owner.get_full_name() if one.owner else one.contact,
                one.due_on,
                badge(one.get_status_display(), _ACTION_TONES.get(ActionStatus(one.status), "")),
                one.note,
                one.done_by and one.done_by.get_full_name(),
                one.verified_by and one.verified_by.get_full_name(),
                listed([made for made in buttons if made]),
            )
        )
    columns = [
        *(_("review"), pgettext_lazy("action of a review", "what"), _("whose"), _("due on")),
        *(_("status"), _("evidence"), _("reported by"), _("verified by"), _("actions")),
    ]
    content = {"columns": columns, "rows": rows, "nothing": _("No action was agreed.")}
    return Panel("actions", pgettext_lazy("service review", "Actions"), TABLE, content, len(rows))


_ACTION_LABELS = {
    "finish_action": pgettext_lazy("action of a review", "Report as done"),
    "drop_action": pgettext_lazy("action of a review", "Drop"),
    "verify_action": pgettext_lazy("action of a review", "Verify"),
    "reopen_action": pgettext_lazy("action of a review", "Open again"),
    "agree_improvement": pgettext_lazy("improvement plan", "Agree"),
    "end_improvement": pgettext_lazy("improvement plan", "Close"),
}


def plans_panel(review: ServiceReview, button: ButtonFor) -> Panel:
    """Plans of this review, and those under way of earlier ones, with how far they got."""
    related = ("review__scorecard", "kpi", "owner__person")
    earlier = ImprovementPlan.objects.of_vendor(review.vendor_id).under_way()
    found = [
        *review.plans.select_related(*related).order_by("due_on", "pk"),
        *earlier.exclude(review=review).select_related(*related).order_by("due_on", "pk"),
    ]
    pictures = pictures_of(review.vendor_id, found)
    plans = []
    for one in found:
        offered = OF_PLAN.get(PlanStatus(one.status), ()) if one.review_id == review.pk else ()
        buttons = [button(name, _ACTION_LABELS[name], "button", part=one.pk) for name in offered]
        facts = [
            (_("review"), link(one.review, one.review.reference)),
            (pgettext_lazy("improvement plan", "from"), figure(one.from_value, one.kpi.unit)),
            (pgettext_lazy("improvement plan", "target"), figure(one.target_value, one.kpi.unit)),
            (_("until"), one.due_on),
            (_("whose"), f"{one.contact} / {one.owner.get_full_name()}"),
            (pgettext_lazy("improvement plan", "measures"), one.measures),
            (_("finding"), one.note),
        ]
        plans.append(
            {
                "title": title_of(one.kpi),
                "status": badge(
                    one.get_status_display(), _PLAN_TONES.get(PlanStatus(one.status), "")
                ),
                "facts": [fact for fact in facts if fact[1]],
                "picture": pictures[one.pk],
                "buttons": [made for made in buttons if made],
            }
        )
    return Panel(
        "plans", _("Improvement plans"), "vendors/plans.html", {"plans": plans}, len(plans)
    )


def of_vendor(vendor: Any, user: Any) -> Panel | None:
    """The reviews of a vendor, for who reads them."""
    return _reviews(visible_rows(ServiceReview, user).filter(vendor=vendor))


def of_scorecard(card: Scorecard, user: Any) -> Panel | None:
    """The reviews in which a scorecard is gone through, and the way to plan the first."""
    found = visible_rows(ServiceReview, user).filter(scorecard=card)
    buttons = []
    may_plan = reaches(user, "add_servicereview", card.vendor.country)
    if may_plan and not found.exclude(status=ReviewStatus.CANCELLED).exists():
        url = f"{reverse('admin:vendors_servicereview_add')}?scorecard={card.pk}"
        buttons = [Button("add", _("Plan a service review"), url, is_dialog=False)]
    return _reviews(found, buttons)


def _reviews(found: Any, buttons: Sequence[Button] = ()) -> Panel | None:
    found = found.select_related("scorecard", "chair__person").order_by("-planned_at", "-pk")
    rows = [
        (
            link(one, one.reference),
            period_name(one.scorecard),
            one.planned_at,
            one.chair.get_full_name(),
            status_badge(one),
        )
        for one in found[:SHOWN]
    ]
    if not (rows or buttons):
        return None
    columns = [_("service review"), _("period"), _("planned for"), _("chair"), _("status")]
    total = found.count()
    content = {
        "columns": columns,
        "rows": rows,
        "buttons": buttons,
        "note": not_shown(total - len(rows)),
        "nothing": _("No service review is planned."),
    }
    return Panel("service-reviews", _("Service reviews"), TABLE, content, total)
