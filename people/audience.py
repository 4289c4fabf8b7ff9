"""Which entries of the audit trail, messages and findings a role shows, by whose they are;
registered with the apps that keep them."""

from typing import Any

from django.apps import apps
from django.db.models import Q

from audit.querysets import EVERYTHING, NOTHING, done_by
from people.models import Membership, User
from people.roles import ROLES, Role
from people.scope import scope_of


def entries_for(user: Any) -> Q:
    """One's own actions for everybody with a role; leads see their teams', platform
    administrators what was configured, auditors everywhere and security administrators all."""
    scope = scope_of(user)
    if not scope.roles:
        return NOTHING
    if scope.has(Role.SECURITY_ADMIN) or scope.reach_of(Role.AUDITOR).everywhere:
        return EVERYTHING
    seen = done_by(user.pk)
    if scope.has(Role.AUDITOR):
        seen |= done_by(*_accounts_of_teams(scope.reach_of(Role.AUDITOR).team_ids))
    if scope.has(Role.TEAM_LEAD, Role.SERVICE_MANAGER):
        seen |= done_by(*_accounts_of_teams(scope.own_team_ids))
    if scope.has(Role.PLATFORM_ADMIN):
        seen |= Q(relation__in=configuration_tables())
    return seen


def messages_for(user: Any) -> Q:
    """Other people's messages, for roles that read them: those of the people within reach."""
    return _of_people_within_reach(user, "notifications.view_message", "recipient")


def findings_for(user: Any) -> Q:
    """Card numbers that people within reach gave where no record is named."""
    of_people = _of_people_within_reach(user, "records.view_cardnumberfinding", "given_by")
    return of_people if of_people == EVERYTHING else of_people & Q(reference="")


def _of_people_within_reach(user: Any, permission: str, column: str) -> Q:
    reach = scope_of(user).reach_with(permission)
    if reach.everywhere:
        return EVERYTHING
    if not reach.team_ids:
        return NOTHING
    return Q(**{f"{column}__in": _accounts_of_teams(reach.team_ids)})


def configuration_tables() -> list[str]:
    """The tables that a platform administrator may change."""
    verbs = [permission.split(".") for permission in ROLES[Role.PLATFORM_ADMIN].permissions]
    models = {(app, code.partition("_")[2]) for app, code in verbs if code.startswith("change_")}
    return sorted(apps.get_model(app, model)._meta.db_table for app, model in models)


def _accounts_of_teams(team_ids: frozenset[int]) -> list[int]:
    members = Membership.objects.filter(team__in=team_ids).values("person")
    return list(User.objects.filter(person__in=members).values_list("pk", flat=True))
