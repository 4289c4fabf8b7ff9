"""Calls on a vendor: what was asked, under which of its references, and what it said."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, ValidationError
from incidents.enums import Status
from incidents.models import VendorEscalation
from incidents.services.whichever import work_on
from records.services import mask_fields
from sla.services import check_moment
from vendors.models import Vendor

TABLE = "incidents_vendorescalation"


def escalate_again(
    record: Any,
    *,
    actor: Any,
    vendor: Vendor,
    note: str,
    vendor_reference: str = "",
    contact: str = "",
    at: datetime | None = None,
) -> Any:
    """Call on a vendor once more, or on another one, while a vendor is waited for."""
    with work_on(record, "escalate_again", actor=actor, note=note, at=at) as row:
        if row.status != Status.PENDING_VENDOR:
            raise Refused(_("it does not wait for a vendor"))
        row.vendor = vendor
        record_escalation(
            row,
            actor=actor,
            vendor=vendor,
            note=note,
            vendor_reference=vendor_reference,
            contact=contact,
            at=at,
        )
    return row


def record_escalation(
    row: Any,
    *,
    actor: Any,
    vendor: Vendor,
    note: str,
    vendor_reference: str,
    contact: str,
    at: datetime | None,
) -> VendorEscalation:
    """Keep what was asked of the record's vendor; for the services that alter the record."""
    texts = {"vendor_reference": vendor_reference, "contact": contact, "question": note}
    masked = mask_fields(TABLE, texts, actor=actor, reference=row.reference)
    return VendorEscalation.objects.create(
        life_id=row.life_id,
        vendor=vendor,
        sent_at=at or timezone.now(),
        sent_by=actor,
        **masked,
    )


def note_vendor_reply(
    record: Any,
    *,
    actor: Any,
    escalation: int,
    vendor_reference: str = "",
    acknowledged_at: datetime | None = None,
    answered_at: datetime | None = None,
    answer: str = "",
) -> Any:
    """Note what the vendor did: its reference, that it acknowledged, that it answered and what.

    Refused: escalations of other records, what is answered already, moments before the sending
    or in the future.
    """
    with work_on(record, "note_vendor_reply", actor=actor) as row:
        found = VendorEscalation.objects.select_for_update(of=("self",), no_key=True)
        asked = found.filter(life=row.life_id, pk=escalation).first()
        if asked is None:
            raise ValidationError({"escalation": _("There is no such escalation.")})
        if asked.answered_at is not None:
            raise Refused(_("the vendor has answered this already"))
        for name, at in (("acknowledged_at", acknowledged_at), ("answered_at", answered_at)):
            if at is not None:
                _check(name, at, asked)
                setattr(asked, name, at)
        if answer.strip() and answered_at is None:
            raise ValidationError({"answered_at": _("Say when the vendor answered.")})
        texts = {"vendor_reference": vendor_reference, "answer": answer}
        masked = mask_fields(TABLE, texts, actor=actor, reference=row.reference)
        asked.vendor_reference = masked["vendor_reference"] or asked.vendor_reference
        asked.answer = masked["answer"]
        asked.save()
    return row


def _check(name: str, at: datetime, asked: VendorEscalation) -> None:
    check_moment(at)
    if at < asked.sent_at:
        raise ValidationError({name: _("This is before the escalation was sent.")})
