"""The dialogs about budgets and savings: each asks what one service needs."""

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
from vendors import services
from vendors.models import Vendor
from vendors.opex.enums import EntryKind, SpendCategory
from vendors.services.budgets import Line


class SubmitBudgetForm(NoteForm):
    action = "submit"
    title = pgettext_lazy("budget", "Submit")

    def effect(self) -> Reason:
        return _("From now on it says the same, until somebody returns it to draft.")

    def perform(self) -> Any:
        return services.submit_budget(self.record, actor=self.actor, **self.cleaned_data)


class ApproveBudgetForm(NoteForm):
    action = "approve"
    title = pgettext_lazy("budget", "Approve")

    def effect(self) -> Reason:
        return _("The version that was approved before is locked.")

    def perform(self) -> Any:
        return services.approve_budget(self.record, actor=self.actor, **self.cleaned_data)


class ReturnBudgetForm(ReasonedForm):
    action = "return"
    title = _("Return to draft")

    def perform(self) -> Any:
        return services.return_budget(self.record, actor=self.actor, **self.cleaned_data)


class LockBudgetForm(NoteForm):
    action = "lock"
    title = pgettext_lazy("budget", "Lock")

    def perform(self) -> Any:
        return services.lock_budget(self.record, actor=self.actor, **self.cleaned_data)


class PlanForm(ActionForm):
    """Lines of the plan or the forecast; the same line again says it anew."""

    action = "plan"
    title = _("Plan lines")
    checks_version = True
    kind = forms.ChoiceField(
        label=pgettext_lazy("spend", "kind"),
        choices=[(one.value, one.label) for one in (EntryKind.PLAN, EntryKind.FORECAST)],
    )
    lines = forms.CharField(
        label=_("Lines"),
        max_length=200_000,
        widget=forms.Textarea({"rows": 10, "spellcheck": "false"}),
        help_text=_("One on each line: 2026-01; cost centre; cloud; VND-000001; USD; 1500.00"),
    )

    def clean_lines(self) -> list[tuple[Any, ...]]:
        vendors = Vendor.objects.visible_to(self.actor)
        return list(_read_lines(self.cleaned_data["lines"], vendors))

    def perform(self) -> Any:
        kind = self.cleaned_data["kind"]
        lines = [Line(*one[:4], *one[4:], kind=kind) for one in self.cleaned_data["lines"]]
        return services.plan_lines(self.record, actor=self.actor, lines=lines)


class ForecastForm(ActionForm):
    action = "forecast"
    title = _("Forecast anew")

    def effect(self) -> Reason:
        return _("The next version begins as a draft; this one is kept.")

    def perform(self) -> Any:
        return services.forecast_anew(self.record, actor=self.actor)


class PostDueForm(ActionForm):
    action = "post"
    title = _("Post what is due")

    def effect(self) -> Reason:
        return _(
            "What contracts of the company plan to pay is committed, and what they earned until "
            "the end of the last month is accrued. That happens every night, too."
        )

    def perform(self) -> Any:
        services.post_due(self.record.entity, actor=self.actor, at=timezone.now())
        return self.record


class CommentForm(ActionForm):
    action = "comment"
    title = _("Comment on a variance")
    prefilled = ("month", "cost_centre")
    month = forms.DateField(label=_("Month"), widget=DayInput())
    cost_centre = forms.CharField(label=_("Cost centre"), max_length=40)
    text = forms.CharField(label=_("Comment"), max_length=2000, widget=forms.Textarea({"rows": 3}))

    def perform(self) -> Any:
        services.comment_variance(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class StartSavingForm(NoteForm):
    action = "start"
    title = pgettext_lazy("saving", "Start")

    def perform(self) -> Any:
        return services.start_saving(self.record, actor=self.actor, **self.cleaned_data)


class VerifySavingForm(ReasonedForm):
    action = "verify"
    title = pgettext_lazy("saving", "Verify")
    verified = forms.DecimalField(label=_("Really saved a year"), max_digits=18, decimal_places=2)
    field_order = ("verified", "note")

    def prepare(self) -> None:
        self.fields["verified"].initial = self.record.expected

    def perform(self) -> Any:
        return services.verify_saving(self.record, actor=self.actor, **self.cleaned_data)


class RejectSavingForm(ReasonedForm):
    action = "reject"
    title = _("Say it was not achieved")

    def perform(self) -> Any:
        return services.reject_saving(self.record, actor=self.actor, **self.cleaned_data)


def _read_lines(text: str, vendors: Any) -> Iterator[tuple[Any, ...]]:
    """Month, cost centre, category, amount, currency, vendor. ValidationError names the line."""
    known: dict[str, Any] = {"": None}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split(";")]
        try:
            month, centre, category, vendor, currency, amount = parts
            if vendor not in known:
                known[vendor] = vendors.get(reference=vendor.upper())
            day = date.fromisoformat(f"{month}-01")
            yield day, centre, SpendCategory(category), Decimal(amount), currency, known[vendor]
        except (ValueError, InvalidOperation, Vendor.DoesNotExist) as error:
            raise ValidationError(
                _("Line %(number)s: give month, cost centre, category, vendor, currency, amount."),
                params={"number": number},
            ) from error


def _by_name(*found: type[ActionForm]) -> dict[str, type[ActionForm]]:
    return {form.action: form for form in found}


BUDGET_ACTIONS = _by_name(
    *(SubmitBudgetForm, ApproveBudgetForm, ReturnBudgetForm, LockBudgetForm),
    *(PlanForm, ForecastForm, PostDueForm, CommentForm),
)
SAVING_ACTIONS = _by_name(StartSavingForm, VerifySavingForm, RejectSavingForm)
