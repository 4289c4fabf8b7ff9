"""The dialogs about contracts: each asks what one service needs."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.admin_forms import DayInput
from core.errors import Reason
from records.file_types import MAX_BYTES
from vendors import services
from vendors.contract_rules import steps_of_contract, term_to_decide
from vendors.enums import Clause, ClauseAnswer, ContractStep
from vendors.models import Contract


class SubmitForm(NoteForm):
    action = "submit"
    title = _("Submit for legal review")

    def effect(self) -> Reason:
        return _("From now on it says the same, until somebody returns it to draft.")

    def perform(self) -> Contract:
        return services.submit_contract(self.record, actor=self.actor, **self.cleaned_data)


class PassLegalForm(NoteForm):
    action = "pass_legal"
    title = _("Pass the legal review")

    def effect(self) -> Reason:
        names = ", ".join(str(ContractStep(one).label) for one in steps_of_contract(self.record))
        return _("The text may be signed as it is. It then waits for: %(steps)s.") % {
            "steps": names
        }

    def perform(self) -> Contract:
        return services.pass_legal_review(self.record, actor=self.actor, **self.cleaned_data)


class ApproveForm(NoteForm):
    action = "approve"
    title = pgettext_lazy("contract", "Approve")

    def perform(self) -> Contract:
        return services.approve_contract(self.record, actor=self.actor, **self.cleaned_data)


class ReturnForm(ReasonedForm):
    action = "return"
    title = _("Return to draft")

    def effect(self) -> Reason:
        return _("What was approved counts no more.")

    def perform(self) -> Contract:
        return services.return_contract(self.record, actor=self.actor, **self.cleaned_data)


class SignForm(NoteForm):
    action = "sign"
    title = pgettext_lazy("contract", "Sign")
    signed_on = forms.DateField(label=_("Signed on"), required=False, widget=DayInput())
    field_order = ("signed_on", "note")

    def prepare(self) -> None:
        self.fields["signed_on"].initial = timezone.localdate()

    def perform(self) -> Contract:
        return services.sign_contract(self.record, actor=self.actor, **self.cleaned_data)


class ActivateForm(NoteForm):
    action = "activate"
    title = _("Put into force")

    def perform(self) -> Contract:
        return services.activate_contract(self.record, actor=self.actor, **self.cleaned_data)


class WithdrawForm(ReasonedForm):
    action = "withdraw"
    title = _("Withdraw")

    def perform(self) -> Contract:
        return services.withdraw_contract(self.record, actor=self.actor, **self.cleaned_data)


class _Deciding(ReasonedForm):
    def effect(self) -> Reason:
        term = term_to_decide(self.record)
        if term is None:
            return ""
        return _("This is about term %(number)s, which ends on %(day)s.") % {
            "number": term.number,
            "day": term.ends_on,
        }


class RenewForm(_Deciding):
    action = "renew"
    title = _("Renew")

    def perform(self) -> Contract:
        return services.renew_contract(self.record, actor=self.actor, **self.cleaned_data)


class RenegotiateForm(_Deciding):
    action = "renegotiate"
    title = _("Renegotiate")

    def perform(self) -> Contract:
        return services.renegotiate_contract(self.record, actor=self.actor, **self.cleaned_data)


class TerminateForm(_Deciding):
    action = "terminate"
    title = _("Terminate")

    def perform(self) -> Contract:
        return services.terminate_contract(self.record, actor=self.actor, **self.cleaned_data)


# --- What a draft is made of ----------------------------------------------------------------------


class ClausesForm(ActionForm):
    """Each clause: whether the contract says it, and where."""

    action = "answer_clauses"
    title = _("Check the clauses")
    checks_version = True

    def prepare(self) -> None:
        known = {one.clause: one for one in self.record.clauses.all()}
        for clause in Clause:
            there = known.get(clause)
            self.fields[clause] = forms.ChoiceField(
                label=clause.label,
                required=False,
                choices=[("", "---------"), *ClauseAnswer.choices],
                initial=there.answer if there else "",
            )
            self.fields[f"{clause}_place"] = forms.CharField(
                label=_("Where, or why not"),
                required=False,
                max_length=200,
                initial=there.place if there else "",
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for clause in Clause:
            needs_place = data.get(clause) in (ClauseAnswer.PRESENT, ClauseAnswer.NOT_APPLICABLE)
            if needs_place and not data.get(f"{clause}_place"):
                text = _("Say which clause, or why none is needed.")
                self.add_error(f"{clause}_place", str(text))
        return data

    def perform(self) -> Contract:
        data = self.cleaned_data
        answers = {c: (data[c], data[f"{c}_place"]) for c in Clause if data[c]}
        return services.answer_clauses(self.record, actor=self.actor, answers=answers)


class PaymentsForm(ActionForm):
    """The schedule as lines: day, amount, what for."""

    action = "plan_payments"
    title = _("Plan the payments")
    checks_version = True
    lines = forms.CharField(
        label=_("Payments"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea({"rows": 10, "spellcheck": "false"}),
        help_text=_("One on each line: 2026-01-31; 1500.00; First quarter"),
    )

    def prepare(self) -> None:
        self.fields["lines"].initial = "\n".join(
            f"{one.due_on}; {one.amount}; {one.text}" for one in self.record.payments.all()
        )

    def clean_lines(self) -> list[tuple[date, Decimal, str]]:
        return list(_read_payments(self.cleaned_data["lines"]))

    def perform(self) -> Contract:
        payments = self.cleaned_data["lines"]
        return services.plan_payments(self.record, actor=self.actor, payments=payments)


def _read_payments(text: str) -> Iterator[tuple[date, Decimal, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        day, amount, *rest = [part.strip() for part in line.split(";", 2)] + [""]
        try:
            yield date.fromisoformat(day), Decimal(amount), (rest or [""])[0]
        except (ValueError, InvalidOperation) as error:
            raise ValidationError(
                _("Line %(number)s: give day, amount and what for, with semicolons."),
                params={"number": number},
            ) from error


class AttachForm(ActionForm):
    """A document, or its next version."""

    action = "attach"
    title = _("Add a document")
    name = forms.CharField(
        label=_("Document"),
        max_length=120,
        help_text=_("The same name again makes its next version."),
    )
    file = forms.FileField(label=_("File"))

    def clean_file(self) -> Any:
        """Refuses by the size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("the file is larger than 25 MB"))
        return file

    def perform(self) -> Contract:
        file = self.cleaned_data["file"]
        file.seek(0)  # read before, if this is another attempt
        services.attach_document(
            self.record,
            actor=self.actor,
            title=self.cleaned_data["name"],
            name=file.name,
            data=file.read(),
        )
        return self.record  # type: ignore[no-any-return]  # -- dialogs are of one kind of record


CONTRACT_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form
    for form in (
        SubmitForm,
        PassLegalForm,
        ApproveForm,
        ReturnForm,
        SignForm,
        ActivateForm,
        RenewForm,
        RenegotiateForm,
        TerminateForm,
        WithdrawForm,
        ClausesForm,
        PaymentsForm,
        AttachForm,
    )
}
