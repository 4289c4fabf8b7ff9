"""What is asked when another team is asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.errors import Reason
from incidents import services
from incidents.models import Consultation
from incidents.rules import is_asked
from people.models import Team


class ConsultTeamForm(ActionForm):
    action = "consult_team"
    title = _("Ask another team")
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), to_field_name="slug"
    )
    question = forms.CharField(
        label=_("Question"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )

    def prepare(self) -> None:
        seen = Team.objects.visible_to(self.actor)
        self.fields["team"].queryset = seen.exclude(pk=self.record.team_id)

    def effect(self) -> Reason:
        return _(
            "It stays with its owner. Those of the asked team whose role shows such records read "
            "all of it, internal notes too, until a day after they answered."
        )

    def perform(self) -> Any:
        return services.consult_team(self.record, actor=self.actor, **self.cleaned_data)


class _OfQuestion(ActionForm):
    prefilled = ("consultation",)
    consultation = forms.TypedChoiceField(label=_("Question"), coerce=int, choices=())

    def prepare(self) -> None:
        asked = Consultation.objects.filter(life=self.record.life_id, ended_at__isnull=True)
        self.fields["consultation"].choices = [
            (row.pk, f"{row.team}: {row}") for row in asked.select_related("team") if self.fits(row)
        ]

    def fits(self, asked: Consultation) -> bool:
        return True


class AnswerConsultationForm(_OfQuestion):
    action = "answer_consultation"
    title = _("Answer the question")
    answer = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea({"rows": 4}))

    def fits(self, asked: Consultation) -> bool:
        return is_asked(asked, self.actor) is None

    def effect(self) -> Reason:
        return _("It stands on the timeline. You read the record for another day.")

    def perform(self) -> Any:
        return services.answer_consultation(self.record, actor=self.actor, **self.cleaned_data)


class WithdrawConsultationForm(_OfQuestion):
    action = "withdraw_consultation"
    title = _("Withdraw the question")

    def effect(self) -> Reason:
        return _("The asked team no longer reads the record by it.")

    def perform(self) -> Any:
        return services.withdraw_consultation(self.record, actor=self.actor, **self.cleaned_data)
