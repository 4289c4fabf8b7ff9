"""Exceptions that two people answer for, and words given by telephone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes import services
from changes.electorate import ecab_accounts
from changes.forms.people import offer_accounts
from changes.models import Change, SegregationException
from changes.parts import involved_accounts, involved_people
from core.actions import ActionForm
from core.admin_forms import MomentInput
from core.errors import Reason
from people.models import User


class AskForExceptionForm(ActionForm):
    action = "ask_for_exception"
    title = _("Ask for an exception")
    lands_on = "#approval"
    person = forms.ModelChoiceField(
        label=_("Who may approve all the same"),
        queryset=User.objects.none(),
        to_field_name="username",
        help_text=_("Somebody with a part in the change, because there is nobody else."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=5_000, widget=forms.Textarea({"rows": 3})
    )
    expires_at = forms.DateTimeField(
        label=_("Until"), widget=MomentInput(), help_text=_("Within thirty days.")
    )

    def prepare(self) -> None:
        asked = self.record.segregation_exceptions.values("person")
        accounts = involved_accounts(self.record).exclude(person__in=asked)
        offer_accounts(self.fields["person"], accounts)

    def effect(self) -> Reason:
        return _(
            "Nobody approves what they have a part in. This asks for an exception; a second person "
            "without a part in the change must agree to it before approval is requested."
        )

    def perform(self) -> Change:
        given = dict(self.cleaned_data)
        person = given.pop("person").person
        services.ask_for_exception(self.record, actor=self.actor, person=person, **given)
        return self.record


class ApproveExceptionForm(ActionForm):
    """Kept apart from the other actions: in the portal it wants a freshly confirmed password."""

    action = "approve_exception"
    title = _("Approve an exception")
    prefilled = ("exception",)
    lands_on = "#approval"
    exception = forms.ModelChoiceField(
        label=_("Who may approve all the same"), queryset=SegregationException.objects.none()
    )

    def prepare(self) -> None:
        field: Any = self.fields["exception"]
        waiting = self.record.segregation_exceptions.filter(
            approved_at__isnull=True, expires_at__gt=told_moment()
        )
        field.queryset = waiting.select_related("person")
        field.label_from_instance = lambda exception: exception.person.full_name

    def effect(self) -> Reason:
        return _(
            "You answer for it beside whoever asked: this person is then asked to vote on a change "
            "in which they have a part, until the exception expires."
        )

    def perform(self) -> Change:
        services.approve_exception(self.cleaned_data["exception"], actor=self.actor)
        return self.record


class RecordVerbalApprovalForm(ActionForm):
    action = "record_verbal_approval"
    title = _("Record a verbal approval")
    lands_on = "#approval"
    person = forms.ModelChoiceField(
        label=_("Who agreed"), queryset=User.objects.none(), to_field_name="username"
    )
    given_at = forms.DateTimeField(label=_("Given at"), widget=MomentInput())
    how = forms.CharField(
        label=_("How"), max_length=200, help_text=_("Telephone, call bridge, in person.")
    )

    def prepare(self) -> None:
        told = self.record.verbal_approvals.values("person")
        accounts = ecab_accounts().exclude(person__in=told)
        accounts = accounts.exclude(person__in=involved_people(self.record))
        offer_accounts(self.fields["person"], accounts)
        self.fields["given_at"].initial = told_moment()

    def effect(self) -> Reason:
        return _(
            "An emergency starts on the word of two members of the ECAB who have no part in it. "
            "They are asked to confirm it in writing afterwards."
        )

    def perform(self) -> Change:
        given = dict(self.cleaned_data)
        person = given.pop("person").person
        services.record_verbal_approval(self.record, actor=self.actor, person=person, **given)
        return self.record
