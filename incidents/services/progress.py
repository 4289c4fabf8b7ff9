"""The moves of the workflow, from triage to closure. Each sets the marks that follow from it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, ValidationError
from incidents.audience import tell_followers
from incidents.enums import PRIORITY_OF, Impact, Status, Urgency
from incidents.models import Incident
from incidents.request_audience import tell_who_asks_about
from incidents.rules import has_reasons_for_misses
from incidents.services.asking import pass_on_resolution
from incidents.services.escalations import record_escalation
from incidents.services.families import pass_on_priority, passing_on
from incidents.services.locking import TABLE, hold_alert_groups, lock, step
from notifications.enums import MessageKind
from people.enums import Country
from records.services import mask_fields
from sla.enums import MarkKind, MarkSource, Precision
from sla.feedback_services import invite_feedback, withdraw_invitations
from sla.services import set_mark, void_mark
from vendors.models import Vendor


def triage_incident(
    incident: Incident,
    *,
    actor: Any,
    impact: int | None = None,
    urgency: int | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Incident:
    """Somebody looked: impact and urgency are confirmed or corrected, and it is acknowledged."""
    with passing_on(incident, "prioritizes", actor=actor) as parts:
        with step(incident, "triage", actor=actor, note=note, at=at) as row:
            was = row.priority
            if (impact or row.impact, urgency or row.urgency) != (row.impact, row.urgency):
                row.impact, row.urgency = impact or row.impact, urgency or row.urgency
                row.priority = PRIORITY_OF[Impact(row.impact), Urgency(row.urgency)]
                row.priority_reason = ""
            _acknowledge(row, actor, at)
        pass_on_priority(parts, row, was, actor=actor)
    return row


def start_incident(
    incident: Incident, *, actor: Any, note: str = "", at: datetime | None = None
) -> Incident:
    """Work begins. An incident without an owner becomes the actor's."""
    with step(incident, "start", actor=actor, note=note, at=at) as row:
        row.owner = row.owner or actor
        if row.owner is None:
            raise Refused(_("an owner is required"))
        _acknowledge(row, actor, at)
    return row


def wait_for_customer(
    incident: Incident, *, actor: Any, note: str, at: datetime | None = None
) -> Incident:
    """Nothing can be done until the customer answers."""
    with passing_on(incident, "waits", actor=actor) as parts:
        with step(incident, "wait_for_customer", actor=actor, note=note, at=at) as row:
            pass
        parts.each(row, lambda part: wait_for_customer(part, actor=actor, note=note, at=at))
    return row


def wait_for_vendor(
    incident: Incident,
    *,
    actor: Any,
    vendor: Vendor,
    note: str,
    vendor_reference: str = "",
    contact: str = "",
    at: datetime | None = None,
) -> Incident:
    """Nothing can be done until the vendor acts; the incident is attributed to that vendor, and
    what was asked of it is kept as an escalation."""
    called = {"vendor_reference": vendor_reference, "contact": contact}
    with passing_on(incident, "waits", actor=actor) as parts:
        with step(incident, "wait_for_vendor", actor=actor, note=note, at=at) as row:
            row.vendor = vendor
            record_escalation(row, actor=actor, vendor=vendor, note=note, at=at, **called)
        parts.each(
            row,
            lambda part: wait_for_vendor(
                part, actor=actor, vendor=vendor, note=note, at=at, **called
            ),
        )
    return row


def wait_for_change(
    incident: Incident, *, actor: Any, note: str, at: datetime | None = None
) -> Incident:
    """Nothing can be done until a change is implemented."""
    with passing_on(incident, "waits", actor=actor) as parts:
        with step(incident, "wait_for_change", actor=actor, note=note, at=at) as row:
            pass
        parts.each(row, lambda part: wait_for_change(part, actor=actor, note=note, at=at))
    return row


def resume_incident(
    incident: Incident, *, actor: Any, note: str = "", at: datetime | None = None
) -> Incident:
    """The waiting is over."""
    with passing_on(incident, "waits", actor=actor) as parts:
        with step(incident, "resume", actor=actor, note=note, at=at) as row:
            pass
        parts.each(row, lambda part: resume_incident(part, actor=actor, note=note, at=at))
    return row


