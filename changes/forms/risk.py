"""The questionnaire about the risk: with the move to assessing, or by itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.models import Change
from changes.risk import QUESTIONS
from core.actions import NoteForm
from core.errors import Reason

CODES = tuple(question.code for question in QUESTIONS)


class RiskForm(NoteForm):
    """The questions come from the table; subclasses say whether they must be answered."""

    backout_tested = forms.BooleanField(
        label=_("Its back-out was tried"),
        required=False,
        help_text=_("Not only written down: somebody has done it, where it could do no harm."),
    )
    field_order = (*CODES, "backout_tested", "note")

    def answered(self) -> dict[str, Any]:
        """What the services take: the answers apart from what else the form asks."""
        data = dict(self.cleaned_data)
        given = {code: data.pop(code) for code in CODES}
        return {**data, "answers": {code: said for code, said in given.items() if said}}


class AssessForm(RiskForm):
    action = "assess"
    title = _("Assess the change")

    def effect(self) -> Reason:
        return _(
            "Somebody looks at what can go wrong. Answer every question now, or none and do so "
            "later: the risk decides who must approve it; without one nobody can be asked."
        )

    def perform(self) -> Change:
        return services.assess_change(self.record, actor=self.actor, **self.answered())


class AssessRiskForm(RiskForm):
    action = "assess_risk"
    title = _("Assess the risk")

    def prepare(self) -> None:
        latest = self.record.risk_assessments.order_by("-pk").first()
        if latest is None:
            return
        for code in latest.answers.keys() & set(CODES):
            self.fields[code].initial = latest.answers[code]
        codes = {line["code"] for line in latest.lines}
        self.fields["backout_tested"].initial = "backout_untested" not in codes

    def effect(self) -> Reason:
        return _("The risk decides who must approve it; without one nobody can be asked.")

    def perform(self) -> Change:
        return services.assess_risk(self.record, actor=self.actor, **self.answered())


for _form, _required in ((AssessForm, False), (AssessRiskForm, True)):
    for _question in QUESTIONS:
        _choices = [(answer.code, answer.label) for answer in _question.answers]
        _form.base_fields[_question.code] = forms.ChoiceField(
            label=_question.label, choices=[("", "---------"), *_choices], required=_required
        )
