"""Why targets of the mandate were missed: said by leads, in reasons that administrators keep."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from incidents.enums import NOT_COUNTED
from incidents.measuring import missed_clocks
from incidents.models import BreachReason, Incident, TargetBreach
from incidents.permissions import may_judge_incidents
from incidents.rules import is_led
from incidents.services.locking import work
from records.services import mask_fields

TABLE = "incidents_targetbreach"


def explain_misses(
    incident: Incident,
    *,
    actor: Any,
    metrics: Iterable[str],
    reason: BreachReason,
    note: str = "",
) -> Incident:
    """Say why targets of an incident were missed, also after it was closed; said anew, it takes the
    place of what was said before.

    Refused: people who do not lead its team, a target that was not missed, a reason that is no
    longer offered, cancelled and merged incidents.
    """
    with work(incident, "explain_misses", actor=actor) as row:
        if not may_judge_incidents(actor):
            raise NotAllowed(_("your role does not include this action"))
        if against := is_led(row, actor):
            raise NotAllowed(against)
        if row.status in NOT_COUNTED:
            raise Refused(_("no figure counts this incident"))
        if not reason.is_offered:
            raise ValidationError({"reason": _("This reason is no longer offered.")})
        missed = {clock.metric for clock in missed_clocks(row)}
        if not (wanted := set(metrics)):
            raise ValidationError({"metrics": _("Choose at least one.")})
        if wanted - missed:
            raise ValidationError({"metrics": _("This target was not missed.")})
        told = mask_fields(TABLE, {"note": note}, actor=actor, reference=row.reference)
        facts = {"reason": reason, "told_at": told_moment(), "told_by": actor, **told}
        for metric in sorted(wanted):
            TargetBreach.objects.update_or_create(incident=row, metric=metric, defaults=facts)
    return row


def add_breach_reason(*, actor: Any, **facts: Any) -> BreachReason:
    """A reason that leads may choose from now on. The form and the API check who may."""
    with transaction.atomic(), acting(actor=actor, action="breach_reason.add"):
        row = BreachReason(**facts)
        row.full_clean(exclude=["version"])
        row.save(force_insert=True)
    return row


def change_breach_reason(
    reason: BreachReason, *, actor: Any, version: int | None = None, **changes: Any
) -> BreachReason:
    """Other words, or no longer offered. Its code stays."""
    if "code" in changes:
        raise ValidationError({"code": _("This cannot be edited.")})
    with transaction.atomic(), acting(actor=actor, action="breach_reason.change"):
        row = hold(reason, actor=actor, version=version)
        for name, value in changes.items():
            setattr(row, name, value)
        row.full_clean(exclude=["version"])
        row.save()
        row.refresh_from_db(fields=["version"])
    return row
