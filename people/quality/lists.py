"""The lists of plans, draws, reviews and disputes, and what they can be narrowed by."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from core.api.filters import ByPerson, ByRecord, Flag, OneOf
from core.lists import Column, RecordList, Tab
from core.showing import badge, shown
from people.models import QualityDispute, QualityPlan, QualityReview, Team
from people.quality.enums import DisputeStatus, QualityReviewStatus

_TONES = {
    QualityReviewStatus.ASSIGNED: "blue",
    QualityReviewStatus.SUBMITTED: "green",
    DisputeStatus.SETTLED: "green",
    DisputeStatus.ESCALATED: "orange",
    DisputeStatus.RAISED: "blue",
    DisputeStatus.KEPT: "yellow",
}


def percent(score: Any) -> str:
    """A score from 0 to 1 as people read it; empty for none."""
    return "" if score is None else f"{float(score) * 100:.0f} %"


def status_badge(row: QualityReview | QualityDispute) -> Any:
    waits = row.status in (QualityReviewStatus.ASSIGNED, *list(DisputeStatus)[:3])
    if waits and row.due_on < timezone.localdate():
        return badge(_("Overdue"), "red")
    return badge(row.get_status_display(), _TONES.get(row.status, ""))  # type: ignore[call-overload]  # -- either


class PlanFilters(FilterSet):
    team = ByRecord("team", Team, "slug")
    active = Flag(lambda rows, yes: rows.filter(is_active=yes), label=_("draws every month"))


class DrawFilters(FilterSet):
    plan = ByRecord("plan", QualityPlan, label=_("quality plan"))


def _overdue(rows: Any, yes: bool) -> Any:
    late = {"status": QualityReviewStatus.ASSIGNED, "due_on__lt": timezone.localdate()}
    return rows.filter(**late) if yes else rows.exclude(**late)


class QualityReviewFilters(FilterSet):
    status = OneOf("status", QualityReviewStatus)
    reviewer = ByPerson("reviewer")
    plan = ByRecord("work__draw__plan", QualityPlan, label=_("quality plan"))
    overdue = Flag(_overdue, label=_("overdue"))


class DisputeFilters(FilterSet):
    status = OneOf("status", DisputeStatus)


class PlanList(RecordList):
    filterset = PlanFilters
    main_filters = ("team",)
    orderings = {"reference": ("pk",)}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title", leads_to_record=True, phone="title"),
        Column("team", show=lambda row: row.team.name, phone="meta"),
        Column("rubric_key"),
        Column("per_person"),
        Column("reviews_each", is_default=False),
        Column("is_active", phone="meta"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("team")


class DrawList(RecordList):
    filterset = DrawFilters
    orderings = {"reference": ("pk",), "month": ("month", "pk")}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="title"),
        Column("plan", show=lambda row: row.plan.title, phone="meta"),
        Column("month", ordering="month", phone="meta"),
        Column("size"),
        Column("population_hash", show=lambda row: row.population_hash[:16]),
        Column("drawn_at", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("plan")


class QualityReviewList(RecordList):
    filterset = QualityReviewFilters
    main_filters = ("status", "reviewer")
    orderings = {"reference": ("pk",), "due_on": ("due_on", "pk")}
    tabs = (
        Tab("todo", _("To review"), lambda rows, user: rows.open().filter(reviewer=user.pk)),
        Tab(
            "mine",
            _("Of my work"),
            lambda rows, user: rows.by_others().filter(
                work__person__isnull=False, work__person=user.person_id
            ),
        ),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("work", show=lambda row: row.work.reference, leads_to_record=True, phone="title"),
        Column(
            "person",
            show=lambda row: row.work.person.full_name,
            label=pgettext_lazy("quality", "whose work"),
            phone="meta",
        ),
        Column("reviewer", show=lambda row: row.reviewer.get_full_name()),
        Column("status", show=status_badge, phone="meta"),
        Column("due_on", ordering="due_on", show=lambda row: shown(row.due_on), phone="meta"),
        Column("score", show=lambda row: percent(row.score), export=lambda row: row.score),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("work__person", "reviewer__person")


class DisputeList(RecordList):
    filterset = DisputeFilters
    main_filters = ("status",)
    orderings = {"reference": ("pk",), "due_on": ("due_on", "pk")}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column(
            "rating",
            show=lambda row: row.rating.criterion.title,
            label=_("criterion"),
            leads_to_record=True,
            phone="title",
        ),
        Column("work", show=lambda row: row.rating.review.work.reference, label=_("reviewed work")),
        Column("status", show=status_badge, phone="meta"),
        Column("due_on", ordering="due_on", phone="meta"),
        Column("raised_by", show=lambda row: row.raised_by.get_full_name()),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("rating__criterion", "rating__review__work", "raised_by__person")
