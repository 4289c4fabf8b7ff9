"""What becomes of a break-glass access and of one conversation: the transitions, who, when."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Reason
from core.transitions import Transition, Workflow
from people.confidential.enums import GlassStatus, MeetingStatus
from people.models import GlassApproval, Participant, User
from people.scope import scope_of


def may_approve_glass(actor: Any) -> bool:
    return actor is not None and "people.approve_glassaccess" in scope_of(actor).permissions


def may_ask_for_glass(actor: Any) -> bool:
    return actor is not None and "people.ask_glassaccess" in scope_of(actor).permissions


def anybody(actor: Any) -> bool:
    """What somebody is to the record decides, not a role."""
    return actor is not None


def is_the_system(actor: Any) -> bool:
    return actor is None


def is_not_the_asker(access: Any, actor: Any) -> Reason | None:
    asker = User.objects.filter(pk=access.asked_by_id).values_list("person", flat=True).first()
    if actor.pk == access.asked_by_id or (actor.person_id and actor.person_id == asker):
        return _("whoever asks does not approve")
    return None


def takes_no_part(access: Any, actor: Any) -> Reason | None:
    parts = Participant.objects.filter(record=access.record_id)
    own = parts.filter(user=actor.pk) | parts.filter(
        user__person__isnull=False, user__person=actor.person_id
    )
    if actor.person_id is None or own.exists():
        return _("whoever takes part in the record does not approve")
    return None


def has_not_approved_yet(access: Any, actor: Any) -> Reason | None:
    given = GlassApproval.objects.filter(access=access.pk, approved_by__person=actor.person_id)
    return _("you have approved it already") if given.exists() else None


def is_the_asker(access: Any, actor: Any) -> Reason | None:
    if actor.pk == access.asked_by_id:
        return None
    return _("only whoever asked may do this")


def takes_part(meeting: Any, actor: Any) -> Reason | None:
    if Participant.objects.filter(record=meeting.series.record_id, user=actor.pk).exists():
        return None
    return _("only those who take part may do this")


def series_goes_on(meeting: Any, actor: Any) -> Reason | None:
    return _("these 1:1s have ended") if meeting.series.ended_at else None


_APART = (is_not_the_asker, takes_no_part)
GLASS_WORKFLOW = Workflow(
    Transition(
        "approve",
        (GlassStatus.ASKED,),
        GlassStatus.ASKED,
        may_approve_glass,
        pgettext_lazy("break-glass", "Approve"),
        (*_APART, has_not_approved_yet),
    ),
    Transition("open", (GlassStatus.ASKED,), GlassStatus.OPEN, is_the_system, _("Open for a day")),
    Transition(
        "refuse",
        (GlassStatus.ASKED,),
        GlassStatus.REFUSED,
        may_approve_glass,
        pgettext_lazy("break-glass", "Refuse"),
        _APART,
    ),
    Transition(
        "withdraw",
        (GlassStatus.ASKED,),
        GlassStatus.WITHDRAWN,
        may_ask_for_glass,
        pgettext_lazy("break-glass", "Withdraw"),
        (is_the_asker,),
    ),
    Transition(
        "end",
        (GlassStatus.OPEN,),
        GlassStatus.ENDED,
        may_ask_for_glass,
        pgettext_lazy("break-glass", "End now"),
        (is_the_asker,),
    ),
    Transition(
        "run_out", (GlassStatus.OPEN,), GlassStatus.ENDED, is_the_system, _("The day is over")
    ),
)

_OWN = (takes_part, series_goes_on)
MEETING_WORKFLOW = Workflow(
    Transition(
        "begin",
        (MeetingStatus.PLANNED,),
        MeetingStatus.RUNNING,
        anybody,
        pgettext_lazy("1:1", "Begin"),
        _OWN,
    ),
    Transition(
        "close",
        (MeetingStatus.RUNNING,),
        MeetingStatus.CLOSED,
        anybody,
        pgettext_lazy("1:1", "Close"),
        _OWN,
    ),
    Transition(
        "skip",
        (MeetingStatus.PLANNED,),
        MeetingStatus.SKIPPED,
        anybody,
        pgettext_lazy("1:1", "Skip"),
        _OWN,
    ),
)
