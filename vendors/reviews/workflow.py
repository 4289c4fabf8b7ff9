"""What becomes of a service review, of its actions and of improvement plans."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from vendors.reviews.enums import ActionStatus as A
from vendors.reviews.enums import PlanStatus as P
from vendors.reviews.enums import ReviewStatus as S
from vendors.reviews.permissions import may_close_reviews, may_keep_reviews, may_minute_reviews
from vendors.reviews.rules import (
    attendance_is_told,
    both_sides_were_there,
    has_begun,
    has_minutes,
    is_done_by_another,
    is_minuted_by_another,
    is_planned_by_another,
)

REVIEW_WORKFLOW = Workflow(
    Transition("refresh", (S.PLANNED,), S.PLANNED, may_keep_reviews, _("Draft the agenda anew")),
    Transition(
        "hold",
        (S.PLANNED,),
        S.HELD,
        may_keep_reviews,
        pgettext_lazy("service review", "Hold"),
        (has_begun,),
    ),
    Transition(
        "close",
        (S.HELD,),
        S.CLOSED,
        may_close_reviews,
        pgettext_lazy("service review", "Close"),
        (has_minutes, attendance_is_told, both_sides_were_there, is_minuted_by_another),
    ),
    Transition(
        "cancel",
        (S.PLANNED,),
        S.CANCELLED,
        may_keep_reviews,
        pgettext_lazy("service review", "Cancel"),
    ),
)

ACTION_WORKFLOW = Workflow(
    Transition(
        "finish",
        (A.OPEN,),
        A.DONE,
        may_minute_reviews,
        pgettext_lazy("action of a review", "Report as done"),
    ),
    Transition(
        "verify",
        (A.DONE,),
        A.VERIFIED,
        may_minute_reviews,
        pgettext_lazy("action of a review", "Verify"),
        (is_done_by_another,),
    ),
    Transition(
        "reopen",
        (A.DONE,),
        A.OPEN,
        may_minute_reviews,
        pgettext_lazy("action of a review", "Open again"),
    ),
    Transition(
        "drop",
        (A.OPEN,),
        A.DROPPED,
        may_keep_reviews,
        pgettext_lazy("action of a review", "Drop"),
    ),
)

PLAN_WORKFLOW = Workflow(
    Transition(
        "agree",
        (P.DRAFTED,),
        P.AGREED,
        may_minute_reviews,
        pgettext_lazy("improvement plan", "Agree"),
    ),
    Transition(
        "meet",
        (P.AGREED,),
        P.MET,
        may_minute_reviews,
        pgettext_lazy("improvement plan", "Close as met"),
        (is_planned_by_another,),
    ),
    Transition(
        "miss",
        (P.AGREED,),
        P.NOT_MET,
        may_minute_reviews,
        pgettext_lazy("improvement plan", "Close as not met"),
        (is_planned_by_another,),
    ),
)
