"""What is asked to make, check, apply, alter and withdraw an account adjustment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from incidents.adjustment_limits import money
from incidents.models import AccountAdjustment, Request
from incidents.models.adjustments import DIGITS, PLACES
from incidents.request_enums import AdjustmentEffect, AdjustmentStatus
from incidents.services.requests import adjusting


class _Facts(ActionForm):
    """What an adjustment is: never a float, and a currency by its code."""

    direction = forms.ChoiceField(label=_("Effect"), choices=AdjustmentEffect.choices)
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=DIGITS, decimal_places=PLACES, min_value=0
    )
    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        min_length=3,
        widget=forms.TextInput({"placeholder": "MXN", "size": 4}),
    )
    account = forms.CharField(
        label=_("Account"),
        max_length=60,
        help_text=_("The client's account or wallet. Card numbers are masked."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["effect"] = given.pop("direction")
        return given


class ProposeForm(_Facts):
    action = "propose_adjustment"
    title = _("Propose an account adjustment")
    done = _("It waits for somebody else to check it.")

    def effect(self) -> Reason:
        return _("Nothing moves yet: another person checks it, within their limit.")

    def perform(self) -> Request:
        adjusting.propose_adjustment(self.record, actor=self.actor, **self.facts())
        return self.record


class ApproveForm(NoteForm):
    action = "approve"
    title = _("Approve the adjustment")

    def effect(self) -> Reason:
        row = self.record
        told = {
            "effect": row.get_effect_display(),
            "amount": money(row.amount),
            "currency": row.currency,
            "account": row.account,
        }
        text = _("%(effect)s %(account)s: %(amount)s %(currency)s. Altering it voids the approval.")
        return text % told

    def perform(self) -> AccountAdjustment:
        return adjusting.approve_adjustment(self.record, actor=self.actor, **self.cleaned_data)


class RejectForm(ReasonedForm):
    action = "reject"
    title = _("Reject the adjustment")

    def effect(self) -> Reason:
        return _("It ends here; another one may be proposed in its request.")

    def perform(self) -> AccountAdjustment:
        return adjusting.reject_adjustment(self.record, actor=self.actor, **self.cleaned_data)


class ApplyForm(ActionForm):
    action = "apply"
    title = _("Record that it was applied")
    checks_version = True
    ledger_reference = forms.CharField(
        label=_("Ledger reference"),
        max_length=80,
        help_text=_("The entry in the accounting system by which it was applied."),
    )

    def effect(self) -> Reason:
        return _("It is applied once: the same entry again changes nothing, another is refused.")

    def perform(self) -> AccountAdjustment:
        return adjusting.apply_adjustment(self.record, actor=self.actor, **self.cleaned_data)


class AlterForm(_Facts):
    action = "alter"
    title = _("Alter the adjustment")
    checks_version = True
    note = forms.CharField(label=_("Why it is altered"), max_length=2000)

    def prepare(self) -> None:
        row = self.record
        for name in ("amount", "currency", "account", "reason"):
            self.fields[name].initial = getattr(row, name)
        self.fields["direction"].initial = row.effect

    def effect(self) -> Reason:
        if self.record.status == AdjustmentStatus.APPROVED:
            return _("The approval is void then, and somebody else than you checks it anew.")
        return _("You are its maker from now on, and somebody else checks it.")

    def perform(self) -> AccountAdjustment:
        return adjusting.alter_adjustment(self.record, actor=self.actor, **self.facts())


class WithdrawForm(ReasonedForm):
    action = "withdraw"
    title = _("Withdraw the adjustment")

    def effect(self) -> Reason:
        return _("It ends here without being applied; an approval of it is void.")

    def perform(self) -> AccountAdjustment:
        return adjusting.withdraw_adjustment(self.record, actor=self.actor, **self.cleaned_data)


_FORMS: tuple[type[ActionForm], ...] = (
    ApproveForm,
    RejectForm,
    ApplyForm,
    AlterForm,
    WithdrawForm,
)
ADJUSTMENT_ACTIONS: dict[str, type[ActionForm]] = {form.action: form for form in _FORMS}
