"""Opening an incident and correcting what it says."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Service
from audit.context import acting
from changes.models import Change
from core.errors import NotAllowed, Refused, Stale, ValidationError
from incidents.audience import tell_team_of_urgent
from incidents.enums import ENDED, PRIORITY_OF, Impact, IncidentChannel, Status, Tier, Urgency
from incidents.happenings import agreed_for
from incidents.models import AffectedAsset, Incident
from incidents.permissions import may_open_incidents
from incidents.services.families import pass_on_priority, passing_on
from incidents.services.locking import TABLE, stays_in_sight, work
from people.models import Team
from records.card_numbers import mask_card_numbers
from records.services import mask_fields
from sla.enums import MarkKind, MarkSource, Precision
from sla.life_services import open_life
from sla.models import Client, Mark
from sla.services import begin_life, check_moment
from vendors.models import Vendor

EDITABLE = frozenset(
    [
        "title",
        "description",
        "service",
        "client",
        "vendor",
        "caused_by_change",
        "tier",
        "channel",
        "impact",
        "urgency",
        "assets",
    ]
)
_TEXTS = ("title", "description")


@transaction.atomic
def open_incident(
    *,
    actor: Any,
    title: str,
    service: Service,
    description: str = "",
    impact: int = Impact.MEDIUM,
    urgency: int = Urgency.MEDIUM,
    channel: str = IncidentChannel.PORTAL,
    team: Team | None = None,
    owner: Any = None,
    client: Client | None = None,
    vendor: Vendor | None = None,
    caused_by_change: Change | None = None,
    tier: str = Tier.L1,
    assets: Iterable[Asset] = (),
    alert_key: str = "",
    is_drill: bool = False,
    started_at: datetime | None = None,
    detected_at: datetime | None = None,
    source: MarkSource = MarkSource.HUMAN,
    evidence: str = "",
    at: datetime | None = None,
    number: int | None = None,
) -> Incident:
    """Open an incident: it goes to the service's support team unless another is named.

    `started_at` and `detected_at` become marks (detected: now, when not given). `number` is one
    that was reserved before, for those who tell the past out of order. Refused (NotAllowed) to
    people who could not see what they opened, and for a retired service.
    """
    opened_at = at or timezone.now()
    with acting(actor=actor, action="incident.open"):
        if not may_open_incidents(actor):
            raise NotAllowed(_("your role does not include this action"))
        if service.is_retired:
            raise ValidationError({"service": _("This service is retired.")})
        for moment in (at, started_at, detected_at):
            if moment:
                check_moment(moment)
        _refuse_hidden_cause(caused_by_change, actor)
        incident = Incident(
            pk=number,
            title=mask_card_numbers(title)[0],
            description=mask_card_numbers(description)[0],
            service=service,
            team=team or service.support_team,
            owner=owner,
            client=client,
            vendor=vendor,
            caused_by_change=caused_by_change,
            tier=tier,
            channel=channel,
            impact=impact,
            urgency=urgency,
            priority=PRIORITY_OF[Impact(impact), Urgency(urgency)],
            alert_key=alert_key,
            is_drill=is_drill,
            opened_at=opened_at,
            opened_by=actor,
            life=begin_life(),
        )
        incident.save(force_insert=True)  # else a given number is looked for first
        if (incident.title, incident.description) != (title, description):
            texts = {"title": title, "description": description}
            mask_fields(TABLE, texts, actor=actor, reference=incident.reference)
        open_life(
            incident.life,
            *agreed_for(incident),
            at=opened_at,
            actor=actor,
            team=incident.team,
            priority=incident.priority,
        )
        _first_marks(incident, started_at, detected_at or opened_at, source, evidence, actor)
        AffectedAsset.objects.bulk_create(
            AffectedAsset(incident=incident, asset=asset) for asset in assets
        )
        if actor is not None:
            stays_in_sight(incident, actor)
        tell_team_of_urgent(incident)
    return incident


def edit_incident(
    incident: Incident, *, actor: Any, version: int | None = None, **changes: Any
) -> Incident:
    """Correct an incident. Priority follows impact and urgency, and an override ends with them.

    Refused: Stale when `version` is not the current one; fields that only actions may change;
    what is closed or cancelled, which must be reopened first.
    """
    if forbidden := set(changes) - EDITABLE:
        raise ValidationError({name: _("This cannot be edited.") for name in sorted(forbidden)})
    if not {"impact", "urgency"} & set(changes):
        return _edit(incident, actor, version, changes)
    with passing_on(incident, "prioritizes", actor=actor) as parts:
        was = Incident.objects.values_list("priority", flat=True).get(pk=incident.pk)
        row = _edit(incident, actor, version, changes)
        pass_on_priority(parts, row, was, actor=actor)
    return row


def _edit(incident: Incident, actor: Any, version: int | None, changes: dict[str, Any]) -> Incident:
    with work(incident, "edit", actor=actor) as row:
        if version is not None and row.version != version:
            raise Stale(_("somebody else changed this incident meanwhile"))
        if row.status in ENDED:
            raise Refused(_("what is closed or cancelled is no longer edited"))
        texts = {name: changes[name] for name in _TEXTS if name in changes}
        changes |= mask_fields(TABLE, texts, actor=actor, reference=row.reference)
        if "assets" in changes and _set_assets(row, changes.pop("assets"), actor):
            row.version += 1  # the asset rows hang on this one: whoever edits it must know
        if "caused_by_change" in changes:
            for cause in (row.caused_by_change, changes["caused_by_change"]):
                _refuse_hidden_cause(cause, actor)
        for name, value in changes.items():
            setattr(row, name, value)
        if row.status == Status.PENDING_VENDOR and row.vendor_id is None:
            raise ValidationError({"vendor": _("This incident waits for a vendor.")})
        if {"impact", "urgency"} & set(changes):
            row.priority = PRIORITY_OF[Impact(row.impact), Urgency(row.urgency)]
            row.priority_reason = ""
    return row


def _refuse_hidden_cause(change: Change | None, actor: Any) -> None:
    """Nobody names a change that they do not see, nor takes away one that they were not shown."""
    if change is None or actor is None:
        return
    if not Change.objects.visible_to(actor).filter(pk=change.pk).exists():
        raise ValidationError({"caused_by_change": _("There is no such record.")})


def _first_marks(
    incident: Incident,
    started_at: datetime | None,
    detected_at: datetime,
    source: MarkSource,
    evidence: str,
    actor: Any,
) -> None:
    moments = {MarkKind.STARTED: started_at, MarkKind.DETECTED: detected_at}
    Mark.objects.bulk_create(
        Mark(
            life=incident.life,
            kind=kind,
            at=at,
            source=source,
            precision=Precision.EXACT,
            evidence=evidence,
            set_by=actor,
        )
        for kind, at in moments.items()
        if at
    )


def _set_assets(incident: Incident, assets: Iterable[Asset], actor: Any) -> bool:
    """Make the affected assets exactly these; each coming and going has its history.

    Those that the actor does not see stay: nobody takes away what they were never shown. Says
    whether anything changed.
    """
    wanted = {asset.pk for asset in assets}
    present = set(incident.affected_assets.values_list("asset", flat=True))
    seen = Asset.objects.all() if actor is None else Asset.objects.visible_to(actor)
    if gone := set(seen.filter(pk__in=present - wanted).values_list("pk", flat=True)):
        incident.affected_assets.filter(asset__in=gone).delete()
    AffectedAsset.objects.bulk_create(
        AffectedAsset(incident=incident, asset_id=pk) for pk in sorted(wanted - present)
    )
    return bool(gone or wanted - present)
