"""Which incidents a problem explains and which changes are to remove its cause."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from changes.models import Change
from core.errors import Refused, ValidationError
from incidents.models import Incident, Problem, ProblemChange, ProblemIncident
from incidents.problem_enums import ProblemStatus
from incidents.services.problem_locking import problem_work


def link_incident(problem: Problem, incident: Incident, *, actor: Any) -> Problem:
    """State that the problem is behind an incident. Both must be in the actor's sight."""
    with problem_work(problem, "link_incident", actor=actor) as row:
        if not _seen(Incident, actor).filter(pk=incident.pk).exists():
            raise ValidationError({"incident": _("There is no such incident.")})
        _made(
            ProblemIncident.objects.get_or_create(
                problem=row, incident=incident, defaults={"created_by": actor}
            )
        )
    return row


def unlink_incident(problem: Problem, incident: Incident, *, actor: Any) -> Problem:
    """Take it back; its history stays."""
    with problem_work(problem, "unlink_incident", actor=actor) as row:
        seen = _seen(Incident, actor).filter(pk=incident.pk)
        _gone(row.incident_links.filter(incident__in=seen))
    return row


def link_change(problem: Problem, change: Change, *, actor: Any) -> Problem:
    """State that a change is to remove the cause. Both must be in the actor's sight."""
    with problem_work(problem, "link_change", actor=actor) as row:
        if not _seen(Change, actor).filter(pk=change.pk).exists():
            raise ValidationError({"change": _("There is no such record.")})
        _made(
            ProblemChange.objects.get_or_create(
                problem=row, change=change, defaults={"created_by": actor}
            )
        )
    return row


def unlink_change(problem: Problem, change: Change, *, actor: Any) -> Problem:
    """Take it back. Refused for the last one while the fix is in a change."""
    with problem_work(problem, "unlink_change", actor=actor) as row:
        links = row.change_links.filter(change__in=_seen(Change, actor).filter(pk=change.pk))
        others = row.change_links.exclude(change=change.pk)
        if row.status == ProblemStatus.FIX_IN_CHANGE and not others.exists():
            raise Refused(_("the fix is in this change; investigate again first"))
        _gone(links)
    return row


def _seen(model: Any, actor: Any) -> Any:
    return model.objects.visible_to(actor) if actor else model.objects.all()


def _made(found: tuple[Any, bool]) -> None:
    if not found[1]:
        raise Refused(_("they are linked already"))


def _gone(links: Any) -> None:
    link = links.first()
    if link is None:
        raise Refused(_("they are not linked"))
    link.delete()
