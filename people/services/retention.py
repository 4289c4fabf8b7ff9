"""Retention: counted every night, changed with a reason, taken up as a request of its own."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, Refused
from core.writing import hold
from people.enums import PrivacyKind
from people.models import PrivacyRequest, RetentionRule
from people.retention import due_rows, ensure_rules
from people.services.privacy import choose_records, record_request
from people.services.reviews import refusals_of_the_database
from records.services import mask_fields

AT_ONCE = 200


def count_what_is_due(at: datetime) -> int:
    """Write down how much of each kind has been kept for long enough; nothing is erased."""
    ensure_rules()
    total = 0
    for rule in RetentionRule.objects.all():
        found = due_rows(rule, at).order_by().count()
        if found != rule.due_count:
            RetentionRule.objects.filter(pk=rule.pk).update(due_count=found)
        total += found
    return total


def change_rule(
    rule: RetentionRule, *, actor: Any, months: int, source: str, reason: str
) -> RetentionRule:
    """Keep it for longer or shorter; say by which text and why."""
    if actor is None or not actor.has_perm("people.change_retentionrule"):
        raise NotAllowed(_("your role does not include this action"))
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
    with refusals_of_the_database(), acting(actor=actor, action="retention.change"):
        row = hold(rule, actor=actor)
        texts = {"reason": reason.strip(), "source": source.strip()}
        told = mask_fields("people_retentionrule", texts, actor=actor)
        with acting(reason=told["reason"]):
            row.months, row.source = months, told["source"]
            row.full_clean()
            row.save()
    row.refresh_from_db()
    return row


def take_up(rule: RetentionRule, *, actor: Any) -> PrivacyRequest:
    """Make a request of what is due, the oldest 200: from there two persons approve, as ever.
    Refused where nothing is due."""
    with refusals_of_the_database(), acting(actor=actor, action="retention.take_up"):
        row = hold(rule, actor=actor)
        found = due_rows(row, timezone.now())[:AT_ONCE]
        codes = [f"{row.model}:{pk}" for pk in found.values_list("pk", flat=True)]
        if not codes:
            raise Refused(_("nothing is due"))
        request = record_request(
            actor=actor,
            kind=PrivacyKind.CANCELLATION,
            subject=f"{row.model}: {row.months}",
            address="-",
            asked=f"{row.model}.{row.moment}: {row.months} ({row.source})",
            received_on=timezone.localdate(),
        )
        return choose_records(request, actor=actor, codes=codes)
