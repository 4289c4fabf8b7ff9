"""The dialogs about how far a vendor is: due diligence, decision, exit, yearly review."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.admin_forms import DayInput
from core.errors import Reason
from people.models import User
from people.roles import Role
from records.file_types import MAX_BYTES
from vendors import services
from vendors.assurance.enums import Answer, InherentRisk, Question, ReviewOutcome
from vendors.models import Vendor
from vendors.vendor_rules import is_risky, latest_diligence

_LINES = forms.Textarea({"rows": 3})


class BeginForm(NoteForm):
    action = "begin_diligence"
    title = _("Begin due diligence")
    assessor = forms.ModelChoiceField(
        label=_("Assessor"),
        queryset=User.objects.none(),
        to_field_name="username",
        required=False,
        help_text=_("Empty: you."),
    )
    risk = forms.ChoiceField(
        label=_("Inherent risk"), choices=InherentRisk.choices, initial=InherentRisk.MEDIUM
    )
    field_order = ("assessor", "risk", "note")

    def prepare(self) -> None:
        keepers = User.objects.holding(Role.VENDOR_MANAGER, timezone.now())
        self.fields["assessor"].queryset = keepers  # type: ignore[attr-defined]  # -- a choice of rows

    def perform(self) -> Vendor:
        return services.begin_diligence(self.record, actor=self.actor, **self.cleaned_data)


class SubmitForm(NoteForm):
    action = "submit"
    title = pgettext_lazy("vendor", "Submit for approval")

    def effect(self) -> Reason:
        return _("From now on the due diligence says the same, until somebody returns it.")

    def perform(self) -> Vendor:
        return services.submit_diligence(self.record, actor=self.actor, **self.cleaned_data)


class ApproveForm(NoteForm):
    action = "approve"
    title = pgettext_lazy("vendor", "Approve")

    def effect(self) -> Reason:
        return _("The vendor may be engaged within a year from now.")

    def perform(self) -> Vendor:
        return services.approve_vendor(self.record, actor=self.actor, **self.cleaned_data)


class RefuseForm(ReasonedForm):
    action = "refuse"
    title = pgettext_lazy("vendor", "Refuse")

    def perform(self) -> Vendor:
        return services.refuse_vendor(self.record, actor=self.actor, **self.cleaned_data)


class ReturnForm(ReasonedForm):
    action = "return"
    title = pgettext_lazy("vendor", "Return to the assessor")

    def perform(self) -> Vendor:
        return services.return_diligence(self.record, actor=self.actor, **self.cleaned_data)


class EngageForm(NoteForm):
    action = "engage"
    title = pgettext_lazy("vendor", "Engage")

    def effect(self) -> Reason:
        return _("Its first yearly review is due in a year.")

    def perform(self) -> Vendor:
        return services.engage_vendor(self.record, actor=self.actor, **self.cleaned_data)


class BeginExitForm(ReasonedForm):
    action = "begin_exit"
    title = _("Begin the exit")

    def perform(self) -> Vendor:
        return services.begin_exit(self.record, actor=self.actor, **self.cleaned_data)


class StayForm(ReasonedForm):
    action = "stay"
    title = _("Stay after all")

    def perform(self) -> Vendor:
        return services.stay_with_vendor(self.record, actor=self.actor, **self.cleaned_data)


class ExitForm(ReasonedForm):
    action = "exit"
    title = _("Complete the exit")

    def effect(self) -> Reason:
        return _("Say how data was returned or deleted, and that no access is left.")

    def perform(self) -> Vendor:
        return services.exit_vendor(self.record, actor=self.actor, **self.cleaned_data)


class DropForm(ReasonedForm):
    action = "drop"
    title = _("Give it up")

    def perform(self) -> Vendor:
        return services.drop_vendor(self.record, actor=self.actor, **self.cleaned_data)


class ReconsiderForm(ReasonedForm):
    action = "reconsider"
    title = _("Consider it again")

    def perform(self) -> Vendor:
        return services.reconsider_vendor(self.record, actor=self.actor, **self.cleaned_data)


# --- What stands beside the workflow --------------------------------------------------------------


class AnswersForm(ActionForm):
    """Each question: whether it is met, and on what that rests."""

    action = "answer_questions"
    title = _("Answer the questions")
    checks_version = True

    def prepare(self) -> None:
        latest = latest_diligence(self.record)
        known = {one.question: one for one in latest.answers.all()} if latest else {}
        for question in Question:
            there = known.get(question)
            self.fields[question] = forms.ChoiceField(
                label=question.label,
                required=False,
                choices=[("", "---------"), *Answer.choices],
                initial=there.answer if there else "",
            )
            self.fields[f"{question}_note"] = forms.CharField(
                label=_("Finding"),
                required=False,
                max_length=500,
                initial=there.note if there else "",
            )
        self.fields["risk"] = forms.ChoiceField(
            label=_("Inherent risk"),
            choices=InherentRisk.choices,
            initial=latest.risk if latest else InherentRisk.MEDIUM,
        )
        self.fields["summary"] = forms.CharField(
            label=_("Summary"),
            required=False,
            max_length=2_000,
            widget=forms.Textarea({"rows": 3}),
            initial=latest.summary if latest else "",
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for question in Question:
            given = data.get(question)
            if given and given != Answer.MET and not data.get(f"{question}_note"):
                text = _("Say what was found, or why it does not apply.")
                self.add_error(f"{question}_note", str(text))
        return data

    def perform(self) -> Vendor:
        data = self.cleaned_data
        return services.answer_questions(
            self.record,
            actor=self.actor,
            answers={q: (data[q], data[f"{q}_note"]) for q in Question if data[q]},
            risk=data["risk"],
            summary=data["summary"],
        )


class EvidenceForm(ActionForm):
    """A document on which answers rest."""

    action = "attach_evidence"
    title = _("Add evidence")
    name = forms.CharField(label=_("Document"), max_length=120)
    file = forms.FileField(label=_("File"))

    def clean_file(self) -> Any:
        """Refuses by the size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("the file is larger than 25 MB"))
        return file

    def perform(self) -> Vendor:
        file = self.cleaned_data["file"]
        file.seek(0)  # read before, if this is another attempt
        services.attach_evidence(
            self.record,
            actor=self.actor,
            title=self.cleaned_data["name"],
            name=file.name,
            data=file.read(),
        )
        return self.record  # type: ignore[no-any-return]  # -- dialogs are of one kind of record


