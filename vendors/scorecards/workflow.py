"""What becomes of a model of scorecards and of a scorecard: the tables of transitions."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from vendors.scorecards.enums import CardStatus as C
from vendors.scorecards.enums import ModelStatus as M
from vendors.scorecards.permissions import (
    may_approve_score_models,
    may_draft_score_models,
    may_keep_scorecards,
    may_mark_vendors,
)
from vendors.scorecards.rules import (
    is_drafted_by_another,
    is_known,
    measures_something,
    period_is_over,
)

SCORE_MODEL_WORKFLOW = Workflow(
    Transition("set_kpi", (M.DRAFT,), M.DRAFT, may_draft_score_models, _("Set a figure")),
    Transition("remove_kpi", (M.DRAFT,), M.DRAFT, may_draft_score_models, _("Take a figure out")),
    Transition(
        "activate",
        (M.DRAFT,),
        M.ACTIVE,
        may_approve_score_models,
        _("Put in force"),
        (measures_something, is_drafted_by_another),
    ),
)

SCORECARD_WORKFLOW = Workflow(
    Transition("measure", (C.OPEN,), C.OPEN, may_keep_scorecards, _("Measure anew")),
    Transition("mark", (C.OPEN,), C.OPEN, may_mark_vendors, _("Give a mark")),
    Transition("figure", (C.OPEN,), C.OPEN, may_keep_scorecards, _("Enter a figure")),
    Transition("quote", (C.OPEN,), C.OPEN, may_keep_scorecards, _("Write what the vendor says")),
    Transition(
        "lock",
        (C.OPEN,),
        C.LOCKED,
        may_keep_scorecards,
        pgettext_lazy("scorecard", "Lock"),
        (period_is_over, is_known),
    ),
)
