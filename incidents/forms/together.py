"""What is asked when incidents are merged, kept as families, escalated or promised upon."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from incidents import services
from incidents.enums import Status
from incidents.forms.moves import WaitForVendorForm
from incidents.models import Cascade, Incident, Request

_MOMENT = {"type": "datetime-local", "step": 60}


def a_moment(label: Reason, **options: Any) -> forms.DateTimeField:
    return forms.DateTimeField(label=label, widget=forms.DateTimeInput(_MOMENT), **options)


class MergeForm(NoteForm):
    action = "merge"
    title = _("Merge into another incident")
    kind: type[Incident | Request] = Incident
    into = ReferenceChoiceField(
        label=_("It goes on in"),
        queryset=Incident.objects.none(),
        widget=forms.TextInput({"placeholder": "INC-000042"}),
    )
    field_order = ("into", "note")

    def prepare(self) -> None:
        seen = self.kind.objects.visible_to(self.actor).open()
        self.fields["into"].queryset = seen.exclude(pk=self.record.pk)

    def effect(self) -> Reason:
        return _(
            "It ends here without a verdict of its clocks. What was said on it and who watches it "
            "is reached from the other one. It can be undone for seven days."
        )

    def perform(self) -> Any:
        return services.merge(self.record, actor=self.actor, **self.cleaned_data)


class MergeRequestForm(MergeForm):
    title = _("Merge into another request")
    kind = Request
    into = ReferenceChoiceField(
        label=_("It goes on in"),
        queryset=Request.objects.none(),
        widget=forms.TextInput({"placeholder": "REQ-000042"}),
    )


class UnmergeForm(ReasonedForm):
    action = "unmerge"
    title = _("Undo the merge")

    def effect(self) -> Reason:
        return _("It goes on from where it stood, as if it had never been merged.")

    def perform(self) -> Any:
        return services.unmerge(self.record, actor=self.actor, **self.cleaned_data)


class SetCascadeForm(ActionForm):
    action = "set_cascade"
    title = _("What its parts take over")
    resolves = forms.BooleanField(label=_("Resolve the parts with it"), required=False)
    tells = forms.BooleanField(label=_("Comments for the client"), required=False)
    prioritizes = forms.BooleanField(label=_("Priority"), required=False)
    waits = forms.BooleanField(label=_("Waiting and resuming"), required=False)

    def prepare(self) -> None:
        now = Cascade.objects.filter(life=self.record.life_id).first()
        for name, field in self.fields.items():
            field.initial = bool(now and getattr(now, name))

    def effect(self) -> Reason:
        return _(
            "From now on, for open parts that follow. A comment for the client then reaches the "
            "client of each part. What you may not do to a part is not done, and you are told."
        )

    def perform(self) -> Any:
        return services.set_cascade(self.record, actor=self.actor, **self.cleaned_data)


class SetIncidentCascadeForm(SetCascadeForm):
    title = _("What parts and requests take over")
    tells_requests = forms.BooleanField(
        label=_("Comments for the client, on the requests that ask about it"), required=False
    )
    resolves_requests = forms.BooleanField(
        label=_("Resolve the requests that ask about it"), required=False
    )

    def effect(self) -> Reason:
        return _(
            "From now on, for open requests and open parts that follow. A comment for the client "
            "then reaches the client of each; the resolution is read by whoever reads the request. "
            "What you may not do is not done, and you are told."
        )


class SetFollowingForm(ActionForm):
    action = "set_following"
    title = _("Let a part follow, or not")
    prefilled = ("part", "follows")
    part = ReferenceChoiceField(label=_("Part"), queryset=Incident.objects.none())
    follows = forms.BooleanField(label=_("Takes over what is passed on"), required=False)

    def effect(self) -> Reason:
        return _("What is passed on from now on reaches the part, or no longer does.")

    def prepare(self) -> None:
        parts = self.record.linked_from.filter(kind="child_of").values("source")
        seen = type(self.record).objects.visible_to(self.actor)
        self.fields["part"].queryset = seen.filter(pk__in=parts)

    def perform(self) -> Any:
        return services.set_following(self.record, actor=self.actor, **self.cleaned_data)


class EscalateAgainForm(WaitForVendorForm):
    action = "escalate_again"
    title = _("Escalate to a vendor again")

    def effect(self) -> Reason:
        return _("Both escalations stay on the record. Another vendor has the clock from now on.")

    def reasons_against(self) -> list[Reason]:
        waits = self.record.status == Status.PENDING_VENDOR
        return [] if waits else [_("it does not wait for a vendor")]

    def perform(self) -> Incident:
        return services.escalate_again(self.record, actor=self.actor, **self.cleaned_data)


class NoteVendorReplyForm(ActionForm):
    action = "note_vendor_reply"
    title = _("Note what the vendor said")
    prefilled = ("escalation",)
    escalation = forms.TypedChoiceField(label=_("Escalation"), coerce=int, choices=())
    vendor_reference = forms.CharField(label=_("Vendor's reference"), max_length=60, required=False)
    acknowledged_at = a_moment(_("Acknowledged at"), required=False)
    answered_at = a_moment(_("Answered at"), required=False)
    answer = forms.CharField(
        label=_("Answer"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def prepare(self) -> None:
        asked = self.record.life.escalations.filter(answered_at__isnull=True)
        self.fields["escalation"].choices = [
            (row.pk, f"{row.vendor} {row.vendor_reference}".strip())
            for row in asked.select_related("vendor")
        ]

    def effect(self) -> Reason:
        return _("Empty stays as it is. Work goes on only by “Resume work”.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not any(value for name, value in given.items() if name != "escalation"):
            raise forms.ValidationError(_("Note at least one thing."), code="required")
        return given

    def perform(self) -> Incident:
        return services.note_vendor_reply(self.record, actor=self.actor, **self.cleaned_data)


class PromiseContactForm(ActionForm):
    action = "promise_contact"
    title = _("Promise the client a contact")
    due_at = a_moment(_("At the latest"))
    note = forms.CharField(label=_("What was promised"), max_length=300, required=False)

    def effect(self) -> Reason:
        return _(
            "It is kept by a comment for the client until then. The owner is told once when it is "
            "due. A promise that is open already is replaced."
        )

    def perform(self) -> Incident:
        return services.promise_contact(self.record, actor=self.actor, **self.cleaned_data)
