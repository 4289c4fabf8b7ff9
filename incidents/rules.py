"""When: each rule looks at an incident and gives the reason against an action, or None."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from core.errors import Reason
from incidents.measuring import unexplained_clocks
from incidents.models import Incident
from people.duty import duty_of
from people.scope import scope_of

REOPEN_WITHIN = timedelta(days=7)


def is_within_reach(incident: Incident, actor: Any) -> Reason | None:
    """Seeing an incident is not working on it: the actor's role must reach its team."""
    if actor is None:
        return None
    if scope_of(actor).reach_with("incidents.change_incident").covers(incident.team_id):
        return None
    return _("your role does not reach this incident's team")


def is_led(incident: Incident, actor: Any) -> Reason | None:
    """What a lead says of an incident, a lead of its own team says."""
    if scope_of(actor).reach_with("incidents.judge_incident").covers(incident.team_id):
        return None
    return _("this is for a lead of the incident's team")


def is_asked(asked: Any, actor: Any) -> Reason | None:
    """A question is answered by the team that was asked, or by whoever works its incidents."""
    scope = scope_of(actor)
    works_there = scope.reach_with("incidents.change_incident").covers(asked.team_id)
    if works_there or asked.team_id in scope.own_team_ids:
        return None
    return _("another team was asked")


def is_called(team: Any, actor: Any, asked_by: Any) -> Reason | None:
    """Help comes from whoever leads the shift or is on duty for the team, never from who asks."""
    if asked_by == actor:
        return _("somebody else has to help")
    if scope_of(actor).reach_with("incidents.take_helprequest").covers(team.pk):
        return None
    if actor in (duty_of(team, told_moment()).people or ()):
        return None
    return _("only who leads the shift or is on duty for the team helps")


def has_reasons_for_misses(incident: Incident, actor: Any) -> Reason | None:
    """Of every target of the mandate that was missed, a lead has said why."""
    if missing := unexplained_clocks(incident):
        told = {"what": ", ".join(str(clock.target.label) for clock in missing)}
        return _("a reason is required for the missed target: %(what)s") % told
    return None


def has_owner(incident: Incident, actor: Any) -> Reason | None:
    return None if incident.owner_id else _("an owner is required")


def was_resolved_lately(incident: Incident, actor: Any) -> Reason | None:
    """After seven days a new incident, linked to the old one, tells the truth better."""
    if incident.resolved_at and told_moment() - incident.resolved_at <= REOPEN_WITHIN:
        return None
    return _("it was resolved more than seven days ago; open a new incident and link it")


def is_alone_in_its_alert_group(incident: Incident, actor: Any) -> Reason | None:
    """One open incident for the same alerts at a time, whoever opened the newer one."""
    others = Incident.objects.open().filter(alert_key=incident.alert_key).exclude(pk=incident.pk)
    if incident.alert_key and others.exists():
        return _("a newer incident is open for the same alerts")
    return None
