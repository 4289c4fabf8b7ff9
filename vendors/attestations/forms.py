"""The dialogs about attestations: each asks what one service needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from evidence.controls import CONTROLS
from records.file_types import MAX_BYTES
from vendors import services
from vendors.attestations.enums import Coverage, Treatment
from vendors.models import Attestation, AttestationException, UserControl

_LINES = forms.Textarea({"rows": 3})


class AcceptForm(NoteForm):
    action = "accept"
    title = pgettext_lazy("attestation", "Accept")

    def effect(self) -> Reason:
        return _("You say that it covers all the services that we use, and that nothing lacks.")

    def perform(self) -> Attestation:
        return services.accept_attestation(self.record, actor=self.actor, **self.cleaned_data)


class AcceptWithGapsForm(ReasonedForm):
    action = "accept_with_gaps"
    title = _("Accept with gaps")
    coverage = forms.ChoiceField(
        label=_("Covers the services that we use"),
        choices=[one for one in Coverage.choices if one[0] != Coverage.NO],
    )
    note = forms.CharField(label=_("What lacks"), max_length=2000, widget=_LINES)
    field_order = ("coverage", "note")

    def perform(self) -> Attestation:
        return services.accept_attestation_with_gaps(
            self.record, actor=self.actor, **self.cleaned_data
        )


class RejectForm(ReasonedForm):
    action = "reject"
    title = pgettext_lazy("attestation", "Reject")
    coverage = forms.ChoiceField(
        label=_("Covers the services that we use"), choices=reversed(Coverage.choices)
    )
    field_order = ("coverage", "note")

    def perform(self) -> Attestation:
        return services.reject_attestation(self.record, actor=self.actor, **self.cleaned_data)


class DocumentForm(ActionForm):
    action = "attach"
    title = _("Add the document")
    name = forms.CharField(label=_("Document"), max_length=120)
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
        self.keep(title=self.cleaned_data["name"], name=file.name, data=file.read())
        return self.record

    def keep(self, **told: Any) -> None:
        services.attach_attestation(self.record, actor=self.actor, **told)


class NoteExceptionForm(ActionForm):
    action = "note_exception"
    title = _("Note an exception")
    text = forms.CharField(label=_("Exception"), max_length=2000, widget=_LINES)
    assessment = forms.CharField(
        label=_("Our assessment"), required=False, max_length=2000, widget=_LINES
    )
    treatment = forms.ChoiceField(
        label=_("Treatment"),
        required=False,
        choices=[("", _("Not assessed yet")), *Treatment.choices],
    )

    def perform(self) -> Attestation:
        services.note_exception(self.record, actor=self.actor, **self.cleaned_data)
        return self.record  # type: ignore[no-any-return]  # -- dialogs are of one kind of record


class _OfAnException(ActionForm):
    prefilled = ("exception",)
    exception = forms.ModelChoiceField(
        label=_("Exception"), queryset=AttestationException.objects.none()
    )

    def prepare(self) -> None:
        self.fields["exception"].queryset = self.record.exceptions.all()  # type: ignore[attr-defined]  # -- a choice of rows


class AssessExceptionForm(_OfAnException):
    action = "assess_exception"
    title = _("Assess an exception")
    treatment = forms.ChoiceField(label=_("Treatment"), choices=Treatment.choices)
    assessment = forms.CharField(label=_("Our assessment"), max_length=2000, widget=_LINES)

    def perform(self) -> Attestation:
        return services.assess_exception(self.record, actor=self.actor, **self.cleaned_data)


class RemoveExceptionForm(_OfAnException):
    action = "remove_exception"
    title = _("Remove an exception")

    def perform(self) -> Attestation:
        return services.remove_exception(self.record, actor=self.actor, **self.cleaned_data)


class MapControlForm(ActionForm):
    action = "map_control"
    title = _("Add what is expected of us")
    text = forms.CharField(label=_("What is expected of us"), max_length=2000, widget=_LINES)
    control = forms.ChoiceField(label=_("Our control"), required=False)
    reason = forms.CharField(label=_("Why not"), required=False, max_length=2000, widget=_LINES)

    def prepare(self) -> None:
        known = [(code, f"{code} {control.title}") for code, control in CONTROLS]
        self.fields["control"].choices = [("", _("None, see below")), *known]  # type: ignore[attr-defined]  # -- a choice

    def perform(self) -> Attestation:
        services.map_user_control(self.record, actor=self.actor, **self.cleaned_data)
        return self.record  # type: ignore[no-any-return]  # -- dialogs are of one kind of record


class RemoveControlForm(ActionForm):
    action = "remove_control"
    title = _("Remove what is expected of us")
    prefilled = ("user_control",)
    user_control = forms.ModelChoiceField(label=_("Which"), queryset=UserControl.objects.none())

    def prepare(self) -> None:
        self.fields["user_control"].queryset = self.record.user_controls.all()  # type: ignore[attr-defined]  # -- a choice of rows

    def perform(self) -> Attestation:
        return services.remove_user_control(self.record, actor=self.actor, **self.cleaned_data)


def _by_name(*found: type[ActionForm]) -> dict[str, type[ActionForm]]:
    return {form.action: form for form in found}


REVIEWING = _by_name(AcceptForm, AcceptWithGapsForm, RejectForm)
TELLING = _by_name(
    *(NoteExceptionForm, AssessExceptionForm, RemoveExceptionForm),
    *(MapControlForm, RemoveControlForm),
)
ATTESTATION_ACTIONS = {**REVIEWING, DocumentForm.action: DocumentForm, **TELLING}
