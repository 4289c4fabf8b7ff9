"""Accounts, what they may do, where people work, and tokens: PCI DSS 7.2 and 8.2 as populations."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.models import LedgerEntry
from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import Attribute, Population, Text
from evidence.telling import as_json, called
from people.models import ApiToken, Membership, RoleGrant, User


def _plain(table: str, name: str, meaning: Text, *, withheld: bool = False) -> Attribute:
    return Attribute(
        name, meaning, lambda row: as_json(getattr(row, name)), f"{table}.{name}", withheld
    )


# --- Accounts ---------------------------------------------------------------------------------


def _accounts(period: Period) -> QuerySet[User]:
    """Those that there were by the period's end, with what they could do in it."""
    grants = RoleGrant.objects.overlapping(period.start, period.end).select_related("team")
    made = User.history.model.objects.filter(  # type: ignore[attr-defined]  # -- simple-history adds it
        id=OuterRef("pk"), history_type="+", history_date__lt=period.end
    )
    rows = User.objects.filter(Exists(made)).select_related("person__subsidiary", "presence")
    return rows.prefetch_related(Prefetch("grants", grants.order_by("pk"))).order_by("pk")


def _roles(user: Any) -> list[str]:
    """What the account held in the period: role, where, and until when."""
    told = []
    for grant in user.grants.all():
        where = called(grant.team) or grant.country or "everywhere"
        until = as_json(grant.ends_at) or "open"
        told.append(f"{grant.role}@{where} until {until}")
    return told


def _of_person(name: str) -> Any:
    return lambda user: as_json(getattr(user.person, name)) if user.person else None


ACCOUNTS = Population(
    name="accounts",
    title=_("Accounts"),
    definition=_(
        "Every account that there is, of people, of third parties and of programs, active or not."
    ),
    membership=_("The account was made before the period ended. Accounts are never deleted."),
    model=User,
    everything=lambda: User.objects.all(),
    members=_accounts,
    identity=lambda user: user.username,
    moment_of=lambda user: user.created_at,
    attributes=(
        _plain("people_user", "is_active", _("Whether somebody can sign in to it now.")),
        Attribute("kind", _("Of a person, or of a program."),
                  lambda user: "person" if user.person_id else "service", "people_user.person_id"),
        Attribute("employee_number", _("Whose it is, as the staff list has it."),
                  _of_person("employee_number"), "people_person.employee_number"),
        Attribute("full_name", _("Whose it is."), _of_person("full_name"),
                  "people_person.full_name", withheld=True),
        _plain("people_user", "email", _("Where its messages go."), withheld=True),
        Attribute("job_title", _("What the person does."), _of_person("job_title"),
                  "people_person.job_title"),
        Attribute("company", _("Which company the person works for."),
                  lambda user: str(user.person.subsidiary) if user.person else None,
                  "people_person.subsidiary_id"),
        Attribute("left_on", _("When the person left."), _of_person("left_on"),
                  "people_person.left_on"),
        Attribute("roles", _("Every role held in the period, where and until when."), _roles,
                  "people_rolegrant"),
        _plain("people_user", "created_at", _("When it was made.")),
        _plain("people_user", "last_login", _("When somebody last signed in to it.")),
        Attribute("last_seen_at", _("When it was last used in the portal."),
                  lambda user: as_json(user.presence.seen_at)
                  if hasattr(user, "presence") else None, "people_presence.seen_at"),
    ),
    rows_of=rows_of_parts(User, Part(RoleGrant, "user")),
    strata=lambda user: "person" if user.person_id else "service",
    is_inventory=True,
)  # fmt: skip


# --- Role grants ------------------------------------------------------------------------------


def _grants(period: Period) -> QuerySet[RoleGrant]:
    held = RoleGrant.objects.overlapping(period.start, period.end)
    return held.select_related("user", "team", "granted_by").order_by("pk")


