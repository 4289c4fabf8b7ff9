"""Moving a change to another window: everything is asked anew before it moves."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from changes.enums import IN_PREPARATION
from changes.models import Change
from changes.moving import check_moving, reasons_against_window
from changes.services.amending import amend_change
from changes.services.locking import lock
from changes.services.raising import check_window, edit_change
from core.errors import Refused, Stale, ValidationError


@transaction.atomic
def reschedule_change(
    change: Change,
    *,
    actor: Any,
    planned_start_at: datetime,
    planned_end_at: datetime,
    note: str,
    version: int | None = None,
) -> Change:
    """Give a change another planned window, saying why; its tasks move with it.

    What nobody was asked about is edited; what people were asked about is amended: a new version,
    the votes on the one before void. Refused: into a freeze that blocks, into the past, what has
    begun or is over; Stale when `version` is not the current one.
    """
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    row = lock(change, actor)
    if version is not None and row.version != version:
        raise Stale(_("somebody else changed this change meanwhile"))
    check_moving(row, actor)
    if row.window == (planned_start_at, planned_end_at):
        raise ValidationError({"planned_start_at": _("It is planned for then already.")})
    window: dict[str, Any] = {
        "planned_start_at": planned_start_at,
        "planned_end_at": planned_end_at,
    }
    check_window(Change(**window))
    if reasons := reasons_against_window(row, planned_start_at, planned_end_at):
        raise Refused(*reasons)
    move = edit_change if row.status in IN_PREPARATION else amend_change
    return move(row, actor=actor, note=note, **window)
