"""The dialogs about decisions on renewals: each asks what one service needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from vendors import services
from vendors.models import Contract, RenewalDecision
from vendors.renewals.enums import RenewalCriterion, RenewalOption
from vendors.renewals.facts import FACTS
from vendors.renewals.weighing import MOST_POINTS, MOST_WEIGHT


class SubmitRenewalForm(NoteForm):
    action = "submit"
    title = _("Submit for approval")

    def effect(self) -> Reason:
        return _("From now on it says the same, until somebody returns it.")

    def perform(self) -> RenewalDecision:
        return services.submit_renewal(self.record, actor=self.actor, **self.cleaned_data)


class ApproveRenewalForm(NoteForm):
    action = "approve"
    title = pgettext_lazy("renewal", "Approve")

    def effect(self) -> Reason:
        return _("With the last approval the contract goes the way that was decided.")

    def perform(self) -> RenewalDecision:
        return services.approve_renewal(self.record, actor=self.actor, **self.cleaned_data)


class ReturnRenewalForm(ReasonedForm):
    action = "return"
    title = _("Return to be prepared")

    def perform(self) -> RenewalDecision:
        return services.return_renewal(self.record, actor=self.actor, **self.cleaned_data)


class WithdrawRenewalForm(ReasonedForm):
    action = "withdraw"
    title = pgettext_lazy("renewal", "Withdraw")

    def perform(self) -> RenewalDecision:
        return services.withdraw_renewal(self.record, actor=self.actor, **self.cleaned_data)


class PrepareRenewalForm(ActionForm):
    """Stands on the contract's page."""

    action = "prepare_renewal"
    title = _("Prepare a renewal decision")
    lands_on = "#renewals"

    def effect(self) -> Reason:
        return _("What is known of vendor and contract today is kept with it.")

    def perform(self) -> Contract:
        return services.prepare_renewal(self.record, actor=self.actor).term.contract


class FreezeForm(ActionForm):
    action = "freeze"
    title = _("Read the facts anew")

    def effect(self) -> Reason:
        return _("Every fact is kept as it stands today. Comments on them are written anew.")

    def perform(self) -> RenewalDecision:
        return services.freeze_facts(self.record, actor=self.actor)


class CommentFactForm(ActionForm):
    action = "comment"
    title = _("Comment on a fact")
    prefilled = ("key",)
    key = forms.ChoiceField(label=_("Fact"))
    comment = forms.CharField(
        label=_("Comment"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )

    def prepare(self) -> None:
        titles = {key: source.title for key, source in FACTS}
        keys = self.record.facts.values_list("key", flat=True)
        self.fields["key"].choices = [(key, titles.get(key, key)) for key in keys]  # type: ignore[attr-defined]  # -- of a choice field

    def perform(self) -> RenewalDecision:
        return services.comment_on_fact(self.record, actor=self.actor, **self.cleaned_data)


class WeightsForm(ActionForm):
    """One whole number for each criterion."""

    action = "weights"
    title = _("Weigh the criteria")
    checks_version = True

    def prepare(self) -> None:
        for criterion in RenewalCriterion:
            self.fields[criterion.value] = forms.IntegerField(
                label=criterion.label,
                min_value=0,
                max_value=MOST_WEIGHT,
                initial=self.record.weights.get(criterion.value, 20),
            )

    def effect(self) -> Reason:
        return _("Only the ratio between them counts.")

    def perform(self) -> RenewalDecision:
        return services.edit_renewal(self.record, actor=self.actor, weights=self.cleaned_data)


class WeighForm(ActionForm):
    """One option; the others stay as they were weighed."""

    action = "weigh"
    title = _("Weigh an option")
    checks_version = True
    prefilled = ("option",)
    option = forms.ChoiceField(label=_("Option"), choices=RenewalOption.choices)

    def prepare(self) -> None:
        for criterion in RenewalCriterion:
            self.fields[criterion.value] = forms.IntegerField(
                label=criterion.label, min_value=0, max_value=MOST_POINTS
            )
        self.fields["reversal_cost"] = forms.DecimalField(
            label=_("Reversal cost"),
            required=False,
            min_value=0,
            max_digits=18,
            decimal_places=2,
            help_text=_("What it costs to go back, in the contract's currency."),
        )
        self.fields["note"] = forms.CharField(
            label=_("Note"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
        )

    def effect(self) -> Reason:
        return _("From 0 to 5 points for each criterion; five is best everywhere.")

    def perform(self) -> RenewalDecision:
        told: dict[str, Any] = dict(self.cleaned_data)
        told["scores"] = {criterion: told.pop(criterion) for criterion in RenewalCriterion.values}
        others = self.record.weighed.exclude(option=told["option"])
        names = ("option", "note", "scores", "reversal_cost")
        options = [*others.values(*names), told]
        return services.weigh_options(self.record, actor=self.actor, options=options)


def _by_name(*found: type[ActionForm]) -> dict[str, type[ActionForm]]:
    return {form.action: form for form in found}


RENEWAL_ACTIONS = _by_name(
    SubmitRenewalForm, ApproveRenewalForm, ReturnRenewalForm, WithdrawRenewalForm
)
PREPARING = _by_name(CommentFactForm, WeightsForm, WeighForm, FreezeForm)
