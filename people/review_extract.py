"""The list of accounts that a review is about: who has which access, as canonical JSON lines.

The same rows always give the same bytes, so that the hash proves which list was reviewed.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from people.models import AccessReview, ApiToken, Membership, RoleGrant, User


def accounts_of(review: AccessReview, at: datetime) -> QuerySet[User]:
    """Every account of the review's scope, disabled ones, service accounts and auditors among
    them: by its team, its country, or where its grants reach."""
    rows = User.objects.all()
    if review.team_id or review.country:
        on = timezone.localdate(at)
        members, grants = Membership.objects.in_force(on), RoleGrant.objects.not_ended(at)
        if review.team_id:
            members, grants = members.filter(team=review.team), grants.filter(team=review.team)
            extra = Q()
        else:
            members = members.filter(team__country=review.country)
            grants = grants.filter(Q(country=review.country) | Q(team__country=review.country))
            extra = Q(person__subsidiary__country=review.country)
        inside = Q(person__in=members.values("person")) | Q(pk__in=grants.values("user"))
        rows = rows.filter(inside | extra if extra else inside)
    return rows.order_by("username")


def with_access(accounts: QuerySet[User], at: datetime) -> QuerySet[User]:
    """The same, with all that a line tells, in a constant number of queries."""
    grants = RoleGrant.objects.not_ended(at).select_related("team").order_by("pk")
    tokens = ApiToken.objects.filter(revoked_at__isnull=True, expires_at__gt=at).order_by("pk")
    members = Membership.objects.not_ended(timezone.localdate(at)).select_related("team")
    return accounts.select_related("person__subsidiary", "presence").prefetch_related(
        Prefetch("grants", grants, "grants_then"),
        Prefetch("tokens", tokens, "tokens_then"),
        Prefetch("person__memberships", members.order_by("pk"), "memberships_then"),
    )


def line_of(account: Any) -> str:
    """One account as canonical JSON: sorted keys, UTF-8, no spaces, moments in UTC."""
    person = account.person
    presence = getattr(account, "presence", None)
    told = {
        "account": account.username,
        "account_id": account.pk,
        "kind": "person" if person else "service",
        "name": person.full_name if person else "",
        "employee_number": (person.employee_number or "") if person else "",
        "job_title": person.job_title if person else "",
        "left_on": str(person.left_on) if person and person.left_on else None,
        "active": account.is_active,
        "created_at": _moment(account.created_at),
        "last_sign_in_at": _moment(account.last_login),
        "last_seen_at": _moment(presence.seen_at if presence else None),
        "grants": [
            {
                "id": grant.pk,
                "role": grant.role,
                "where": _where(grant),
                "starts_at": _moment(grant.starts_at),
                "ends_at": _moment(grant.ends_at),
            }
            for grant in account.grants_then
        ],
        "memberships": [
            {
                "team": each.team.slug,
                "starts_on": str(each.starts_on),
                "ends_on": str(each.ends_on) if each.ends_on else None,
            }
            for each in (person.memberships_then if person else ())
        ],
        "tokens": [
            {
                "name": token.name,
                "scopes": sorted(token.scopes),
                "expires_at": _moment(token.expires_at),
                "last_used_at": _moment(token.last_used_at),
            }
            for token in account.tokens_then
        ],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(lines: Iterable[str]) -> str:
    """SHA-256, in hex, of the list as a file: each line ended by a line feed."""
    digest = sha256()
    for line in lines:
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _where(grant: RoleGrant) -> str:
    if grant.team:
        return f"team:{grant.team.slug}"
    return f"country:{grant.country}" if grant.country else "everywhere"


def _moment(at: datetime | None) -> str | None:
    return at and at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
