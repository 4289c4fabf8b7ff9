"""The lists of what approval rests on: boards, policies, standard changes, absences."""

from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from changes.enums import ChangeType, Risk
from changes.models import Absence, ApprovalPolicy, Board, BoardSeat, ChangeTemplate, PolicyStep
from core.api.filters import OneOf
from core.errors import Reason
from core.lists import Column, RecordList, Tab
from core.showing import badge, shown


def absence_badge(absence: Absence) -> Any:
    now = timezone.now()
    if absence.ends_at <= now:
        return badge(pgettext_lazy("absence", "Over"))
    if absence.starts_at > now:
        return badge(pgettext_lazy("absence", "To come"), "blue")
    return badge(pgettext_lazy("absence", "Away now"), "yellow")


def template_badge(template: ChangeTemplate) -> Any:
    """Whether changes may follow it, and else why not."""
    if template.approved_at is None or template.expires_on is None:
        return badge(_("Awaits approval"), "yellow")
    if template.is_suspended:
        return badge(pgettext_lazy("standard change", "Suspended"), "red")
    if template.is_in_force(timezone.now()):
        text = _("In force until %(day)s") % {"day": shown(template.expires_on)}
        return badge(text, "green")
    return badge(pgettext_lazy("standard change", "Expired"), "orange")


def board_badge(board: Board) -> Any:
    return badge(_("ECAB"), "orange") if board.is_emergency else badge(_("CAB"), "blue")


def policy_badge(policy: ApprovalPolicy) -> Any:
    if policy.is_active:
        return badge(pgettext_lazy("policy", "In force"), "green")
    return badge(pgettext_lazy("policy", "Replaced"))


def _risk(policy: ApprovalPolicy) -> Any:
    return policy.get_risk_display() or pgettext_lazy("risk", "Any")


def _own(absences: Any, user: Any) -> Any:
    return absences.filter(user=user.pk)


def _standing_in(absences: Any, user: Any) -> Any:
    return absences.filter(substitute=user.pk)


def _in_force(policies: Any, user: Any) -> Any:
    return policies.filter(is_active=True)


def _replaced(policies: Any, user: Any) -> Any:
    return policies.filter(is_active=False)


class AbsenceList(RecordList):
    orderings = {"starts_at": ("starts_at", "pk")}
    ordering = "-starts_at"
    tabs = (
        Tab("mine", pgettext_lazy("absences", "My own"), _own),
        Tab("standing-in", _("I stand in"), _standing_in),
    )
    columns = (
        Column("user", show=lambda a: a.user.get_full_name(), leads_to_record=True, phone="title"),
        Column("state", _("state"), show=absence_badge, phone="meta"),
        Column("substitute", show=lambda a: a.substitute.get_full_name(), phone="meta"),
        Column("starts_at", ordering="starts_at"),
        Column("ends_at", phone="meta"),
    )
    note = _("While you are away, your substitute is asked to vote for you.")

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("user__person", "substitute__person")


class BoardList(RecordList):
    orderings = {"name": ("name", "pk")}
    ordering = "name"
    columns = (
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("kind", _("kind"), show=board_badge, phone="meta"),
        Column(
            "chair",
            _("chair"),
            show=lambda board: [s.user.get_full_name() for s in board.current if s.is_chair],
        ),
        Column("members", _("members"), show=lambda board: len(board.current)),
    )

    def links(self) -> list[tuple[Reason, str]]:
        """Who only looks has no absence of their own, but may ask who stood in for whom."""
        if self.user.has_perm("changes.view_absence"):
            return [(_("Absences"), reverse("admin:changes_absence_changelist") + "?tab=all")]
        return []

    def prepared(self, rows: Any) -> Any:
        today = timezone.localdate()
        still = Q(ends_on__isnull=True) | Q(ends_on__gt=today)
        seats = BoardSeat.objects.filter(still, starts_on__lte=today)
        held = seats.select_related("user__person").order_by("user__person__full_name")
        return rows.prefetch_related(Prefetch("seats", queryset=held, to_attr="current"))


class PolicyFilters(FilterSet):
    type = OneOf("type", ChangeType)
    risk = OneOf("risk", Risk)


class PolicyList(RecordList):
    filterset = PolicyFilters
    orderings = {"type": ("type", "risk", "pk"), "name": ("name", "pk")}
    ordering = "type"
    tabs = (
        Tab("in-force", pgettext_lazy("policies", "In force"), _in_force),
        Tab("replaced", pgettext_lazy("policies", "Replaced"), _replaced),
    )
    columns = (
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("type", ordering="type", phone="meta"),
        Column("risk", show=_risk, phone="meta"),
        Column("state", _("state"), show=policy_badge, phone="meta"),
        Column(
            "steps",
            _("steps"),
            show=lambda policy: " → ".join(str(step) for step in policy.steps.all()),
        ),
    )

    def prepared(self, rows: Any) -> Any:
        steps = PolicyStep.objects.order_by("position")
        return rows.prefetch_related(Prefetch("steps", queryset=steps))


class TemplateList(RecordList):
    orderings = {"name": ("name", "pk")}
    ordering = "name"
    columns = (
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("state", _("state"), show=template_badge, phone="meta"),
        Column("owner", show=lambda template: template.owner.get_full_name(), phone="meta"),
        Column("successes"),
        Column("failures"),
        Column("expires_on", is_default=False),
        Column("approved_by", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("owner__person", "approved_by__person")
