"""The life of a meeting of a board: the table of transitions, nothing else."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.enums import MeetingStatus
from changes.meeting_rules import is_its_chair, is_the_only_one
from changes.permissions import may_chair
from core.transitions import Transition, Workflow

MEETING_WORKFLOW = Workflow(
    Transition(
        "open",
        (MeetingStatus.PLANNED,),
        MeetingStatus.IN_SESSION,
        may_chair,
        pgettext_lazy("meeting", "Open"),
        (is_its_chair, is_the_only_one),
    ),
    Transition(
        "close",
        (MeetingStatus.IN_SESSION,),
        MeetingStatus.CLOSED,
        may_chair,
        pgettext_lazy("meeting", "Close"),
        (is_its_chair,),
    ),
    Transition(
        "sign",
        (MeetingStatus.CLOSED,),
        MeetingStatus.SIGNED,
        may_chair,
        _("Sign the minutes"),
        (is_its_chair,),
    ),
    Transition(
        "cancel",
        (MeetingStatus.PLANNED,),
        MeetingStatus.CANCELLED,
        may_chair,
        pgettext_lazy("meeting", "Cancel"),
        (is_its_chair,),
    ),
)
