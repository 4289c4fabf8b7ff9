"""Promises to the client of when it hears from us next: made, kept or broken, reminded of once."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import Refused, ValidationError
from incidents.enums import PromiseOutcome
from incidents.help_audience import tell_of_promise
from incidents.models import PromisedContact
from incidents.services.whichever import record_of, work_on
from records.services import mask_fields

FARTHEST = timedelta(days=30)
TABLE = "incidents_promisedcontact"


def promise_contact(record: Any, *, actor: Any, due_at: datetime, note: str = "") -> Any:
    """Note by when the client was promised to hear from us; another promise before takes the place
    of one that is not due yet, and breaks one that is.

    Refused: moments that are not ahead or further than thirty days, and what is not open.
    """
    with work_on(record, "promise_contact", actor=actor) as row:
        now = timezone.now()
        if not row.is_open:
            raise Refused(_("only for what is open is something promised"))
        if not now < due_at <= now + FARTHEST:
            raise ValidationError({"due_at": _("Choose a moment within the next thirty days.")})
        replaced = Case(
            When(due_at__gte=now, then=Value(PromiseOutcome.REPLACED)),
            default=Value(PromiseOutcome.BROKEN),
        )
        _open(row.life_id).update(outcome=replaced, settled_at=now)
        masked = mask_fields(TABLE, {"note": note}, actor=actor, reference=row.reference)
        PromisedContact.objects.create(
            life_id=row.life_id, due_at=due_at, promised_at=now, promised_by=actor, **masked
        )
    return row


def settle_promise(row: Any, *, at: datetime) -> None:
    """The client was told: what was promised is kept, or broken where it came too late."""
    kept = Case(
        When(due_at__gte=at, then=Value(PromiseOutcome.KEPT)), default=Value(PromiseOutcome.BROKEN)
    )
    _open(row.life_id).filter(promised_at__lte=at).update(outcome=kept, settled_at=at)


def remind_of_promises(now: datetime) -> int:
    """Tell the owners of what was promised and is due, once each; how many. What ended without the
    client having been told is broken. Several at once share the work."""
    reminded = 0
    while _remind_of_one(now):
        reminded += 1
    return reminded


@transaction.atomic
def _remind_of_one(now: datetime) -> bool:
    with acting(actor=None, action="incident.remind_of_promise"):
        due = PromisedContact.objects.filter(
            outcome=PromiseOutcome.OPEN, reminded_at__isnull=True, due_at__lte=now
        ).order_by("due_at", "pk")
        held = due.select_for_update(of=("self",), skip_locked=True)
        promise = held.select_related(
            *("promised_by", "life__incident__owner", "life__incident__service"),
            *("life__request__owner", "life__request__service"),
        ).first()
        if promise is None:
            return False
        promise.reminded_at = now
        record = record_of(promise.life)
        if record is None or not record.is_open:
            broken = promise.due_at < now
            promise.outcome = PromiseOutcome.BROKEN if broken else PromiseOutcome.REPLACED
            promise.settled_at = now
        else:
            tell_of_promise(record, promise)
        promise.save(update_fields=["reminded_at", "outcome", "settled_at"])
    return True


def _open(life_id: int) -> Any:
    return PromisedContact.objects.filter(life=life_id, outcome=PromiseOutcome.OPEN)