ROLE_GRANTS = Population(
    name="role_grants",
    title=_("Role grants"),
    definition=_("Every role given to an account, where it applies, by whom and why."),
    membership=_("The grant was in force at some moment of the period."),
    model=RoleGrant,
    everything=lambda: RoleGrant.objects.all(),
    members=_grants,
    identity=lambda grant: f"grant-{grant.pk}",
    moment_of=lambda grant: grant.starts_at,
    attributes=(
        Attribute("account", _("Who holds it."), lambda row: called(row.user),
                  "people_rolegrant.user_id"),
        _plain("people_rolegrant", "role", _("Which role.")),
        Attribute("team", _("For which team; empty: not for one team."),
                  lambda row: called(row.team), "people_rolegrant.team_id"),
        _plain("people_rolegrant", "country", _("For which country; empty: not for one country.")),
        _plain("people_rolegrant", "starts_at", _("From when.")),
        _plain("people_rolegrant", "ends_at", _("Until when; empty: until somebody ends it.")),
        Attribute("granted_by", _("Who gave it; empty: the set-up or the command line."),
                  lambda row: called(row.granted_by), "people_rolegrant.granted_by_id"),
        _plain("people_rolegrant", "reason", _("Why it was given.")),
    ),
    rows_of=rows_of_parts(RoleGrant),
    strata=lambda grant: grant.role,
    is_inventory=True,
)  # fmt: skip


# --- Memberships ------------------------------------------------------------------------------


def _memberships(period: Period) -> QuerySet[Membership]:
    ends = Q(ends_on__isnull=True) | Q(ends_on__gt=period.starts_on)
    rows = Membership.objects.filter(ends, starts_on__lt=period.ends_on)
    return rows.select_related("person", "team").order_by("pk")


MEMBERSHIPS = Population(
    name="memberships",
    title=_("Team memberships"),
    definition=_("Who was in which team, from when to when: what people see follows from it."),
    membership=_("The membership counted on some day of the period."),
    model=Membership,
    everything=lambda: Membership.objects.all(),
    members=_memberships,
    identity=lambda row: f"membership-{row.pk}",
    moment_of=lambda row: None,
    attributes=(
        Attribute("employee_number", _("Who, as the staff list has it."),
                  lambda row: row.person.employee_number, "people_person.employee_number"),
        Attribute("full_name", _("Who."), lambda row: row.person.full_name,
                  "people_person.full_name", withheld=True),
        Attribute("team", _("In which team."), lambda row: called(row.team),
                  "people_membership.team_id"),
        _plain("people_membership", "starts_on", _("From which day.")),
        _plain("people_membership", "ends_on", _("Until before which day; empty: still.")),
    ),
    rows_of=rows_of_parts(Membership),
    is_inventory=True,
)  # fmt: skip


# --- Tokens -----------------------------------------------------------------------------------


def _tokens(period: Period) -> QuerySet[ApiToken]:
    rows = ApiToken.objects.filter(created_at__lt=period.end, expires_at__gt=period.start)
    live = Q(revoked_at__isnull=True) | Q(revoked_at__gte=period.start)
    return rows.filter(live).select_related("user").order_by("pk")


def _events_of(tokens: list[Any]) -> dict[int, list[tuple[str, str]]]:
    """A token's row is not tracked, its life is told by events: each by its own number."""
    keys = {str(token.pk): token.pk for token in tokens}
    found: dict[int, list[tuple[str, str]]] = {token.pk: [] for token in tokens}
    told = LedgerEntry.objects.filter(
        relation__in=["event:token.mint", "event:token.revoke"], key__in=list(keys)
    ).order_by("index")
    for relation, key in told.values_list("relation", "key"):
        found[keys[key]].append((relation, key))
    return found


TOKENS = Population(
    name="api_tokens",
    title=_("API tokens"),
    definition=_("Every key by which a program acts as an account. Only its hash is kept."),
    membership=_("The token opened the door at some moment of the period."),
    model=ApiToken,
    everything=lambda: ApiToken.objects.all(),
    members=_tokens,
    identity=lambda token: f"token-{token.pk}",
    moment_of=lambda token: token.created_at,
    attributes=(
        Attribute("account", _("As whom it acts."), lambda row: called(row.user),
                  "people_apitoken.user_id"),
        _plain("people_apitoken", "name", _("What it is for.")),
        _plain("people_apitoken", "hint", _("How it begins.")),
        _plain("people_apitoken", "scopes", _("What it may be used for.")),
        _plain("people_apitoken", "made_on_command_line", _("Whether it was made there.")),
        _plain("people_apitoken", "created_at", _("When it was made.")),
        _plain("people_apitoken", "expires_at", _("When it ends by itself.")),
        _plain("people_apitoken", "last_used_at", _("When it was last used.")),
        _plain("people_apitoken", "revoked_at", _("When it was revoked.")),
    ),
    rows_of=_events_of,
    is_inventory=True,
)  # fmt: skip

ACCOUNT_POPULATIONS = (ACCOUNTS, ROLE_GRANTS, MEMBERSHIPS, TOKENS)
UNUSED_FOR = timedelta(days=90)
"""PCI DSS 8.2.6: an account that nobody used for so long is disabled."""
