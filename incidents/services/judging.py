"""What a lead says of an incident: that it is a drill."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed, Refused, ValidationError
from incidents.enums import ENDED
from incidents.models import Incident
from incidents.permissions import may_judge_incidents
from incidents.rules import is_led
from incidents.services.locking import work


def set_drill(incident: Incident, *, actor: Any, is_drill: bool, note: str) -> Incident:
    """Say that an incident is an exercise, which no figure counts and to which no agreement
    applies from now on, or that it is none after all.

    Refused: people who do not lead its team, no reason, and what is closed or cancelled.
    """
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    with work(incident, "set_drill", actor=actor, note=note) as row:
        if not may_judge_incidents(actor):
            raise NotAllowed(_("your role does not include this action"))
        if reason := is_led(row, actor):
            raise NotAllowed(reason)
        if row.status in ENDED:
            raise Refused(_("what is closed or cancelled is no longer edited"))
        row.is_drill = is_drill
    return row
