"""What becomes of a calibration: the transitions, who, when."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Reason
from core.transitions import Transition, Workflow
from people.calibration.enums import CalibrationStatus as S
from people.quality.workflow import may_review
from people.roles import Role
from people.scope import scope_of


def _acts(actor: Any) -> bool:
    return actor is not None and may_review(actor)


def leads_it(calibration: Any, actor: Any) -> Reason | None:
    reach = scope_of(actor).reach_of(Role.TEAM_LEAD, Role.SERVICE_MANAGER)
    if reach.covers(calibration.plan.team_id):
        return None
    return _("whoever plans the quality of this team does this")


def has_to_rate(calibration: Any, actor: Any) -> Reason | None:
    rater = calibration.raters.filter(user=actor.pk).first()
    if rater is None:
        return _("other people rate this")
    if rater.left_out_at is not None:
        return _("you were left out")
    return _("you have rated everything") if rater.done_at is not None else None


CALIBRATION_WORKFLOW = Workflow(
    Transition(
        "rate",
        (S.RATING,),
        S.RATING,
        _acts,
        pgettext_lazy("calibration", "Rate the next piece"),
        (has_to_rate,),
    ),
    Transition(
        "leave_out",
        (S.RATING,),
        S.RATING,
        _acts,
        pgettext_lazy("calibration", "Leave a rater out"),
        (leads_it,),
    ),
    Transition(
        "close",
        (S.REVEALED,),
        S.CLOSED,
        _acts,
        pgettext_lazy("calibration", "Close"),
        (leads_it,),
    ),
    Transition(
        "cancel",
        (S.RATING,),
        S.CANCELLED,
        _acts,
        pgettext_lazy("calibration", "Cancel"),
        (leads_it,),
    ),
)
