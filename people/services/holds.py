"""Legal holds: a record that must stay as it is, whoever asks for its erasure."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from audit.models import LegalHold
from core.errors import NotAllowed, Refused
from people.privacy_workflow import may_keep_requests
from people.services.reviews import refusals_of_the_database
from records.services import mask_fields


def place_hold(record: models.Model, *, actor: Any, reason: str) -> LegalHold:
    """Nothing erases this record, nor lets its retention end, until the hold is lifted. Refused
    where it is held already."""
    with refusals_of_the_database(), acting(actor=actor, action="legal_hold.place"):
        _check(actor, reason)
        told = mask_fields("audit_legalhold", {"reason": reason.strip()}, actor=actor)
        relation, key = record._meta.db_table, str(record.pk)
        in_force = LegalHold.objects.filter(relation=relation, key=key, lifted_at__isnull=True)
        if in_force.exists():
            raise Refused(_("the record is held already"))
        label = f"{record._meta.verbose_name} {getattr(record, 'reference', '') or record.pk}"
        return LegalHold.objects.create(
            relation=relation,
            key=key,
            label=label[:100],
            reason=told["reason"],
            placed_by=actor,
            placed_at=told_moment(),
        )


def lift_hold(held: LegalHold, *, actor: Any, reason: str) -> LegalHold:
    """The dispute is over. Refused where it was lifted before."""
    with refusals_of_the_database(), acting(actor=actor, action="legal_hold.lift"):
        _check(actor, reason)
        told = mask_fields("audit_legalhold", {"reason": reason.strip()}, actor=actor)
        row = LegalHold.objects.select_for_update().get(pk=held.pk)
        if row.lifted_at is not None:
            raise Refused(_("the hold was lifted already"))
        with acting(reason=told["reason"]):
            row.lifted_at, row.lifted_by = told_moment(), actor
            row.save()
    return row


def _check(actor: Any, reason: str) -> None:
    if actor is None or not may_keep_requests(actor):
        raise NotAllowed(_("your role does not include this action"))
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
