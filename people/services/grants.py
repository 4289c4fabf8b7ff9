"""Roles are granted and ended here, with the separations of duty that hold over all of them."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed, Reason, Refused
from people.models import RoleGrant, Team, User
from people.roles import ADMINISTERING, APPROVING, Role
from people.scope import forget_scope
from people.services.authority import administering, is_same_person, locked
from people.services.review_decisions import note_ended_access
from records.card_numbers import mask_card_numbers

_CLOCKS_DIFFER = timedelta(minutes=5)
LAST_YEAR = 2200


def grant_role(
    user: User,
    role: str,
    *,
    actor: Any,
    reason: str,
    team: Team | None = None,
    country: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> RoleGrant:
    """Give a role for a team, a country or (neither) everywhere, from now on or from `starts_at`.

    Nobody grants to themselves, under whichever account. Refused: a role held there already, a
    disabled account, approval for an administrator or for an account of no person.
    """
    now = timezone.now()
    with administering(
        "people.add_rolegrant", actor=actor, action="role.grant", reason=reason.strip()
    ) as fresh:
        holder = locked(user, actor=fresh)
        if is_same_person(fresh, holder):
            raise NotAllowed(_("nobody grants a role to themselves"))
        grant = RoleGrant(
            user=holder,
            role=role,
            team=team,
            country=country,
            starts_at=starts_at or now,
            ends_at=ends_at,
            granted_by=fresh,
            reason=mask_card_numbers(reason.strip())[0],  # noted as the action's reason
        )
        grant.full_clean()
        _check_terms(grant, now, is_past_allowed=fresh is None)
        if reasons := _reasons_against(grant):
            raise Refused(*reasons)
        grant.save()
    forget_scope(user)
    return grant


def end_grant(grant: RoleGrant, *, actor: Any, reason: str) -> RoleGrant:
    """End a grant now (one that has not begun never will). Refused when it has ended already and
    when no administrator would be left."""
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
    with administering(
        "people.change_rolegrant", actor=actor, action="role.end", reason=reason.strip()
    ) as fresh:
        row = locked(grant, actor=fresh)
        now = timezone.now()
        if row.ends_at is not None and row.ends_at <= max(now, row.starts_at):
            raise Refused(_("the grant has ended already"))
        row.ends_at = max(now, row.starts_at)
        row.save(update_fields=["ends_at"])
        if row.role in ADMINISTERING and row.starts_at < now:
            refuse_without_administrator()
        note_ended_access(row.user)
    forget_scope(row.user)
    return row


def refuse_without_administrator() -> None:
    """Somebody must remain who can let people in; called after the change, before the commit."""
    left = RoleGrant.objects.in_force(timezone.now()).filter(role__in=ADMINISTERING)
    if not left.filter(user__is_active=True).exists():
        raise Refused(_("one administrator has to remain"))


def _check_terms(grant: RoleGrant, now: datetime, *, is_past_allowed: bool) -> None:
    """What the grant says about itself; ValidationError by field."""
    if grant.role in ADMINISTERING and (grant.team or grant.country):
        raise ValidationError(
            {"team" if grant.team else "country": _("Administrators work everywhere.")}
        )
    if not is_past_allowed and grant.starts_at < now - _CLOCKS_DIFFER:
        raise ValidationError({"starts_at": _("A grant cannot start in the past.")})
    if grant.ends_at is not None and grant.ends_at <= now:
        raise ValidationError({"ends_at": _("This end is in the past.")})
    # In another time zone the last year of the calendar would have no next day.
    if any(moment and moment.year > LAST_YEAR for moment in (grant.starts_at, grant.ends_at)):
        raise ValidationError({"ends_at": _("This end is too far away.")})


def _reasons_against(grant: RoleGrant) -> list[Reason]:
    """What other facts say against it. The caller holds the lock on access, so they stay so."""
    user = grant.user
    found: list[Reason] = []
    if not user.is_active:
        found.append(_("the account is disabled"))
    if grant.role in APPROVING and user.person_id is None:
        found.append(_("a service account can never approve"))
    if user.person_id is None:
        held = RoleGrant.objects.filter(user=user)
    else:  # also what the person holds under another account
        held = RoleGrant.objects.filter(user__person=user.person_id)
    held = held.not_ended(timezone.now())
    if grant.role in APPROVING and held.filter(role__in=ADMINISTERING).exists():
        found.append(_("an administrator approves nothing"))
    if grant.role in ADMINISTERING and held.filter(role__in=APPROVING).exists():
        found.append(_("who approves cannot be an administrator"))
    same = held.filter(user=user, role=grant.role, team=grant.team, country=grant.country)
    if same.overlapping(grant.starts_at, grant.ends_at).exists():
        found.append(
            _("the account holds the role “%(role)s” there already")
            % {"role": Role(grant.role).label}
        )
    return found
