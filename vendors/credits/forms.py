"""The dialogs about claims: each asks what one service needs."""

from datetime import timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.admin_forms import DayInput
from core.errors import Reason
from core.references import ReferenceChoiceField
from vendors import services
from vendors.credits.rules import settled_of
from vendors.models import CreditClaim, Invoice
from vendors.money import DIGITS, PLACES, written
from vendors.opex.enums import InvoiceKind

_ANSWERS_WITHIN = timedelta(days=30)


class MeasureClaimForm(ActionForm):
    action = "measure"
    title = _("Read the breaches anew")

    def effect(self) -> Reason:
        return _("What was breached and what is owed are kept as they stand now.")

    def perform(self) -> CreditClaim:
        return services.measure_claim(self.record, actor=self.actor)


class SendClaimForm(NoteForm):
    action = "send"
    title = _("Send to the vendor")
    sent_to = forms.CharField(label=_("Sent to"), max_length=200)
    due_on = forms.DateField(label=_("Answer due on"), widget=DayInput())
    field_order = ("sent_to", "due_on", "note")

    def prepare(self) -> None:
        self.fields["due_on"].initial = timezone.localdate() + _ANSWERS_WITHIN

    def effect(self) -> Reason:
        return _("From now on the claim says the same. The portal sends nothing by itself.")

    def perform(self) -> CreditClaim:
        return services.send_claim(self.record, actor=self.actor, **self.cleaned_data)


class AcceptClaimForm(NoteForm):
    action = "accept"
    title = pgettext_lazy("credit claim", "Record acceptance")
    amount = forms.DecimalField(
        label=_("Amount agreed"),
        required=False,
        max_digits=DIGITS,
        decimal_places=PLACES,
        help_text=_("Empty: all that was claimed. Never more."),
    )
    field_order = ("amount", "note")

    def perform(self) -> CreditClaim:
        return services.accept_claim(self.record, actor=self.actor, **self.cleaned_data)


class DisputeClaimForm(ReasonedForm):
    action = "dispute"
    title = pgettext_lazy("credit claim", "Record a dispute")

    def perform(self) -> CreditClaim:
        return services.dispute_claim(self.record, actor=self.actor, **self.cleaned_data)


class SettleClaimForm(ActionForm):
    action = "settle"
    title = _("Settle with a credit note")
    checks_version = True
    lands_on = "#settlements"
    invoice = ReferenceChoiceField(label=_("Credit note"), queryset=Invoice.objects.none())
    amount = forms.DecimalField(
        label=_("Amount"),
        required=False,
        max_digits=DIGITS,
        decimal_places=PLACES,
        help_text=_("Empty: what is left of the credit note and still owed."),
    )

    def prepare(self) -> None:
        claim, contract = self.record, self.record.clause.contract
        ours = Q(contract=contract) | Q(contract__isnull=True)
        notes = Invoice.objects.visible_to(self.actor).filter(
            ours,
            kind=InvoiceKind.CREDIT_NOTE,
            vendor=contract.vendor_id,
            currency=claim.currency,
        )
        self.fields["invoice"].queryset = notes.order_by("-pk")  # type: ignore[attr-defined]  # -- a choice of rows

    def effect(self) -> Reason:
        if self.record.accepted_amount is None:
            return ""
        left = self.record.accepted_amount - settled_of(self.record)
        return _("Still owed: %(amount)s.") % {"amount": written(left, self.record.currency)}

    def perform(self) -> CreditClaim:
        return services.settle_claim(self.record, actor=self.actor, **self.cleaned_data)


class WriteOffClaimForm(ReasonedForm):
    action = "write_off"
    title = pgettext_lazy("credit claim", "Write off")

    def effect(self) -> Reason:
        return _("The claim is given up for good.")

    def perform(self) -> CreditClaim:
        return services.write_off_claim(self.record, actor=self.actor, **self.cleaned_data)


class WithdrawClaimForm(ReasonedForm):
    action = "withdraw"
    title = pgettext_lazy("credit claim", "Withdraw")

    def effect(self) -> Reason:
        return _("The month can be claimed anew, but not by itself.")

    def perform(self) -> CreditClaim:
        return services.withdraw_claim(self.record, actor=self.actor, **self.cleaned_data)


CLAIM_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form
    for form in (
        *(MeasureClaimForm, SendClaimForm, AcceptClaimForm, DisputeClaimForm),
        *(SettleClaimForm, WriteOffClaimForm, WithdrawClaimForm),
    )
}
SETTLING = {"settle", "write_off"}
"""What finance does; the rest is for those who keep claims."""
