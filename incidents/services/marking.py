"""Marks that people or alerts set on an incident, and their corrections."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, ValidationError
from incidents.audience import tell_followers
from incidents.enums import Status
from incidents.models import Incident
from incidents.services.locking import TABLE, work
from notifications.enums import MessageKind
from records.services import mask_fields
from sla.enums import MarkKind, MarkSource, Precision
from sla.services import set_mark

_BY_ACTION = (MarkKind.RESOLVED,)


def mark_incident(
    incident: Incident,
    *,
    actor: Any,
    kind: str,
    at: datetime,
    source: MarkSource = MarkSource.HUMAN,
    precision: str = Precision.EXACT,
    latest_at: datetime | None = None,
    evidence: str = "",
) -> Incident:
    """Set or correct a mark. Refused: `resolved`, which the action sets, and cancelled incidents.

    A moment may not come before the start of the trouble.
    """
    if kind in _BY_ACTION:
        raise ValidationError({"kind": _("This mark is set by resolving the incident.")})
    with work(incident, "mark", actor=actor) as row:
        if row.status == Status.CANCELLED:
            raise Refused(_("the incident is cancelled"))
        if row.status == Status.MERGED:
            raise Refused(_("it is merged: work on the one it went into"))
        _keep_order(row, MarkKind(kind), at)
        evidence = mask_fields(TABLE, {"evidence": evidence}, actor=actor, reference=row.reference)[
            "evidence"
        ]
        set_mark(
            row.life,
            MarkKind(kind),
            at=at,
            actor=actor,
            source=source,
            precision=Precision(precision),
            latest_at=latest_at,
            evidence=evidence,
        )
        if kind == MarkKind.MITIGATED:
            tell_followers(row, MessageKind.INCIDENT_MITIGATED, but=actor)
    return row


def _keep_order(row: Incident, kind: MarkKind, at: datetime) -> None:
    """The start comes first; what follows may be known in any order."""
    marks = {mark.kind: mark.at for mark in row.life.marks.current()}
    marks[kind] = at
    start = marks.pop(MarkKind.STARTED, None)
    if start is None or not marks:
        return
    if kind == MarkKind.STARTED and start > min(marks.values()):
        raise ValidationError({"at": _("Something is marked before this start.")})
    if at < start:
        raise ValidationError({"at": _("This is before the start of the incident.")})