class ReviewForm(ActionForm):
    """The yearly look at a vendor that is engaged."""

    action = "review"
    title = _("Record a review")
    checks_version = True
    outcome = forms.ChoiceField(label=_("Outcome"), choices=ReviewOutcome.choices)
    gaps = forms.CharField(label=_("Gaps"), required=False, max_length=2_000, widget=_LINES)
    reviewed_on = forms.DateField(label=_("Reviewed on"), required=False, widget=DayInput())
    next_on = forms.DateField(
        label=_("Next review"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: a year later. Sooner where much depends on it."),
    )

    def prepare(self) -> None:
        self.fields["reviewed_on"].initial = timezone.localdate()

    def effect(self) -> Reason:
        if not is_risky(self.record):
            return ""
        return _("Look at its attestations, the incidents it caused, and what it promised.")

    def perform(self) -> Vendor:
        return services.review_vendor(self.record, actor=self.actor, **self.cleaned_data)


STEPS: tuple[type[ActionForm], ...] = (
    BeginForm,
    SubmitForm,
    ApproveForm,
    RefuseForm,
    ReturnForm,
    EngageForm,
    BeginExitForm,
    StayForm,
    ExitForm,
    DropForm,
    ReconsiderForm,
)
ASSESSING: tuple[type[ActionForm], ...] = (AnswersForm, EvidenceForm)
