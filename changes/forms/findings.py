"""The dialogs about a finding: authorise it afterwards, or record that it was reverted."""

from django import forms
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.models import Change, Finding
from core.actions import ActionForm
from core.errors import Reason
from core.references import ReferenceChoiceField


class AuthoriseForm(ActionForm):
    action = "authorise"
    title = _("Authorise afterwards")
    checks_version = True
    covered_by = ReferenceChoiceField(
        label=_("Change"),
        queryset=Change.objects.none(),
        widget=forms.TextInput({"placeholder": "CHG-000042"}),
        help_text=_("The change that covers what was deployed."),
    )
    note = forms.CharField(label=_("Reason"), max_length=5_000, widget=forms.Textarea({"rows": 3}))

    def prepare(self) -> None:
        self.fields["covered_by"].queryset = Change.objects.visible_to(self.actor)
        if self.record.change and not self.initial.get("covered_by"):
            self.initial["covered_by"] = self.record.change.reference

    def effect(self) -> Reason:
        return _("You answer for it that what was deployed may stay. The finding ends.")

    def perform(self) -> Finding:
        return services.authorise_finding(self.record, actor=self.actor, **self.cleaned_data)


class RevertForm(ActionForm):
    action = "revert"
    title = _("Record that it was reverted")
    checks_version = True
    note = forms.CharField(
        label=_("Evidence"),
        max_length=5_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Where it can be seen: the deployment that took it back, a log."),
    )

    def effect(self) -> Reason:
        return _("What was deployed is gone. The finding ends.")

    def perform(self) -> Finding:
        return services.revert_finding(self.record, actor=self.actor, **self.cleaned_data)


FINDING_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (AuthoriseForm, RevertForm)
}
