"""The lists of reviews of access and of the accounts in them, and what narrows them."""

import json
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django_filters import FilterSet

from core.api.filters import ByPerson, ByRecord, Flag, OneOf
from core.lists import Column, RecordList, Tab
from core.showing import NOTHING, badge
from people.enums import Country, ReviewDecision, ReviewStatus
from people.models import AccessRemoval, AccessReview, AccessReviewItem
from people.roles import Role

STATUS_TONES = {
    ReviewStatus.ANNOUNCED: "blue",
    ReviewStatus.RUNNING: "yellow",
    ReviewStatus.CLOSED: "green",
}
DECISION_TONES = {
    ReviewDecision.KEEP: "green",
    ReviewDecision.CHANGE: "orange",
    ReviewDecision.REMOVE: "red",
}
REVIEW_ORDERINGS = {"reference": ("pk",), "due_on": ("due_on", "pk")}
ITEM_ORDERINGS = {"id": ("pk",), "number": ("review_id", "number", "pk")}


def status_badge(review: AccessReview) -> Any:
    late = review.status == ReviewStatus.RUNNING and review.due_on < timezone.localdate()
    if late and getattr(review, "left", 1):
        return badge(_("Overdue"), "red")
    return badge(review.get_status_display(), STATUS_TONES.get(ReviewStatus(review.status), ""))


def decision_badge(item: AccessReviewItem) -> Any:
    if not item.decision:
        return badge(_("Waits"), "blue")
    return badge(item.get_decision_display(), DECISION_TONES[ReviewDecision(item.decision)])


def stale_badge(item: Any) -> Any:
    return badge(_("Changed since"), "orange") if item.is_stale else NOTHING


def removal_badge(removal: AccessRemoval) -> Any:
    """Done, or open since how many days."""
    if removal.done_at:
        return badge(_("Done"), "green")
    days = max((timezone.now() - removal.asked_at).days, 0)
    text = ngettext("Open for %(n)s day", "Open for %(n)s days", days) % {"n": days}
    return badge(text, "red" if removal.due_on < timezone.localdate() else "orange")


def access_of(item: AccessReviewItem) -> Any:
    """The roles that the list tells, one below the other."""
    grants = json.loads(item.line)["grants"]
    if not grants:
        return _("No role")
    return format_html(
        "<ul>{}</ul>",
        format_html_join(
            "", "<li>{} · {}</li>", ((role_name(g["role"]), place(g["where"])) for g in grants)
        ),
    )


def access_in_words(item: AccessReviewItem) -> str:
    grants = json.loads(item.line)["grants"]
    return "; ".join(f"{g['role']} ({g['where']})" for g in grants)


def role_name(code: str) -> Any:
    return Role(code).label if code in Role.values else code


def place(where: str) -> Any:
    """Where a grant holds, in words; the list keeps it as `everywhere`, `country:MX`, `team:x`."""
    kind, _colon, code = where.partition(":")
    if kind == "country" and code in Country.values:
        return Country(code).label
    return code or _("everywhere")


def account_name(item: AccessReviewItem) -> str:
    told = json.loads(item.line)
    return f"{told['name']} ({told['account']})" if told["name"] else told["account"]


def removals_of(item: AccessReviewItem) -> Any:
    found = item.removals.all()
    return format_html_join(" ", "{}", ((removal_badge(each),) for each in found)) or NOTHING


def _being_late(rows: Any, wanted: bool) -> Any:
    late = AccessReviewItem.objects.late(timezone.localdate())
    return rows.filter(pk__in=late) if wanted else rows.exclude(pk__in=late)


def _being_stale(rows: Any, wanted: bool) -> Any:
    return rows.with_staleness().filter(is_stale=wanted)


def _having_open_removals(rows: Any, wanted: bool) -> Any:
    open_ = AccessRemoval.objects.open().values("item")
    return rows.filter(pk__in=open_) if wanted else rows.exclude(pk__in=open_)


class ReviewFilters(FilterSet):
    status = OneOf("status", ReviewStatus)


class ItemFilters(FilterSet):
    review = ByRecord("review", AccessReview)
    decision = OneOf("decision", ReviewDecision)
    reviewer = ByPerson("reviewer")
    account = ByPerson("account")
    is_late = Flag(_being_late, pgettext_lazy("access review", "overdue"))
    is_stale = Flag(_being_stale, _("changed since the list was taken"))
    has_open_removals = Flag(_having_open_removals, _("access still to be taken away"))


def with_progress(reviews: Any) -> Any:
    """Each with how many accounts are decided, wait, and how many removals are open."""
    removals = AccessRemoval.objects.open()
    return reviews.annotate(
        left=Count("items", filter=Q(items__decision=""), distinct=True),
        to_remove=Count("items__removals", filter=Q(items__removals__in=removals), distinct=True),
    )


def progress(review: Any) -> Any:
    if review.extract_count is None:
        return NOTHING
    done = review.extract_count - review.left
    return format_html(
        '<progress max="{0}" value="{1}" aria-label="{1} / {0}"></progress> {1} / {0}',
        review.extract_count,
        done,
    )


class ReviewList(RecordList):
    filterset = ReviewFilters
    orderings = REVIEW_ORDERINGS
    ordering = "-reference"
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("scope", _("scope"), leads_to_record=True, phone="title"),
        Column("status", show=status_badge, phone="meta"),
        Column(
            "progress",
            _("decided"),
            show=progress,
            export=lambda row: (row.extract_count or 0) - row.left,
            phone="meta",
        ),
        Column("to_remove", _("open removals"), show=lambda row: row.to_remove or NOTHING),
        Column("due_on", ordering="due_on", phone="meta"),
        Column("extracted_at"),
        Column("signed_by", show=lambda row: row.signed_by and row.signed_by.get_full_name()),
    )

    def prepared(self, rows: Any) -> Any:
        return with_progress(rows.select_related("team", "signed_by__person"))


class ItemList(RecordList):
    filterset = ItemFilters
    main_filters = ("review", "decision", "has_open_removals")
    orderings = ITEM_ORDERINGS
    ordering = "number"
    bulk_actions = ("keep",)
    tabs = (
        Tab(
            "mine",
            _("Waiting for me"),
            lambda rows, user: rows.waiting().filter(reviewer=user.pk),
        ),
        Tab(
            "removals",
            _("To be taken away"),
            lambda rows, user: _having_open_removals(rows, True),
        ),
        Tab("all", pgettext_lazy("reviewed accounts", "All"), lambda rows, user: rows, False),
    )
    columns = (
        Column("account", show=account_name, leads_to_record=True, phone="title"),
        Column(
            "was_active",
            _("then"),
            show=lambda item: _("Active") if item.was_active else _("Disabled"),
            is_default=False,
        ),
        Column("access", _("access then"), show=access_of, export=access_in_words, phone="meta"),
        Column("is_stale", _("list"), show=stale_badge, phone="meta"),
        Column("decision", show=decision_badge, phone="meta"),
        Column("removals", _("removals"), show=removals_of, phone="meta"),
        Column("comment"),
        Column(
            "reviewer",
            show=lambda item: item.reviewer.get_full_name() if item.reviewer else NOTHING,
        ),
        Column("decided_at", is_default=False),
        Column("review", show=lambda item: item.review.reference, is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        removals = Prefetch("removals", AccessRemoval.objects.order_by("pk"))
        related = rows.select_related("review", "account", "reviewer__person")
        return related.prefetch_related(removals).with_staleness()