def resolve_incident(
    incident: Incident,
    *,
    actor: Any,
    resolution_code: str,
    resolution: str,
    requests: str = "",
    at: datetime | None = None,
) -> Incident:
    """The service works again. What is resolved is mitigated too, at the latest now. `requests`
    says what becomes of those that ask about it (`ForRequests`); empty: as its switch says."""
    at = at or timezone.now()
    with passing_on(incident, "resolves", actor=actor) as parts:
        row = _resolve(incident, actor, resolution_code, resolution, at)
        answers = {"resolution_code": resolution_code, "resolution": resolution}
        parts.each(row, lambda part: resolve_incident(part, actor=actor, at=at, **answers))
        pass_on_resolution(row, actor=actor, chosen=requests, at=at)
    return row


def _resolve(
    incident: Incident, actor: Any, resolution_code: str, resolution: str, at: datetime
) -> Incident:
    with step(incident, "resolve", actor=actor, at=at) as row:
        if not resolution.strip():
            raise ValidationError({"resolution": _("Say how it was resolved.")})
        texts = {"resolution": resolution}
        row.resolution = mask_fields(TABLE, texts, actor=actor, reference=row.reference)[
            "resolution"
        ]
        row.resolution_code = resolution_code
        row.resolved_at = at
        set_mark(row.life, MarkKind.RESOLVED, at=at, actor=actor, source=_source(actor))
        if not row.life.marks.current().filter(kind=MarkKind.MITIGATED).exists():
            set_mark(
                row.life,
                MarkKind.MITIGATED,
                at=at,
                actor=actor,
                source=_source(actor),
                precision=Precision.ESTIMATED,
                evidence=_in_language_of(row, _("the incident was resolved")),
            )
        tell_followers(row, MessageKind.INCIDENT_RESOLVED, but=actor)
        tell_who_asks_about(row, but=actor)
        if not row.is_drill:  # a client is not asked about an exercise
            invite_feedback(
                row.life,
                client=row.client,
                service=row.service,
                reference=row.reference,
                title=row.title,
                at=at,
            )
    return row


def reopen_incident(
    incident: Incident, *, actor: Any, note: str, at: datetime | None = None
) -> Incident:
    """It was not over: what said that it was mitigated and resolved no longer holds.

    Refused when an open incident has its alert group by now.
    """
    with transaction.atomic():
        hold_alert_groups([incident.alert_key])
        with step(incident, "reopen", actor=actor, note=note, at=at) as row:
            row.resolved_at = row.closed_at = None
            row.resolution_code = row.resolution = ""
            void_mark(row.life, MarkKind.RESOLVED)
            void_mark(row.life, MarkKind.MITIGATED)
            withdraw_invitations(row.life)
    return row


def close_incident(
    incident: Incident, *, actor: Any, note: str = "", at: datetime | None = None
) -> Incident:
    """Nothing is left to do."""
    with step(incident, "close", actor=actor, note=note, at=at) as row:
        row.closed_at = at or timezone.now()
    return row


def cancel_incident(
    incident: Incident, *, actor: Any, note: str, at: datetime | None = None
) -> Incident:
    """It was no incident, or it is told elsewhere."""
    with step(incident, "cancel", actor=actor, note=note, at=at) as row:
        row.closed_at = at or timezone.now()
    return row


def close_incidents_resolved_before(moment: datetime) -> int:
    """Close what nobody reopened in time; returns how many. Each in its own transaction."""
    closed = 0
    for incident in Incident.objects.resolved_before(moment).order_by("pk").iterator():
        with transaction.atomic():
            row = lock(incident, None)
            # Somebody may have reopened it, or resolved it anew, since the list was read.
            if row.status != Status.RESOLVED or not row.resolved_at or row.resolved_at >= moment:
                continue
            if has_reasons_for_misses(row, None):  # it waits for a lead's word
                continue
            close_incident(row, actor=None, note="")
        closed += 1
    return closed


def _acknowledge(row: Incident, actor: Any, at: datetime | None) -> None:
    if not row.life.marks.current().filter(kind=MarkKind.ACKNOWLEDGED).exists():
        set_mark(
            row.life,
            MarkKind.ACKNOWLEDGED,
            at=at or timezone.now(),
            actor=actor,
            source=_source(actor),
        )


def _in_language_of(row: Incident, text: Any) -> str:
    """A text that is stored, as the people of the incident's team read it."""
    with translation.override(Country(row.team.country).language):
        return str(text)


def _source(actor: Any) -> MarkSource:
    return MarkSource.MACHINE if actor is None else MarkSource.HUMAN
