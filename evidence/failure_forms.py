"""The dialog that settles a control failure."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.errors import Reason
from evidence.models import ControlFailure
from evidence.services.failures import settle_failure


def _asked(label: Reason, help_text: Reason) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=5_000,
        widget=forms.Textarea({"rows": 3}),
    )


class SettleForm(ActionForm):
    action = "settle"
    title = _("Explain and settle")
    checks_version = True
    cause = _asked(_("Cause"), _("Why the control did not hold."))
    missed = _asked(
        _("What was missed"),
        _("What was not recorded, sealed or witnessed in this time; and how you know."),
    )
    risk_decision = _asked(
        _("Decision about the risk"), _("Whether more is to be done about it, and who decided.")
    )
    fix = _asked(_("What was mended"), _("And what keeps it from happening again."))

    def effect(self) -> Reason:
        return _("The failure is settled. What is written here cannot be changed afterwards.")

    def perform(self) -> ControlFailure:
        return settle_failure(self.record, actor=self.actor, **self.cleaned_data)


FAILURE_ACTIONS: dict[str, type[ActionForm]] = {SettleForm.action: SettleForm}
