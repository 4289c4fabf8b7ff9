"""The dialogs on a contract's page: its clauses of service credits, and the claims by them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.admin_forms import DayInput
from core.errors import Reason
from core.references import ReferenceChoiceField
from vendors import services
from vendors.credits.enums import CreditCounting, CreditMeasure
from vendors.credits.formula import read_tiers
from vendors.models import Contract, CreditClause
from vendors.money import DIGITS, PLACES
from vendors.scorecards.periods import later

_PERCENT = {"max_digits": 6, "decimal_places": 3, "min_value": 0, "max_value": 100}
_MONEY = {"max_digits": DIGITS, "decimal_places": PLACES, "min_value": 0}
_COLUMNS = (
    *("name", "place", "measure", "unit_amount", "unit_percent", "every", "counting"),
    *("cap_percent", "monthly_charge", "valid_from", "valid_until"),
)


class _ClauseForm(ActionForm):
    lands_on = "#credits"

    name = forms.CharField(label=_("Name"), max_length=120)
    place = forms.CharField(
        label=_("Place in the contract"), max_length=120, help_text=_("Such as Annex 3, 4.2.")
    )
    measure = forms.ChoiceField(label=_("Measures"), choices=CreditMeasure.choices)
    tiers = forms.CharField(
        label=_("Tiers"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        help_text=_(
            "For what is measured in percent. One on each line: below 99.9 gives 5 percent of the "
            "monthly charge is written 99.9; 5"
        ),
    )
    unit_amount = forms.DecimalField(
        label=_("Amount for each unit"), required=False, help_text=_("Or a percentage."), **_MONEY
    )
    unit_percent = forms.DecimalField(label=_("Percent for each unit"), required=False, **_PERCENT)
    every = forms.DecimalField(
        label=_("A unit is so many"),
        initial=Decimal(1),
        max_digits=8,
        decimal_places=2,
        help_text=_("Hours or breaches. Usually one."),
    )
    counting = forms.ChoiceField(label=_("Counts"), choices=CreditCounting.choices)
    cap_percent = forms.DecimalField(
        label=_("Cap in percent"),
        help_text=_("The most that a month brings, of the monthly charge."),
        **_PERCENT,
    )
    monthly_charge = forms.DecimalField(
        label=_("Monthly charge"),
        required=False,
        help_text=_("Empty: a twelfth of what the contract costs a year."),
        **_MONEY,
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=DayInput())
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=DayInput())

    def clean_tiers(self) -> list[list[str]]:
        """Lines as pairs; what they have to be is said beside the field."""
        lines = [line.strip() for line in self.cleaned_data["tiers"].splitlines() if line.strip()]
        told = [[part.strip() for part in line.split(";")] for line in lines]
        try:
            read_tiers(told)
        except ValidationError as error:
            raise ValidationError(error.message_dict["tiers"]) from error
        return told


class AddCreditClauseForm(_ClauseForm):
    action = "add_credit_clause"
    title = _("Add a clause of service credits")

    def prepare(self) -> None:
        self.fields["valid_from"].initial = self.record.starts_on

    def perform(self) -> Contract:
        facts = self.cleaned_data
        return services.add_credit_clause(self.record, actor=self.actor, **facts).contract


class EditCreditClauseForm(_ClauseForm):
    action = "edit_credit_clause"
    title = _("Correct a clause of service credits")
    prefilled = ("clause",)
    clause = ReferenceChoiceField(label=_("Clause"), queryset=CreditClause.objects.none())
    known = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    field_order = ("clause",)

    def prepare(self) -> None:
        clauses = self.record.credit_clauses.all()
        self.fields["clause"].queryset = clauses  # type: ignore[attr-defined]  # -- a choice of rows
        found = clauses.filter(reference=str(self.initial.get("clause", ""))).first()
        if found is not None:
            for name in _COLUMNS:
                self.fields[name].initial = getattr(found, name)
            self.fields["tiers"].initial = "\n".join("; ".join(one) for one in found.tiers)
            self.fields["known"].initial = found.version

    def effect(self) -> Reason:
        return _("Once a claim goes by it, a clause only ends: add its next version then.")

    def perform(self) -> Contract:
        facts: dict[str, Any] = dict(self.cleaned_data)
        clause, version = facts.pop("clause"), facts.pop("known")
        row = services.edit_credit_clause(clause, actor=self.actor, version=version, **facts)
        return row.contract


class DraftClaimForm(ActionForm):
    action = "draft_claim"
    title = _("Draft a credit claim")
    lands_on = "#claims"
    prefilled = ("clause",)
    clause = ReferenceChoiceField(label=_("Clause"), queryset=CreditClause.objects.none())
    month = forms.DateField(label=_("A day of the month"), widget=DayInput())

    def prepare(self) -> None:
        clauses = self.record.credit_clauses.all()
        self.fields["clause"].queryset = clauses  # type: ignore[attr-defined]  # -- a choice of rows
        self.fields["month"].initial = later(timezone.localdate().replace(day=1), -1)

    def effect(self) -> Reason:
        return _("What was breached in the month is kept with the claim.")

    def perform(self) -> Contract:
        return services.draft_claim(actor=self.actor, **self.cleaned_data).clause.contract


CLAUSE_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (AddCreditClauseForm, EditCreditClauseForm, DraftClaimForm)
}
BESIDE = {EditCreditClauseForm.action, DraftClaimForm.action}
"""What is offered beside the clause it is about, and not in the header."""
