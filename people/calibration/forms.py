"""The dialogs about a calibration: each asks what one service needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, ReasonedForm
from core.errors import Reason
from people.choosing import full_name
from people.models import Criterion, User
from people.quality.forms import ask_criteria, given_of
from people.services import calibrations


class RateForm(ActionForm):
    """The next piece that the actor has to rate."""

    action = "rate"
    title = pgettext_lazy("calibration", "Rate the next piece")
    piece = forms.CharField(widget=forms.HiddenInput, max_length=30)

    def prepare(self) -> None:
        rater = self.record.raters.filter(user=self.actor.pk).first()
        left = list(calibrations.unrated_by(rater)) if rater else []
        self.told = ""
        if left:
            self.fields["piece"].initial = left[0].reference
            total = self.record.pieces.count()
            facts = {"piece": left[0].reference, "nth": total - len(left) + 1, "total": total}
            self.told = _("%(piece)s, %(nth)d of %(total)d. Nobody sees it before all are done.")
            self.told %= facts
        rows = Criterion.objects.filter(rubric=self.record.rubric_id)
        self.criteria = list(rows.order_by("pk"))
        ask_criteria(self, self.criteria, _("For the talk afterwards; you need not."))

    def effect(self) -> Reason:
        return self.told

    def perform(self) -> Any:
        return calibrations.rate_piece(
            self.record,
            actor=self.actor,
            piece=self.cleaned_data["piece"],
            ratings=given_of(self, self.criteria),
        )


class LeaveOutForm(ReasonedForm):
    action = "leave_out"
    title = pgettext_lazy("calibration", "Leave a rater out")
    field_order = ("user", "note")
    user = forms.ModelChoiceField(label=_("Reviewer"), queryset=User.objects.none())

    def prepare(self) -> None:
        field: Any = self.fields["user"]
        late = self.record.raters.filter(done_at__isnull=True, left_out_at__isnull=True)
        people = User.objects.filter(pk__in=late.values("user")).select_related("person")
        field.queryset = people.order_by("person__full_name", "username")
        field.label_from_instance = full_name

    def perform(self) -> Any:
        return calibrations.leave_rater_out(self.record, actor=self.actor, **self.cleaned_data)


class CloseForm(ActionForm):
    action = "close"
    title = pgettext_lazy("calibration", "Close")
    checks_version = True
    summary = forms.CharField(
        label=_("What was agreed on"),
        max_length=calibrations.LONGEST["summary"],
        widget=forms.Textarea({"rows": 6}),
        help_text=_("How the criteria that were read differently are to be read from now on."),
    )

    def perform(self) -> Any:
        return calibrations.close_calibration(self.record, actor=self.actor, **self.cleaned_data)


class CancelForm(ReasonedForm):
    action = "cancel"
    title = pgettext_lazy("calibration", "Cancel")

    def perform(self) -> Any:
        return calibrations.cancel_calibration(self.record, actor=self.actor, **self.cleaned_data)


CALIBRATION_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (RateForm, LeaveOutForm, CloseForm, CancelForm)
}
