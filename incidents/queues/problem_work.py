"""Problems as a kind of work: what is open, whom it waits for, what is done to many at once."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.actions import NoteForm
from core.errors import Reason
from incidents.forms.problems import PROBLEM_ACTIONS
from incidents.models import Problem
from incidents.problem_enums import ProblemStatus
from incidents.problem_page import problem_badge, problem_priority
from incidents.queues.incident_work import InternalNoteForm
from incidents.queues.kinds import WorkKind
from incidents.services import problems as services
from sla.enums import Holder


class TakeProblemForm(NoteForm):
    """Taking it on oneself. Refused where somebody else has changed it since it was shown."""

    action = "take"
    title = _("Take over")

    def effect(self) -> Reason:
        return _("You become the owner; whoever had it is no longer.")

    def perform(self) -> Problem:
        note = self.cleaned_data["note"]
        return services.assign_problem(self.record, actor=self.actor, owner=self.actor, note=note)


class ProblemNoteForm(InternalNoteForm):
    """What is said about a problem is for colleagues anyway."""

    def perform(self) -> Any:
        text = self.cleaned_data["text"]
        return services.comment_on_problem(self.record, actor=self.actor, text=text)


_FORMS = {
    "assign": PROBLEM_ACTIONS["assign"],
    "take": TakeProblemForm,
    "comment": ProblemNoteForm,
}

PROBLEM_WORK = WorkKind(
    model=Problem,
    label=_("problem"),
    open=lambda user: Problem.objects.visible_to(user).open(),
    waits={Holder.APPROVAL: Q(status=ProblemStatus.FIX_IN_CHANGE)},
    badges=lambda problem: (problem_badge(problem), problem_priority(problem)),
    actions=_FORMS,
    change_permission="incidents.change_problem",
    opened_at=lambda problem: problem.raised_at,
    related=("team", "owner", "service", "life"),
    unread=("symptom", "root_cause", "no_cause_reason", "workaround", "search"),
)
