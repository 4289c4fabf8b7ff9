"""What is asked when help is asked for; for incidents and requests alike."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.errors import Reason
from incidents.enums import HelpState, HelpUrgency
from incidents.help_audience import shift_leads
from incidents.rules import is_called
from incidents.services import helping


class AskForHelpForm(ActionForm):
    action = "ask_for_help"
    title = _("Ask for help")
    urgency = forms.ChoiceField(
        label=_("How soon"), choices=HelpUrgency.choices, initial=HelpUrgency.SOON
    )
    question = forms.CharField(
        label=_("What is needed"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )

    def effect(self) -> Reason:
        people, _rota = shift_leads(self.record.team)
        names = ", ".join(str(person) for person in people if person != self.actor)
        if not names:
            return _("Nobody leads the shift: the service managers hear of it at once.")
        return _(
            "%(people)s hears of it at once. Not taken within 5, 15 or 60 minutes (now, soon, "
            "today), leads and service managers hear of it. The owner stays."
        ) % {"people": names}

    def reasons_against(self) -> list[Reason]:
        if not self.record.is_open:
            return [_("help is asked for what is open")]
        return [_("help is asked for already")] if helping.open_call(self.record) else []

    def perform(self) -> Any:
        return helping.ask_for_help(self.record, actor=self.actor, **self.cleaned_data)


class _OfCall(ActionForm):
    """About what is asked now; only for those who are called."""

    def reasons_against(self) -> list[Reason]:
        call = helping.open_call(self.record)
        if call is None:
            return [_("no help is asked for")]
        reason = is_called(call.team, self.actor, call.asked_by)
        return [reason] if reason else self.reasons_of(call)

    def reasons_of(self, call: Any) -> list[Reason]:
        return []


class TakeHelpForm(_OfCall):
    action = "take_help"
    title = _("Come to help")

    def effect(self) -> Reason:
        return _("Who asked is told that you come. The owner stays.")

    def reasons_of(self, call: Any) -> list[Reason]:
        return [] if call.state == HelpState.ASKED else [_("somebody helps already")]

    def perform(self) -> Any:
        return helping.take_help(self.record, actor=self.actor)


class AnswerHelpForm(_OfCall):
    action = "answer_help"
    title = _("Say what helped")
    answer = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea({"rows": 4}))

    def effect(self) -> Reason:
        return _("The call for help is over; what helped stands on the timeline.")

    def perform(self) -> Any:
        return helping.answer_help(self.record, actor=self.actor, **self.cleaned_data)


class WithdrawHelpForm(ActionForm):
    action = "withdraw_help"
    title = _("No help is needed any more")

    def effect(self) -> Reason:
        return _("The call for help ends; nobody is expected any more.")

    def reasons_against(self) -> list[Reason]:
        return [] if helping.open_call(self.record) else [_("no help is asked for")]

    def perform(self) -> Any:
        return helping.withdraw_help(self.record, actor=self.actor)


HELPING: tuple[type[ActionForm], ...] = (
    AskForHelpForm,
    TakeHelpForm,
    AnswerHelpForm,
    WithdrawHelpForm,
)
