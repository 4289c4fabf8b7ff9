"""The dialogs about obligations and what is due of them: each asks what one service needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from records.file_types import MAX_BYTES
from vendors import services
from vendors.models import Obligation, ObligationTask


class EndForm(ReasonedForm):
    action = "end"
    title = pgettext_lazy("obligation", "End")

    def effect(self) -> Reason:
        return _("Nothing more becomes due of it. What has become due stays to be settled.")

    def perform(self) -> Obligation:
        return services.end_obligation(self.record, actor=self.actor, **self.cleaned_data)


class SubmitForm(ReasonedForm):
    action = "submit"
    title = pgettext_lazy("obligation task", "Submit")
    note = forms.CharField(
        label=_("What was done, or received"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def effect(self) -> Reason:
        name = self.record.obligation.approver.get_full_name()
        return _("%(name)s says whether it was done.") % {"name": name}

    def perform(self) -> ObligationTask:
        return services.submit_task(self.record, actor=self.actor, **self.cleaned_data)


class AcceptForm(NoteForm):
    action = "accept"
    title = pgettext_lazy("obligation task", "Accept")

    def perform(self) -> ObligationTask:
        return services.accept_task(self.record, actor=self.actor, **self.cleaned_data)


class ReturnForm(ReasonedForm):
    action = "return"
    title = pgettext_lazy("obligation task", "Return")
    note = forms.CharField(
        label=_("What lacks"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def perform(self) -> ObligationTask:
        return services.return_task(self.record, actor=self.actor, **self.cleaned_data)


class WaiveForm(ReasonedForm):
    action = "waive"
    title = pgettext_lazy("obligation task", "Waive")

    def effect(self) -> Reason:
        return _("We do without it this time. The next time it is due again.")

    def perform(self) -> ObligationTask:
        return services.waive_task(self.record, actor=self.actor, **self.cleaned_data)


class EvidenceForm(ActionForm):
    action = "attach"
    title = _("Add evidence")
    name = forms.CharField(label=_("Document"), max_length=120)
    file = forms.FileField(label=_("File"))

    def clean_file(self) -> Any:
        """Refuses by the size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("the file is larger than 25 MB"))
        return file

    def perform(self) -> ObligationTask:
        file = self.cleaned_data["file"]
        services.attach_obligation_evidence(
            self.record,
            actor=self.actor,
            title=self.cleaned_data["name"],
            name=file.name,
            data=file.read(),
        )
        return self.record  # type: ignore[no-any-return]  # -- dialogs are of one kind of record


OBLIGATION_ACTIONS: dict[str, type[ActionForm]] = {EndForm.action: EndForm}
JUDGING: dict[str, type[ActionForm]] = {
    form.action: form for form in (SubmitForm, AcceptForm, ReturnForm, WaiveForm)
}
TASK_ACTIONS = {**JUDGING, EvidenceForm.action: EvidenceForm}
