"""What the moves of the workflow ask, and what each of them does."""

from django import forms
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.enums import ChangeType, Outcome
from changes.models import Change
from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason


class SubmitForm(NoteForm):
    action = "submit"
    title = _("Submit the change")

    def effect(self) -> Reason:
        return _("Its description is complete; now somebody assesses what can go wrong.")

    def perform(self) -> Change:
        return services.submit_change(self.record, actor=self.actor, **self.cleaned_data)


class RequestApprovalForm(NoteForm):
    action = "request_approval"
    title = _("Request approval")

    def effect(self) -> Reason:
        if self.record.type == ChangeType.STANDARD:
            return _("It is approved at once: its template was approved for all such changes.")
        return _(
            "What it says is frozen, and everybody whom the policy names is asked, step by step. "
            "Altering it afterwards voids their votes."
        )

    def perform(self) -> Change:
        return services.request_approval(self.record, actor=self.actor, **self.cleaned_data)


class ScheduleForm(NoteForm):
    action = "schedule"
    title = _("Schedule the change")

    def effect(self) -> Reason:
        return _("Its window is taken, and those who follow it are told by e-mail.")

    def perform(self) -> Change:
        return services.schedule_change(self.record, actor=self.actor, **self.cleaned_data)


class StartForm(NoteForm):
    action = "start"
    title = _("Start the change")

    def effect(self) -> Reason:
        if self.record.type == ChangeType.EMERGENCY:
            return _("Work begins now. The approval of an emergency is asked for afterwards.")
        return _("Work begins now.")

    def perform(self) -> Change:
        return services.start_change(self.record, actor=self.actor, **self.cleaned_data)


class CompleteForm(NoteForm):
    action = "complete"
    title = _("Complete the change")

    def effect(self) -> Reason:
        return _("The work is done now; what is left is to verify it.")

    def perform(self) -> Change:
        return services.complete_change(self.record, actor=self.actor, **self.cleaned_data)


class BackOutForm(ReasonedForm):
    action = "back_out"
    title = _("Back out the change")

    def effect(self) -> Reason:
        return _(
            "The back-out plan was used and everything is as before. Its outcome is “backed out” "
            "for good, and those who follow it are told by e-mail."
        )

    def perform(self) -> Change:
        return services.back_out_change(self.record, actor=self.actor, **self.cleaned_data)


class VerifyForm(NoteForm):
    action = "verify"
    title = _("Verify the change")

    def effect(self) -> Reason:
        return _("It does what it should; what is left is the review.")

    def perform(self) -> Change:
        return services.verify_change(self.record, actor=self.actor, **self.cleaned_data)


class CloseForm(ActionForm):
    action = "close"
    title = _("Close the change")
    checks_version = True
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", "---------"), *Outcome.choices])
    review = forms.CharField(
        label=_("Review"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("What went as planned and what did not, and what follows from it."),
    )

    def prepare(self) -> None:
        self.fields["outcome"].initial = self.record.outcome

    def effect(self) -> Reason:
        return _("It ends, for good: what is closed is neither edited nor reopened.")

    def perform(self) -> Change:
        return services.close_change(self.record, actor=self.actor, **self.cleaned_data)


class HoldForm(ReasonedForm):
    action = "hold"
    title = _("Put the change on hold")

    def effect(self) -> Reason:
        return _("It can be neither scheduled nor started until somebody resumes it.")

    def perform(self) -> Change:
        return services.hold_change(self.record, actor=self.actor, **self.cleaned_data)


class ResumeForm(NoteForm):
    action = "resume"
    title = _("Resume the change")

    def effect(self) -> Reason:
        return _("It goes on where it was.")

    def perform(self) -> Change:
        return services.resume_change(self.record, actor=self.actor, **self.cleaned_data)


class CancelForm(ReasonedForm):
    action = "cancel"
    title = _("Cancel the change")

    def effect(self) -> Reason:
        return _("It is not wanted any more. What was asked about it is no longer asked.")

    def perform(self) -> Change:
        return services.cancel_change(self.record, actor=self.actor, **self.cleaned_data)


class CloneForm(NoteForm):
    action = "clone"
    title = _("Clone the change")

    def effect(self) -> Reason:
        return _("A new draft says the same, without window, people and results.")

    def perform(self) -> Change:
        return services.clone_change(self.record, actor=self.actor, **self.cleaned_data)
