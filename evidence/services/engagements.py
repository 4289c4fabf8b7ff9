"""Engagements begin and end, and with them what their auditors may read."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from evidence.enums import EngagementState
from evidence.models import AuditorGrant, Engagement, EngagementAuditor, EngagementTeam
from evidence.permissions import may_answer, may_manage_engagements
from people.models import RoleGrant, Team, User
from people.roles import Role
from people.services import end_grant, grant_role
from records.services import mask_fields

LONGEST = timedelta(days=366)
"""An audit that lasts longer begins anew: nobody reads for ever."""


def begin_engagement(
    *,
    actor: Any,
    firm: str,
    frameworks: Sequence[str],
    period_starts_on: date,
    period_ends_on: date,
    owner: User,
    expires_at: datetime,
    auditors: Iterable[User] = (),
    countries: Sequence[str] = (),
    teams: Iterable[Team] = (),
) -> Engagement:
    """Begin an audit and let its auditors in: each gets the role where the engagement reaches,
    until it expires. Refused: what `grant_role` refuses, and more than a year."""
    _may_manage(actor)
    with transaction.atomic(), acting(actor=actor, action="engagement.begin"):
        told = mask_fields("evidence_engagement", {"firm": firm.strip()}, actor=actor)
        within = list(teams)
        row = Engagement(
            firm=told["firm"],
            frameworks=list(frameworks),
            period_starts_on=period_starts_on,
            period_ends_on=period_ends_on,
            owner=owner,
            expires_at=expires_at,
            countries=list(countries),
            is_everywhere=not (countries or within),
            begun_by=actor,
        )
        _check(row)
        row.full_clean(exclude=["reference", "begun_by"])
        row.save()
        EngagementTeam.objects.bulk_create(EngagementTeam(engagement=row, team=t) for t in within)
        row.refresh_from_db()
        for user in auditors:
            _let_in(row, user, actor)
    return row


def add_auditor(engagement: Engagement, *, actor: Any, user: User) -> Engagement:
    """Let somebody else audit too, until the engagement ends."""
    with _managing(engagement, "add_auditor", actor=actor) as row:
        _refuse_ended(row)
        if row.auditors.filter(user=user, removed_at__isnull=True).exists():
            raise ValidationError({"user": _("This account is in the engagement already.")})
        _let_in(row, user, actor)
    return row


def remove_auditor(engagement: Engagement, *, actor: Any, user: User, note: str) -> Engagement:
    """Take somebody out: what they may read because of the engagement ends now."""
    with _managing(engagement, "remove_auditor", actor=actor, note=note) as row:
        found = row.auditors.filter(user=user, removed_at__isnull=True).first()
        if found is None:
            raise ValidationError({"user": _("This account is not in the engagement.")})
        _take_out(found, actor, note)
    return row


def end_engagement(engagement: Engagement, *, actor: Any, note: str) -> Engagement:
    """The audit is over: nobody reads on because of it."""
    with _managing(engagement, "end", actor=actor, note=note) as row:
        _refuse_ended(row)
        for auditor in row.auditors.filter(removed_at__isnull=True):
            _take_out(auditor, actor, note)
        row.ended_at, row.ended_by = told_moment(), actor
        row.save()
        row.refresh_from_db(fields=["version"])
    return row


def prolong_engagement(
    engagement: Engagement, *, actor: Any, expires_at: datetime, note: str
) -> Engagement:
    """It takes longer: its auditors read on until a later moment."""
    with _managing(engagement, "prolong", actor=actor, note=note) as row:
        _refuse_ended(row)
        if expires_at <= row.expires_at:
            raise ValidationError({"expires_at": _("It lasts until then already.")})
        row.expires_at = expires_at
        _check(row)
        row.save()
        row.refresh_from_db(fields=["version"])
        for auditor in row.auditors.filter(removed_at__isnull=True).select_related("user"):
            _end_grants(auditor, actor, note)
            _grant(row, auditor, actor)
    return row


def _let_in(row: Engagement, user: User, actor: Any) -> None:
    auditor = EngagementAuditor.objects.create(engagement=row, user=user, added_by=actor)
    _grant(row, auditor, actor)


def _grant(row: Engagement, auditor: EngagementAuditor, actor: Any) -> None:
    """The role where the engagement reaches. What the account already reads there for no longer
    than that now belongs to the engagement, and ends with it."""
    places: list[dict[str, Any]] = [{"country": c} for c in row.countries]
    places += [{"team": t.team} for t in row.scope_teams.select_related("team")]
    for place in places or [{}]:
        held = RoleGrant.objects.in_force(timezone.now()).filter(
            user=auditor.user_id,
            role=Role.AUDITOR,
            ends_at__lte=row.expires_at,
            engagement__isnull=True,
            team=place.get("team"),
            country=place.get("country", ""),
        )
        grant = held.first() or grant_role(
            auditor.user,
            Role.AUDITOR,
            actor=actor,
            reason=f"{row.reference} {row.firm}",
            ends_at=row.expires_at,
            **place,
        )
        AuditorGrant.objects.create(auditor=auditor, grant=grant)


def _take_out(auditor: EngagementAuditor, actor: Any, note: str) -> None:
    _end_grants(auditor, actor, note)
    auditor.removed_at, auditor.removed_by = told_moment(), actor
    auditor.save()


def _end_grants(auditor: EngagementAuditor, actor: Any, note: str) -> None:
    live = RoleGrant.objects.not_ended(timezone.now()).filter(engagement__auditor=auditor)
    for grant in live.select_related("user"):
        end_grant(grant, actor=actor, reason=note)


def _check(row: Engagement) -> None:
    """What it says about itself; ValidationError by field."""
    if not may_answer(row.owner):
        raise ValidationError({"owner": _("This account does not answer audit requests.")})
    now = timezone.now()
    if row.expires_at <= now:
        raise ValidationError({"expires_at": _("This end is in the past.")})
    if row.expires_at > now + LONGEST:
        raise ValidationError({"expires_at": _("An engagement lasts a year at most.")})


def _refuse_ended(row: Engagement) -> None:
    if row.state_at(timezone.now()) == EngagementState.ENDED:
        raise Refused(_("the engagement has ended"))


def _may_manage(actor: Any) -> None:
    if not may_manage_engagements(actor):
        raise NotAllowed(_("your role does not include this action"))


@contextmanager
def _managing(
    engagement: Engagement, action: str, *, actor: Any, note: str | None = None
) -> Iterator[Engagement]:
    """The locked row; a note is asked for where it is not None."""
    with transaction.atomic(), acting(actor=actor, action=f"engagement.{action}"):
        row = hold(engagement, actor=actor)
        _may_manage(actor)
        if note is not None and not note.strip():
            raise ValidationError({"note": _("Say why.")})
        told = mask_fields("evidence_engagement", {"note": note or ""}, actor=actor)
        with acting(reason=told["note"]):
            yield row
