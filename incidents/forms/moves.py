"""What the moves of the workflow ask, and what each of them does."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from incidents import services
from incidents.enums import ForRequests, Impact, ResolutionCode, Tier, Urgency
from incidents.forms.passing_on import telling
from incidents.models import Cascade, Incident, Request
from people.choosing import offer_people
from people.models import Team, User
from sla.enums import MarkKind
from vendors.models import Vendor


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

    def effect(self) -> Reason:
        return _("It counts as acknowledged, and its priority follows from impact and urgency.")

    def perform(self) -> Incident:
        return telling(
            self, services.triage_incident(self.record, actor=self.actor, **self.cleaned_data)
        )


class StartForm(NoteForm):
    action = "start"
    title = _("Start work")

    def effect(self) -> Reason:
        if self.record.owner_id is None:
            return _("The incident becomes yours and counts as acknowledged.")
        owner = {"owner": self.record.owner}
        return _("Work begins; the owner stays %(owner)s. It counts as acknowledged.") % owner

    def perform(self) -> Incident:
        return services.start_incident(self.record, actor=self.actor, **self.cleaned_data)


class WaitForCustomerForm(ReasonedForm):
    action = "wait_for_customer"
    title = _("Wait for the customer")

    def effect(self) -> Reason:
        return _("It waits until the customer answers. The clocks go on meanwhile.")

    def perform(self) -> Incident:
        return telling(
            self, services.wait_for_customer(self.record, actor=self.actor, **self.cleaned_data)
        )


class WaitForVendorForm(ReasonedForm):
    action = "wait_for_vendor"
    title = _("Wait for the vendor")
    vendor = ReferenceChoiceField(label=_("Vendor"), queryset=Vendor.objects.none())
    vendor_reference = forms.CharField(
        label=_("Vendor's reference"),
        max_length=60,
        required=False,
        help_text=_("The number under which the vendor works on it, where it is known already."),
    )
    contact = forms.CharField(
        label=_("Contact used"),
        max_length=200,
        required=False,
        help_text=_("A person, a portal, a telephone number."),
    )
    field_order = ("vendor", "vendor_reference", "contact", "note")

    def prepare(self) -> None:
        self.fields["vendor"].queryset = Vendor.objects.visible_to(self.actor)
        self.fields["vendor"].initial = self.record.vendor

    def effect(self) -> Reason:
        return _("It waits for the vendor and is attributed to it. The clocks go on meanwhile.")

    def perform(self) -> Incident:
        return telling(
            self, services.wait_for_vendor(self.record, actor=self.actor, **self.cleaned_data)
        )


class WaitForChangeForm(ReasonedForm):
    action = "wait_for_change"
    title = _("Wait for a change")

    def effect(self) -> Reason:
        return _("It waits until a change is implemented. The clocks go on meanwhile.")

    def perform(self) -> Incident:
        return telling(
            self, services.wait_for_change(self.record, actor=self.actor, **self.cleaned_data)
        )


class ResumeForm(NoteForm):
    action = "resume"
    title = _("Resume work")

    def effect(self) -> Reason:
        return _("The waiting is over; %(owner)s goes on with it.") % {"owner": self.record.owner}

    def perform(self) -> Incident:
        return telling(
            self, services.resume_incident(self.record, actor=self.actor, **self.cleaned_data)
        )


class HandOverForm(ReasonedForm):
    action = "hand_over"
    title = _("Hand over to another team")
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), to_field_name="slug"
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), to_field_name="username", required=False
    )
    tier = forms.ChoiceField(
        label=_("Tier"), choices=[("", "---------"), *Tier.choices], required=False
    )
    field_order = ("team", "owner", "tier", "note")

    def prepare(self) -> None:
        self.fields["team"].queryset = Team.objects.visible_to(self.actor)
        offer_people(self.fields["owner"], self.actor)

    def effect(self) -> Reason:
        return _(
            "It goes back to triaged and waits for the other team. Nobody owns it unless you name "
            "somebody, who is told by e-mail."
        )

    def perform(self) -> Incident:
        return services.hand_over_incident(self.record, actor=self.actor, **self.cleaned_data)


class ResolveForm(ActionForm):
    action = "resolve"
    title = _("Resolve the incident")
    checks_version = True
    resolution_code = forms.ChoiceField(
        label=_("Resolution code"), choices=[("", "---------"), *ResolutionCode.choices]
    )
    resolution = forms.CharField(
        label=_("Resolution"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("What was done, so that the next person can do it again."),
    )
    requests = forms.ChoiceField(
        label=_("Requests that ask about it"), choices=ForRequests.choices, required=False
    )

    def prepare(self) -> None:
        asking = Request.objects.visible_to(self.actor).open()
        if not asking.filter(incident_links__incident=self.record.pk).exists():
            del self.fields["requests"]
            return
        switched = Cascade.objects.filter(life=self.record.life_id, resolves_requests=True)
        first = ForRequests.RESOLVE if switched.exists() else ForRequests.LEAVE
        self.fields["requests"].initial = first

    def effect(self) -> Reason:
        is_mitigated = self.record.life.marks.current().filter(kind=MarkKind.MITIGATED).exists()
        told = gettext(
            "The owner and the watchers are told by e-mail; the client only by a comment of yours."
        )
        if is_mitigated:
            return told
        return f"{gettext('The remediation clock stops now.')} {told}"

    def perform(self) -> Incident:
        return telling(
            self, services.resolve_incident(self.record, actor=self.actor, **self.cleaned_data)
        )


class ReopenForm(ReasonedForm):
    action = "reopen"
    title = _("Reopen the incident")

    def effect(self) -> Reason:
        return _(
            "It was not over: its resolution is withdrawn, and the remediation clock runs again "
            "from the detection."
        )

    def perform(self) -> Incident:
        return services.reopen_incident(self.record, actor=self.actor, **self.cleaned_data)


class CloseForm(NoteForm):
    action = "close"
    title = _("Close the incident")

    def effect(self) -> Reason:
        return _(
            "Nothing is left to do. It can no longer be edited, and only be reopened within seven "
            "days after it was resolved."
        )

    def perform(self) -> Incident:
        return services.close_incident(self.record, actor=self.actor, **self.cleaned_data)


class CancelForm(ReasonedForm):
    action = "cancel"
    title = _("Cancel the incident")

    def effect(self) -> Reason:
        return _("It ends without a resolution, for good: what is cancelled cannot be reopened.")

    def perform(self) -> Incident:
        return services.cancel_incident(self.record, actor=self.actor, **self.cleaned_data)
