"""What the moves of a request ask, and what each of them does."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from incidents.enums import Priority
from incidents.forms.passing_on import telling
from incidents.models import Request
from incidents.request_enums import RequestOutcome
from incidents.services.requests import progress
from people.choosing import offer_people
from people.models import Team, User
from vendors.models import Vendor


class _Giving(ActionForm):
    """The one owner that a request has, and their team."""

    def prepare(self) -> None:
        self.fields["team"].queryset = Team.objects.visible_to(self.actor)
        offer_people(self.fields["owner"], self.actor)


class AssignRequestForm(_Giving, NoteForm):
    action = "assign"
    title = _("Assign")
    prefilled = ("team", "owner")
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), to_field_name="username"
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), to_field_name="slug", required=False
    )
    field_order = ("owner", "team", "note")

    def effect(self) -> Reason:
        return _("The person owns it from now on and is told; it counts as acknowledged.")

    def perform(self) -> Request:
        return progress.assign_request(self.record, actor=self.actor, **self.cleaned_data)


class HandOverRequestForm(_Giving, ReasonedForm):
    action = "hand_over"
    title = _("Hand over")
    owner = forms.ModelChoiceField(
        label=_("Next owner"), queryset=User.objects.none(), to_field_name="username"
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), to_field_name="slug", required=False
    )
    field_order = ("owner", "team", "note")

    def effect(self) -> Reason:
        return _("It always has one owner: the next one takes it up from “assigned”.")

    def perform(self) -> Request:
        return progress.hand_over_request(self.record, actor=self.actor, **self.cleaned_data)


class StartRequestForm(NoteForm):
    action = "start"
    title = _("Start work")

    def effect(self) -> Reason:
        if self.record.owner_id is None:
            return _("The request becomes yours and counts as acknowledged.")
        told = {"owner": self.record.owner}
        return _("Work begins; the owner stays %(owner)s. It counts as acknowledged.") % told

    def perform(self) -> Request:
        return progress.start_request(self.record, actor=self.actor, **self.cleaned_data)


class WaitForCustomerForm(ReasonedForm):
    action = "wait_for_customer"
    title = _("Wait for the customer")

    def effect(self) -> Reason:
        return _("It waits until the customer answers; the time until then is the customer's.")

    def perform(self) -> Request:
        return telling(
            self, progress.wait_for_customer(self.record, actor=self.actor, **self.cleaned_data)
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
        self.fields["vendor"].initial = self.record.vendor and self.record.vendor.reference

    def effect(self) -> Reason:
        return _("It waits until the vendor acts; the time until then is the vendor's.")

    def perform(self) -> Request:
        return telling(
            self, progress.wait_for_vendor(self.record, actor=self.actor, **self.cleaned_data)
        )


class WaitForApprovalForm(ReasonedForm):
    action = "wait_for_approval"
    title = _("Wait for an approval")

    def effect(self) -> Reason:
        return _("It waits until somebody approves; the note says who and what.")

    def perform(self) -> Request:
        return telling(
            self, progress.wait_for_approval(self.record, actor=self.actor, **self.cleaned_data)
        )


class ResumeRequestForm(NoteForm):
    action = "resume"
    title = _("Resume work")

    def effect(self) -> Reason:
        return _("The waiting is over; %(owner)s goes on with it.") % {"owner": self.record.owner}

    def perform(self) -> Request:
        return telling(
            self, progress.resume_request(self.record, actor=self.actor, **self.cleaned_data)
        )


class ResolveRequestForm(ActionForm):
    action = "resolve"
    title = _("Resolve the request")
    checks_version = True
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[("", "---------"), *RequestOutcome.choices]
    )
    resolution = forms.CharField(
        label=_("Resolution"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("What was done or answered, so that who asked would understand it."),
    )

    def effect(self) -> Reason:
        return _(
            "The owner and the watchers are told by e-mail; the client only by a comment of yours."
        )

    def perform(self) -> Request:
        return telling(
            self, progress.resolve_request(self.record, actor=self.actor, **self.cleaned_data)
        )


class ReopenRequestForm(ReasonedForm):
    action = "reopen"
    title = _("Reopen the request")

    def effect(self) -> Reason:
        return _("It was not over: its resolution is withdrawn, and its clocks run again.")

    def perform(self) -> Request:
        return progress.reopen_request(self.record, actor=self.actor, **self.cleaned_data)


class CloseRequestForm(NoteForm):
    action = "close"
    title = _("Close the request")

    def effect(self) -> Reason:
        return _("Nothing is left to do. It can no longer be edited.")

    def perform(self) -> Request:
        return progress.close_request(self.record, actor=self.actor, **self.cleaned_data)


class CancelRequestForm(ReasonedForm):
    action = "cancel"
    title = _("Cancel the request")

    def effect(self) -> Reason:
        return _("It ends without being done, for good: what is cancelled cannot be reopened.")

    def perform(self) -> Request:
        return progress.cancel_request(self.record, actor=self.actor, **self.cleaned_data)


class SetPriorityForm(ActionForm):
    action = "set_priority"
    title = _("Set another priority")
    checks_version = True
    priority = forms.TypedChoiceField(label=_("Priority"), choices=Priority.choices, coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def prepare(self) -> None:
        self.fields["priority"].initial = self.record.priority

    def effect(self) -> Reason:
        return _("The times agreed for the other priority apply from now on.")

    def perform(self) -> Any:
        return telling(
            self, progress.set_priority(self.record, actor=self.actor, **self.cleaned_data)
        )


MOVES = (
    AssignRequestForm,
    StartRequestForm,
    WaitForCustomerForm,
    WaitForVendorForm,
    WaitForApprovalForm,
    ResumeRequestForm,
    HandOverRequestForm,
    ResolveRequestForm,
    ReopenRequestForm,
    CloseRequestForm,
    CancelRequestForm,
    SetPriorityForm,
)
