"""How every verb about a meeting begins and ends: locked, checked, recorded under its name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from changes.enums import MeetingStatus
from changes.meeting_rules import is_its_chair
from changes.meeting_workflow import MEETING_WORKFLOW
from changes.models import Meeting
from changes.triggers import REFUSED
from core.errors import NotAllowed, Refused
from core.writing import hold
from records.services import mask_fields

TABLE = "changes_meeting"


@contextmanager
def held(meeting: Meeting, action: str, *, actor: Any, note: str = "") -> Iterator[Meeting]:
    """The meeting as it is now, locked until the transaction ends.

    What only a trigger knows, because somebody else was quicker, is a refusal like any other.
    """
    try:
        with transaction.atomic(), acting(actor=actor, action=f"meeting.{action}"):
            told = mask_fields(TABLE, {"note": note}, actor=actor, reference=meeting.reference)
            with acting(reason=told["note"]):
                yield hold(meeting, actor=actor)
    except IntegrityError as error:
        if REFUSED not in str(error):
            raise
        raise Refused(_("somebody else was quicker; look at the meeting again")) from error


@contextmanager
def moved(meeting: Meeting, action: str, *, actor: Any, note: str = "") -> Iterator[Meeting]:
    """One move of the workflow: yields the locked row with its new status, then saves it."""
    with held(meeting, action, actor=actor, note=note) as row:
        row.status = MEETING_WORKFLOW.check(row, action, actor).target
        yield row
        row.save()
        row.refresh_from_db(fields=["version"])


@contextmanager
def chaired(meeting: Meeting, action: str, *, actor: Any) -> Iterator[Meeting]:
    """What the chair does with the agenda, before or during the meeting."""
    with held(meeting, action, actor=actor) as row:
        if reason := is_its_chair(row, actor):
            raise NotAllowed(reason)
        if row.status not in (MeetingStatus.PLANNED, MeetingStatus.IN_SESSION):
            raise Refused(_("this meeting is over"))
        yield row


def must_be_in_session(row: Meeting) -> None:
    if row.status != MeetingStatus.IN_SESSION:
        raise Refused(_("the meeting is not in session"))
