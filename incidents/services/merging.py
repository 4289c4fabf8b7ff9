"""Merging an incident into the one that it is the same as, and undoing that in time."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from core.errors import NotAllowed, Refused, ValidationError
from incidents.enums import Status
from incidents.models import Incident, Merge
from incidents.rules import is_alone_in_its_alert_group, is_within_reach
from incidents.services.locking import hold_alert_groups, hold_incidents, step, work
from sla.enums import EventKind
from sla.life_services import withdraw

UNMERGE_WITHIN = timedelta(days=7)


def merge_incident(
    incident: Incident, *, actor: Any, into: Incident, note: str = "", at: datetime | None = None
) -> Incident:
    """An incident is the same as another: it goes on there. What was said on it and who watches it
    is reached from the survivor; it keeps its own page, which says where it went.

    Refused: itself, one out of sight or reach, one that is not open.
    """
    if incident.pk == into.pk:
        raise ValidationError({"into": _("An incident cannot be merged into itself.")})
    with transaction.atomic():
        before = hold_incidents([incident.pk, into.pk])
        with step(incident, "merge", actor=actor, note=note, at=at) as row:
            seen = Incident.objects.all() if actor is None else Incident.objects.visible_to(actor)
            survivor = seen.filter(pk=into.pk).first()
            if survivor is None:
                raise ValidationError({"into": _("There is no such incident.")})
            if reason := is_within_reach(survivor, actor):
                raise NotAllowed(reason)
            if not survivor.is_open:
                raise Refused(_("only an open incident takes in others"))
            moment = at or timezone.now()
            row.closed_at = moment
            Merge.objects.create(
                life_id=row.life_id,
                into_id=survivor.life_id,
                status_before=before[row.pk],
                merged_at=moment,
                merged_by=actor,
            )
    return row


def unmerge_incident(incident: Incident, *, actor: Any, note: str) -> Incident:
    """It was not the same after all: it stands where it stood, and its life never ended.

    Refused after seven days, and while a newer incident is open for the same alerts.
    """
    with transaction.atomic():
        hold_alert_groups([incident.alert_key])
        with work(incident, "unmerge", actor=actor, note=note) as row:
            merge = Merge.objects.filter(life=row.life_id, undone_at__isnull=True).first()
            if merge is None:
                raise Refused(_("it is not merged"))
            if told_moment() - merge.merged_at > UNMERGE_WITHIN:
                raise Refused(_("it was merged more than seven days ago"))
            if reason := is_alone_in_its_alert_group(row, actor):
                raise Refused(reason)
            row.status, row.closed_at = Status(merge.status_before), None
            ended = row.life.events.filter(kind=EventKind.MERGED, superseded_at__isnull=True)
            for event in ended:
                withdraw(event)
            merge.undone_at, merge.undone_by = told_moment(), actor
            merge.save(update_fields=["undone_at", "undone_by"])
    return row
