"""Merging a record into the one that it is the same as, and undoing that in time."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from core.errors import NotAllowed, Reason, Refused, ValidationError
from incidents.models import Incident, Merge, Request
from incidents.rules import is_alone_in_its_alert_group
from incidents.services.asking import carry_links, take_back_carried
from incidents.services.locking import hold_alert_groups
from incidents.services.whichever import verbs_of
from sla.enums import EventKind
from sla.life_services import withdraw

UNMERGE_WITHIN = timedelta(days=7)


def merge[R: Incident | Request](
    record: R, *, actor: Any, into: R, note: str = "", at: datetime | None = None
) -> R:
    """A record is the same as another of its kind: it goes on there. What was said on it and who
    watches it is reached from the survivor, which takes over the links between requests and
    incidents; it keeps its own page, which says where it went.

    Refused: itself, one out of sight or reach, one that is not open, a request of another client.
    """
    if record.pk == into.pk:
        raise ValidationError({"into": _("A record cannot be merged into itself.")})
    verbs = verbs_of(record)
    with transaction.atomic():
        before = verbs.hold([record.pk, into.pk])
        with verbs.step(record, "merge", actor=actor, note=note, at=at) as row:
            survivor = verbs.seen_by(actor).filter(pk=into.pk).first()
            if survivor is None:
                raise ValidationError({"into": _("There is no such record.")})
            if reason := verbs.is_within_reach(survivor, actor):
                raise NotAllowed(reason)
            if reason := _against(row, survivor):
                raise Refused(reason)
            moment = at or timezone.now()
            row.closed_at = moment
            merged = Merge.objects.create(
                life_id=row.life_id,
                into_id=survivor.life_id,
                status_before=before[row.pk],
                merged_at=moment,
                merged_by=actor,
            )
            carry_links(merged, row, survivor, actor=actor)
    return row


def unmerge[R: Incident | Request](record: R, *, actor: Any, note: str) -> R:
    """It was not the same after all: it stands where it stood, and its life never ended.

    Refused after seven days, and while a newer incident is open for the same alerts.
    """
    with transaction.atomic():
        if isinstance(record, Incident):
            hold_alert_groups([record.alert_key])
        with verbs_of(record).work(record, "unmerge", actor=actor, note=note) as row:
            merged = Merge.objects.filter(life=row.life_id, undone_at__isnull=True).first()
            if merged is None:
                raise Refused(_("it is not merged"))
            if told_moment() - merged.merged_at > UNMERGE_WITHIN:
                raise Refused(_("it was merged more than seven days ago"))
            if isinstance(row, Incident) and (reason := is_alone_in_its_alert_group(row, actor)):
                raise Refused(reason)
            row.status, row.closed_at = merged.status_before, None
            ended = row.life.events.filter(kind=EventKind.MERGED, superseded_at__isnull=True)
            for event in ended:
                withdraw(event)
            take_back_carried(merged)
            merged.undone_at, merged.undone_by = told_moment(), actor
            merged.save(update_fields=["undone_at", "undone_by"])
    return row


def _against(record: Any, survivor: Any) -> Reason | None:
    """What keeps two records apart that somebody takes for the same."""
    if not survivor.is_open:
        return _("only an open record takes in others")
    if isinstance(record, Request) and record.client_id != survivor.client_id:
        return _("requests of different clients are answered apart")
    return None
