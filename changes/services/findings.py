"""Findings about deployments: opened and resolved by the system, settled by people."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from changes.audience import tell_of_finding
from changes.enums import FindingKind, FindingStatus
from changes.finding_workflow import FINDING_WORKFLOW
from changes.models import Change, Deployment, Finding
from changes.triggers import REFUSED
from core.errors import Refused, ValidationError
from core.writing import hold
from people.calendars import WorkingCalendar
from people.enums import Country
from records.services import mask_fields

TABLE = "changes_finding"
BUSINESS_DAYS = 2
"""As long as for the approval of an emergency afterwards."""
_ZONES = {Country.MX: ZoneInfo("America/Mexico_City"), Country.CO: ZoneInfo("America/Bogota")}


def open_finding(
    kind: FindingKind,
    *,
    at: datetime,
    deployment: Deployment | None = None,
    change: Change | None = None,
) -> int:
    """Open a finding, or open it again where it had ceased to hold; one for each cause. Returns 1
    where there is news. What people settled stays settled."""
    cause = {"deployment": deployment} if deployment else {"change": change}
    service_id = deployment.service_id if deployment else _first_service(change)
    due_at = _due(deployment, change, at)
    finding, is_new = Finding.objects.get_or_create(
        kind=kind,
        **cause,
        defaults={
            "change": change,
            "service_id": service_id,
            "owner_id": change.implementer_id if change else None,
            "opened_at": at,
            "due_at": due_at,
        },
    )
    if not is_new:
        if finding.status != FindingStatus.RESOLVED:
            return 0
        FINDING_WORKFLOW.check(finding, "reopen", None)
        finding.status, finding.ended_at, finding.due_at = FindingStatus.OPEN, None, due_at
        finding.change = change
        finding.save()
    tell_of_finding(finding, at)
    return 1


def resolve_finding(finding: Finding, *, at: datetime) -> None:
    """What was wrong no longer is: a change was written down, or a deployment reported, later."""
    finding.status = FINDING_WORKFLOW.check(finding, "resolve", None).target
    finding.ended_at = at
    finding.save()


def authorise_finding(finding: Finding, *, actor: Any, covered_by: Change, note: str) -> Finding:
    """What was deployed may stay: say why, and by which change. Refused to whoever had a part in it
    or in that change."""
    with _settling(finding, "authorise", actor=actor, note=note) as row:
        seen = Change.objects.all() if actor is None else Change.objects.visible_to(actor)
        if not seen.filter(pk=covered_by.pk).exists():
            raise ValidationError({"covered_by": _("There is no such change.")})
        row.covered_by = covered_by
        FINDING_WORKFLOW.check(row, "authorise", actor)  # that change's people have a part now too
    return row


def revert_finding(finding: Finding, *, actor: Any, note: str) -> Finding:
    """What was deployed was taken back: say where that can be seen."""
    with _settling(finding, "revert", actor=actor, note=note) as row:
        pass
    return row


@contextmanager
def _settling(finding: Finding, action: str, *, actor: Any, note: str) -> Iterator[Finding]:
    """Yields the locked row, checked, and saves it as settled by the actor."""
    try:
        with transaction.atomic(), acting(actor=actor, action=f"finding.{action}"):
            row = hold(finding, actor=actor)
            target = FINDING_WORKFLOW.check(row, action, actor).target
            if not note.strip():
                raise ValidationError({"note": _("Say why, or where it can be seen.")})
            told = mask_fields(TABLE, {"note": note}, actor=actor, reference=row.reference)
            with acting(reason=told["note"]):
                row.note = told["note"]
                yield row
                row.status, row.settled_by, row.ended_at = target, actor, told_moment()
                row.save()
                row.refresh_from_db(fields=["version"])
    except IntegrityError as error:
        if REFUSED not in str(error):
            raise
        raise Refused(_("nobody authorises what they had a part in")) from error


def _first_service(change: Change | None) -> int | None:
    if change is None:
        return None
    return change.affected_services.order_by("pk").values_list("service_id", flat=True).first()


def _due(deployment: Deployment | None, change: Change | None, at: datetime) -> datetime:
    """The end of the second business day where the work is done."""
    country = Country.MX
    if change is not None:
        country = Country(change.team.country)
    elif deployment is not None and deployment.service is not None:
        country = Country(deployment.service.owner_team.country)
    zone = _ZONES.get(country, _ZONES[Country.MX])
    return WorkingCalendar.of_country(country).business_deadline(at, BUSINESS_DAYS, zone)
