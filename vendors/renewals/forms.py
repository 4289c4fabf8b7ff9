"""The dialogs about decisions on renewals: each asks what one service needs."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from vendors import services
from vendors.models import RenewalDecision


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


RENEWAL_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form
    for form in (SubmitRenewalForm, ApproveRenewalForm, ReturnRenewalForm, WithdrawRenewalForm)
}
