"""The card about failures of the audit trail's controls."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.cards import Figure, Figures, Line, Lines
from core.dashboard import Content, card, list_url, record_url
from core.showing import moment
from evidence.enums import FailureStatus
from evidence.failure_lists import status_badge
from evidence.failure_querysets import VIEW
from evidence.models import ControlFailure

MOST = 5


@card("control_failures", _("Control failures"), permission=VIEW)
def control_failures(user: Any, now: datetime) -> Content:
    """How many last, how many wait for an explanation, and the newest of them."""
    seen = ControlFailure.objects.visible_to(user)
    lasting, waiting = (
        seen.filter(status=status).count() for status in (FailureStatus.OPEN, FailureStatus.ENDED)
    )
    figures = (
        Figure(
            pgettext_lazy("control failures", "lasting"),
            lasting,
            list_url(ControlFailure, status=FailureStatus.OPEN),
            tone="red" if lasting else "green",
        ),
        Figure(
            pgettext_lazy("control failures", "to be explained"),
            waiting,
            list_url(ControlFailure, status=FailureStatus.ENDED),
            tone="orange" if waiting else "",
        ),
    )
    lines = tuple(
        Line(
            str(failure.get_kind_display()),
            record_url(failure),
            failure.reference,
            badges=(status_badge(failure),),
            facts=(moment(failure.started_at),),
        )
        for failure in seen.unsettled().order_by("-pk")[:MOST]
    )
    nothing = _("The audit trail is sealed, signed and proved; no failure waits for an answer.")
    return Content((Figures(figures), Lines(lines, nothing)), list_url(ControlFailure))
