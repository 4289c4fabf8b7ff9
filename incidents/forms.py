"""What each action on an incident asks. The portal's dialogs and the API use the same forms."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.references import ReferenceChoiceField
from incidents import services
from incidents.enums import Impact, LinkKind, Priority, ResolutionCode, Tier, Urgency
from incidents.models import Incident
from people.models import Team, User
from records.file_types import MAX_BYTES
from sla.enums import MarkKind, Precision
from vendors.models import Vendor


class NoteForm(ActionForm):
    """An action that asks for a note only; subclasses say whether it must be given."""

    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class ReasonedForm(ActionForm):
    """An action that is not taken without saying why."""

    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))


class TriageForm(NoteForm):
    action = "triage"
    title = _("Triage the incident")
    impact = forms.TypedChoiceField(
        label=_("Impact"), choices=Impact.choices, coerce=int, required=False, empty_value=None
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency"), choices=Urgency.choices, coerce=int, required=False, empty_value=None
    )
    field_order = ("impact", "urgency", "note")

    def prepare(self) -> None:
        self.fields["impact"].initial = self.record.impact
        self.fields["urgency"].initial = self.record.urgency

    def perform(self) -> Incident:
        return services.triage_incident(self.record, actor=self.actor, **self.cleaned_data)


class StartForm(NoteForm):
    action = "start"
    title = _("Start work")

    def perform(self) -> Incident:
        return services.start_incident(self.record, actor=self.actor, **self.cleaned_data)


class WaitForCustomerForm(ReasonedForm):
    action = "wait_for_customer"
    title = _("Wait for the customer")

    def perform(self) -> Incident:
        return services.wait_for_customer(self.record, actor=self.actor, **self.cleaned_data)


class WaitForVendorForm(ReasonedForm):
    action = "wait_for_vendor"
    title = _("Wait for the vendor")
    vendor = ReferenceChoiceField(label=_("Vendor"), queryset=Vendor.objects.none())
    field_order = ("vendor", "note")

    def prepare(self) -> None:
        self.fields["vendor"].queryset = Vendor.objects.visible_to(self.actor)
        self.fields["vendor"].initial = self.record.vendor

    def perform(self) -> Incident:
        return services.wait_for_vendor(self.record, actor=self.actor, **self.cleaned_data)


class WaitForChangeForm(ReasonedForm):
    action = "wait_for_change"
    title = _("Wait for a change")

    def perform(self) -> Incident:
        return services.wait_for_change(self.record, actor=self.actor, **self.cleaned_data)


class ResumeForm(NoteForm):
    action = "resume"
    title = _("Resume work")

    def perform(self) -> Incident:
        return services.resume_incident(self.record, actor=self.actor, **self.cleaned_data)


class ResolveForm(ActionForm):
    action = "resolve"
    title = _("Resolve the incident")
    resolution_code = forms.ChoiceField(
        label=_("Resolution code"), choices=[("", "---------"), *ResolutionCode.choices]
    )
    resolution = forms.CharField(
        label=_("Resolution"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("What was done, so that the next person can do it again."),
    )

    def perform(self) -> Incident:
        return services.resolve_incident(self.record, actor=self.actor, **self.cleaned_data)


class ReopenForm(ReasonedForm):
    action = "reopen"
    title = _("Reopen the incident")

    def perform(self) -> Incident:
        return services.reopen_incident(self.record, actor=self.actor, **self.cleaned_data)


class CloseForm(NoteForm):
    action = "close"
    title = _("Close the incident")

    def perform(self) -> Incident:
        return services.close_incident(self.record, actor=self.actor, **self.cleaned_data)


class CancelForm(ReasonedForm):
    action = "cancel"
    title = _("Cancel the incident")

    def perform(self) -> Incident:
        return services.cancel_incident(self.record, actor=self.actor, **self.cleaned_data)


class _AssigneeForm(ActionForm):
    """Team, person and tier; only teams and people the actor sees are offered."""

    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), to_field_name="slug", required=False
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), to_field_name="username", required=False
    )
    tier = forms.ChoiceField(
        label=_("Tier"), choices=[("", "---------"), *Tier.choices], required=False
    )

    def prepare(self) -> None:
        self.fields["team"].queryset = Team.objects.visible_to(self.actor)
        self.fields["owner"].queryset = User.objects.visible_to(self.actor).filter(is_active=True)


class AssignForm(_AssigneeForm, NoteForm):
    action = "assign"
    title = _("Assign")
    field_order = ("team", "owner", "tier", "note")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (given.get("team") or given.get("owner") or given.get("tier")):
            raise forms.ValidationError(_("Choose a team, an owner or a tier."), code="required")
        return given

    def perform(self) -> Incident:
        return services.assign_incident(self.record, actor=self.actor, **self.cleaned_data)


class HandOverForm(_AssigneeForm, ReasonedForm):
    action = "hand_over"
    title = _("Hand over to another team")
    field_order = ("team", "owner", "tier", "note")

    def prepare(self) -> None:
        super().prepare()
        self.fields["team"].required = True

    def perform(self) -> Incident:
        return services.hand_over_incident(self.record, actor=self.actor, **self.cleaned_data)


class OverridePriorityForm(ActionForm):
    action = "override_priority"
    title = _("Set another priority")
    priority = forms.TypedChoiceField(label=_("Priority"), choices=Priority.choices, coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def prepare(self) -> None:
        self.fields["priority"].initial = self.record.priority

    def perform(self) -> Incident:
        return services.override_priority(self.record, actor=self.actor, **self.cleaned_data)


class CommentForm(ActionForm):
    action = "comment"
    title = _("Comment")
    text = forms.CharField(
        label=_("Comment"), max_length=20_000, widget=forms.Textarea({"rows": 3})
    )
    is_internal = forms.BooleanField(
        label=_("Internal: only for colleagues"), required=False, initial=True
    )

    def perform(self) -> Incident:
        services.comment_on_incident(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class AttachForm(ActionForm):
    action = "attach"
    title = _("Add a file")
    file = forms.FileField(label=_("File"))

    def clean_file(self) -> Any:
        """Refuses by the size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("the file is larger than 25 MB"))
        return file

    def perform(self) -> Incident:
        file = self.cleaned_data["file"]
        services.attach_to_incident(self.record, actor=self.actor, name=file.name, data=file.read())
        return self.record


