"""The only writers of alert sources and their keys, and what people do to stored events."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.context import acting
from audit.services import record_event
from core.errors import NotAllowed, Refused, Stale, ValidationError
from integrations.deployments import signing_secret
from integrations.digest import digest_again
from integrations.enums import EventState, SourceKind
from integrations.keys import digest_of, forget_keys, new_secret
from integrations.models import AlertEvent, AlertSource, SourceKey
from integrations.permissions import may_add_sources, may_change_sources, may_replay_events
from integrations.severities import validate_severities
from records.forgetting import forget
from records.services import mask_fields

EDITABLE = frozenset({"name", "default_service", "severities", "max_per_minute", "is_active"})
_SLOTS = (1, 2)
_TABLE = "integrations_alertsource"


@transaction.atomic
def add_source(
    *,
    actor: Any,
    name: str,
    kind: str,
    default_service: Service | None = None,
    severities: dict[str, list[int]] | None = None,
    max_per_minute: int = 30_000,
) -> AlertSource:
    """Let a monitoring system send us events; it can, once it has a key (`rotate_key`)."""
    with acting(actor=actor, action="source.add"):
        if not may_add_sources(actor):
            raise NotAllowed(_NOT_YOURS)
        source = AlertSource(
            name=mask_fields(_TABLE, {"name": name}, actor=actor)["name"],
            kind=kind,
            default_service=default_service,
            severities=severities or {},
            max_per_minute=max_per_minute,
        )
        _check(source)
        source.save()
    return source


@transaction.atomic
def edit_source(
    source: AlertSource, *, actor: Any, version: int | None = None, **changes: Any
) -> AlertSource:
    """Change a source. Refused: Stale, fields that cannot be edited, an unusable severity map."""
    if forbidden := set(changes) - EDITABLE:
        raise ValidationError({name: _("This cannot be edited.") for name in sorted(forbidden)})
    with acting(actor=actor, action="source.edit"):
        row = _locked(source, actor)
        if version is not None and version != row.version:
            raise Stale(_("somebody else changed this source meanwhile"))
        texts = {"name": changes["name"]} if "name" in changes else {}
        changes |= mask_fields(_TABLE, texts, actor=actor)
        for name, value in changes.items():
            setattr(row, name, value)
        _check(row)
        row.save()
        row.refresh_from_db(fields=["version"])
    forget_keys()
    return row


@transaction.atomic
def rotate_key(source: AlertSource, *, actor: Any) -> tuple[SourceKey, str, str]:
    """Make another pair of secrets: the key of the hook's address and the Bearer, told only now.

    The pair before goes on working until it is revoked. Refused while two pairs are live.
    """
    with acting(actor=actor, action="source.rotate_key"):
        row = _locked(source, actor)
        taken = set(row.keys.filter(revoked_at=None).values_list("slot", flat=True))
        free = [slot for slot in _SLOTS if slot not in taken]
        if not free:
            raise Refused(_("two pairs of keys are live; revoke the one no longer used first"))
        url_key, bearer = new_secret(), new_secret()
        if row.kind == SourceKind.DEPLOYMENTS:
            bearer = signing_secret(url_key)
        key = SourceKey.objects.create(
            source=row,
            slot=free[0],
            url_digest=digest_of(url_key),
            bearer_digest=digest_of(bearer),
            hint=url_key[:6],
            created_by=actor,
        )
        record_event("source.key_rotated", key=str(row.pk), source=row.name, hint=key.hint)
    return key, url_key, bearer


@transaction.atomic
def revoke_key(key: SourceKey, *, actor: Any) -> SourceKey:
    """End a pair of secrets; within seconds no process accepts it. Refused when it has ended."""
    with acting(actor=actor, action="source.revoke_key"):
        source = _locked(key.source, actor)
        row = source.keys.select_for_update().get(pk=key.pk)
        if row.revoked_at:
            raise Refused(_("this pair of keys is revoked already"))
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        record_event("source.key_revoked", key=str(source.pk), source=source.name, hint=row.hint)
    forget_keys()
    return row


@transaction.atomic
def replay_event(event: AlertEvent, *, actor: Any) -> AlertEvent:
    """Digest an event again, as after mending what made it fail. What it did before is not done
    twice; what fails is on the event, which is a dead letter then."""
    with acting(actor=actor, action="event.replay"):
        if not may_replay_events(actor):
            raise NotAllowed(_NOT_YOURS)
        rows = AlertEvent.objects.all() if actor is None else AlertEvent.objects.visible_to(actor)
        row = rows.select_for_update(of=("self",)).select_related("source").get(pk=event.pk)
        row.replays += 1
        row.save(update_fields=["replays"])
        digest_again(row)
        record_event("event.replayed", key=str(row.pk), state=row.state)
    return row


def count_refusal(key_id: int) -> None:
    """Somebody came to the hook of a key and did not sign with it: one more, and when."""
    SourceKey.objects.filter(pk=key_id).update(
        refusals=F("refusals") + 1, refused_at=timezone.now()
    )


def forget_events_received_before(moment: datetime) -> int:
    """Delete digested and dead events; returns how many. Those that still wait stay."""
    waiting = AlertEvent.objects.received_before(moment).exclude(state=EventState.RECEIVED)
    return forget(waiting)


_NOT_YOURS = _("your role does not include this action")


def _locked(source: AlertSource, actor: Any) -> AlertSource:
    rows = AlertSource.objects.all() if actor is None else AlertSource.objects.visible_to(actor)
    row = rows.select_for_update(of=("self",)).get(pk=source.pk)
    if not may_change_sources(actor):
        raise NotAllowed(_NOT_YOURS)
    return row


def _check(source: AlertSource) -> None:
    validate_severities(source.severities)
    source.full_clean()
    if source.default_service is None:
        if source.kind != SourceKind.DEPLOYMENTS:
            raise ValidationError({"default_service": _("Say to which service its alerts go.")})
    elif source.default_service.is_retired:
        raise ValidationError({"default_service": _("This service is retired.")})
