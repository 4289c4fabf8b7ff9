"""The dialogs of an agreement: a version is drafted with its times, and put into force."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.errors import Reason
from people.models import WorkCalendar
from sla.agreed import agreed_versions
from sla.agreement_services import (
    ambiguity,
    approve_version,
    discard_draft,
    draft_version,
    rival_of,
)
from sla.agreement_words import preview_words
from sla.enums import AgreementKind, Holder, VersionStatus
from sla.life_events import version_key
from sla.models import Agreement, AgreementVersion
from sla.models.agreements import counted_by_default
from sla.retargeting import preview
from sla.statement_services import freeze_month
from sla.target_matrix import Cell, MatrixField


def _version(record: Agreement, status: str) -> AgreementVersion | None:
    return record.versions.filter(status=status).first()


class DraftVersionForm(ActionForm):
    action = "draft"
    title = _("Draft a version")
    checks_version = True

    targets = MatrixField(
        label=_("Times"),
        required=False,
        help_text=_(
            "By metric and priority: 4 h, 30 min, 1 h 30 min or PT4H. Empty: what it inherits, "
            "shown in grey, or none."
        ),
    )
    calendar = forms.ModelChoiceField(
        label=_("Working calendar"),
        queryset=WorkCalendar.objects.none(),
        required=False,
        empty_label=_("around the clock"),
        help_text=_("Only calendars in use. What is past in them never changes."),
    )
    counts = forms.MultipleChoiceField(
        label=_("Counts the time of"),
        choices=Holder.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=counted_by_default,
        help_text=_("While others hold the record, the client's clock is paused."),
    )

    def prepare(self) -> None:
        record = self.record
        self.fields["calendar"].queryset = WorkCalendar.objects.visible_to(self.actor).adopted()
        if record.kind != AgreementKind.SLA:
            del self.fields["counts"]  # its team or vendor, nobody else
        shown = _version(record, VersionStatus.DRAFT) or _version(record, VersionStatus.ACTIVE)
        self.fields["targets"].widget.inherited = inherited_of(record)
        if shown:
            own = shown.targets.values_list("metric", "priority", "target")
            self.fields["targets"].initial = {(m, n): target for m, n, target in own}
            self.fields["calendar"].initial = shown.calendar_id
            if "counts" in self.fields:
                self.fields["counts"].initial = shown.counts

    def effect(self) -> Reason:
        return _("Nothing is measured by a draft: another person puts it into force.")

    def perform(self) -> Any:
        draft_version(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class ApproveForm(ActionForm):
    action = "approve"
    title = _("Put into force")
    checks_version = True

    @cached_property
    def foreseen(self) -> str:
        """Read once: the dialog shows it twice."""
        draft = _version(self.record, VersionStatus.DRAFT)
        return preview_words(preview(draft, timezone.now())) if draft else ""

    def effect(self) -> Reason:
        return self.foreseen

    def reasons_against(self) -> list[Reason]:
        draft = _version(self.record, VersionStatus.DRAFT)
        if draft is None:
            return [_("only a draft is put into force")]
        reasons: list[Reason] = []
        if draft.drafted_by == self.actor:
            reasons.append(_("whoever drafted a version does not approve it"))
        if other := rival_of(self.record):
            reasons.append(ambiguity(self.record, other))
        return reasons

    def perform(self) -> Any:
        draft = _version(self.record, VersionStatus.DRAFT)
        if draft is not None:
            approve_version(draft, actor=self.actor)
        return self.record


class DiscardForm(ActionForm):
    action = "discard"
    title = _("Discard the draft")
    checks_version = True

    def perform(self) -> Any:
        return discard_draft(self.record, actor=self.actor)


class FreezeForm(ActionForm):
    action = "freeze"
    title = _("Freeze or restate a month")
    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput({"type": "month"}, format="%Y-%m"),
        help_text=_("A month that is over."),
    )
    done = _("A job does it: see the jobs.")

    def effect(self) -> Reason:
        return _(
            "The first time the month is frozen as it is known now. Later, what differs is added "
            "as a restatement; what was frozen stays."
        )

    def perform(self) -> Any:
        month = self.cleaned_data["month"]
        freeze_month(self.record, actor=self.actor, month=month, at=timezone.now())
        return self.record


def inherited_of(record: Agreement) -> dict[Cell, timedelta]:
    """The times that a draft would get from the agreement that it inherits from."""
    parent = _version(record.parent, VersionStatus.ACTIVE) if record.parent else None
    if parent is None:
        return {}
    return dict(agreed_versions([parent.pk])[version_key(parent.pk)].targets)


FORMS = {form.action: form for form in (DraftVersionForm, ApproveForm, DiscardForm, FreezeForm)}
