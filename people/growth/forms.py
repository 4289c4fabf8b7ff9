"""The dialogs about certifications: each asks what one service needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from people.models import Certification
from people.services import certifications
from records.file_types import MAX_BYTES


class VerifyForm(NoteForm):
    action = "verify"
    title = pgettext_lazy("certification", "Verify")

    def effect(self) -> Reason:
        return _("You say that you have seen its proof. From now on nothing in it changes.")

    def perform(self) -> Certification:
        return certifications.verify_certification(
            self.record, actor=self.actor, **self.cleaned_data
        )


class RejectForm(ReasonedForm):
    action = "reject"
    title = pgettext_lazy("certification", "Reject")

    def perform(self) -> Certification:
        return certifications.reject_certification(
            self.record, actor=self.actor, **self.cleaned_data
        )


class ProofForm(ActionForm):
    action = "attach"
    title = _("Add the certificate")
    file = forms.FileField(label=_("File"))

    def clean_file(self) -> Any:
        """Refuses by the size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("the file is larger than 25 MB"))
        return file

    def perform(self) -> Any:
        file = self.cleaned_data["file"]
        file.seek(0)  # read before, if this is another attempt
        certifications.attach_proof(self.record, actor=self.actor, name=file.name, data=file.read())
        return self.record


DECIDING: dict[str, type[ActionForm]] = {"verify": VerifyForm, "reject": RejectForm}
CERTIFICATION_ACTIONS: dict[str, type[ActionForm]] = {**DECIDING, "attach": ProofForm}