class WatchForm(ActionForm):
    action = "watch"
    title = _("Watch this incident")

    def perform(self) -> Incident:
        return services.watch_incident(self.record, actor=self.actor)


class UnwatchForm(ActionForm):
    action = "unwatch"
    title = _("Stop watching this incident")

    def perform(self) -> Incident:
        return services.unwatch_incident(self.record, actor=self.actor)


class ShareForm(ActionForm):
    action = "share"
    title = _("Share with one person")
    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), to_field_name="username"
    )
    until = forms.DateTimeField(
        label=_("Until"), widget=forms.DateTimeInput({"type": "datetime-local"})
    )

    def prepare(self) -> None:
        self.fields["user"].queryset = User.objects.visible_to(self.actor).filter(is_active=True)

    def perform(self) -> Incident:
        return services.share_incident(self.record, actor=self.actor, **self.cleaned_data)


class EndShareForm(ActionForm):
    action = "end_share"
    title = _("Stop sharing with one person")
    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), to_field_name="username"
    )

    def prepare(self) -> None:
        shares = self.record.shares.filter(until__gt=timezone.now())
        self.fields["user"].queryset = User.objects.filter(pk__in=shares.values("user"))

    def perform(self) -> Incident:
        return services.end_share(self.record, actor=self.actor, **self.cleaned_data)


class MarkForm(ActionForm):
    action = "mark"
    title = _("Set or correct a mark")
    kind = forms.ChoiceField(
        label=_("Mark"), choices=[c for c in MarkKind.choices if c[0] != MarkKind.RESOLVED]
    )
    at = forms.DateTimeField(
        label=_("At"), widget=forms.DateTimeInput({"type": "datetime-local", "step": 1})
    )
    precision = forms.ChoiceField(
        label=_("Precision"), choices=Precision.choices, initial=Precision.EXACT, required=False
    )
    latest_at = forms.DateTimeField(
        label=_("At the latest"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 1}),
        help_text=_("For a range: its end."),
    )
    evidence = forms.CharField(
        label=_("Evidence"), max_length=500, required=False, help_text=_("An alert, a log, a call.")
    )

    def clean_precision(self) -> str:
        return self.cleaned_data["precision"] or Precision.EXACT

    def perform(self) -> Incident:
        return services.mark_incident(self.record, actor=self.actor, **self.cleaned_data)


class LinkForm(ActionForm):
    action = "link"
    title = _("Link to another incident")
    kind = forms.ChoiceField(label=_("Relation"), choices=LinkKind.choices)
    target = ReferenceChoiceField(
        label=_("Incident"),
        queryset=Incident.objects.none(),
        widget=forms.TextInput({"placeholder": "INC-000042"}),
    )

    def prepare(self) -> None:
        self.fields["target"].queryset = Incident.objects.visible_to(self.actor)

    def perform(self) -> Incident:
        return services.link_incidents(
            self.record, self.cleaned_data["kind"], self.cleaned_data["target"], actor=self.actor
        )


class UnlinkForm(LinkForm):
    action = "unlink"
    title = _("Take back a link")

    def prepare(self) -> None:
        super().prepare()
        linked = self.record.links.values("target")
        self.fields["target"].queryset = self.fields["target"].queryset.filter(pk__in=linked)

    def perform(self) -> Incident:
        return services.unlink_incidents(
            self.record, self.cleaned_data["kind"], self.cleaned_data["target"], actor=self.actor
        )


_FORMS: tuple[type[ActionForm], ...] = (
    TriageForm,
    StartForm,
    WaitForCustomerForm,
    WaitForVendorForm,
    WaitForChangeForm,
    ResumeForm,
    HandOverForm,
    ResolveForm,
    ReopenForm,
    CloseForm,
    CancelForm,
    AssignForm,
    OverridePriorityForm,
    CommentForm,
    AttachForm,
    WatchForm,
    UnwatchForm,
    ShareForm,
    EndShareForm,
    MarkForm,
    LinkForm,
    UnlinkForm,
)

ACTIONS: dict[str, type[ActionForm]] = {form.action: form for form in _FORMS}
