"""Companies of the group, their people and teams, and who is in which team from when to when."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from people.models import Membership, Person, Subsidiary, Team
from people.services.authority import administering, change, locked, without_cards

_OF_A_PERSON = ("full_name", "employee_number", "job_title", "subsidiary", "left_on")


def found_subsidiary(*, actor: Any, name: str, country: str) -> Subsidiary:
    """Add a company of the group."""
    with administering("people.add_subsidiary", actor=actor, action="subsidiary.found") as fresh:
        told = without_cards("people_subsidiary", {"name": name.strip()}, fresh)
        subsidiary = Subsidiary(**told, country=country)
        subsidiary.full_clean()
        subsidiary.save()
    return subsidiary


def edit_subsidiary(
    subsidiary: Subsidiary, *, actor: Any, version: int | None = None, **changes: Any
) -> Subsidiary:
    """Change a company's name or country."""
    with administering("people.change_subsidiary", actor=actor, action="subsidiary.edit") as fresh:
        row = locked(subsidiary, actor=fresh, version=version)
        change(row, changes, ("name", "country"), actor=fresh)
    return row


def hire_person(
    *,
    actor: Any,
    full_name: str,
    subsidiary: Subsidiary,
    employee_number: str | None = None,
    job_title: str = "",
) -> Person:
    """Add somebody who works here; the account comes apart from it."""
    with administering("people.add_person", actor=actor, action="person.hire") as fresh:
        facts = {
            "full_name": full_name.strip(),
            "employee_number": (employee_number or "").strip() or None,
            "job_title": job_title.strip(),
        }
        person = Person(subsidiary=subsidiary, **without_cards("people_person", facts, fresh))
        person.full_clean()
        person.save()
    return person


def edit_person(
    person: Person, *, actor: Any, version: int | None = None, **changes: Any
) -> Person:
    """Change a person's name, number, job title, company or last day."""
    if "employee_number" in changes:
        changes["employee_number"] = changes["employee_number"] or None
    with administering("people.change_person", actor=actor, action="person.edit") as fresh:
        row = locked(person, actor=fresh, version=version)
        change(row, changes, _OF_A_PERSON, actor=fresh)
    return row


def found_team(
    *, actor: Any, slug: str, name: str, tier: str, subsidiary: Subsidiary, country: str = ""
) -> Team:
    """Add a team, in its company's country unless another is given."""
    with administering("people.add_team", actor=actor, action="team.found") as fresh:
        team = Team(
            **without_cards("people_team", {"slug": slug, "name": name.strip()}, fresh),
            tier=tier,
            subsidiary=subsidiary,
            country=country or subsidiary.country,
        )
        team.full_clean()
        team.save()
    return team


def edit_team(team: Team, *, actor: Any, version: int | None = None, **changes: Any) -> Team:
    """Change a team. Its short name stays, for programs use it; its country decides who sees its
    records, so that changing it opens and closes doors."""
    with administering("people.change_team", actor=actor, action="team.edit") as fresh:
        row = locked(team, actor=fresh, version=version)
        change(row, changes, ("name", "tier", "subsidiary", "country"), actor=fresh)
    return row


def add_to_team(
    person: Person, team: Team, *, actor: Any, starts_on: date | None = None
) -> Membership:
    """Put a person into a team from a day on. Refused while they are in it."""
    with administering("people.add_membership", actor=actor, action="team.join") as fresh:
        row = locked(person, actor=fresh)
        membership = Membership(person=row, team=team, starts_on=starts_on or timezone.localdate())
        if row.memberships.not_ended(membership.starts_on).filter(team=team).exists():
            raise Refused(_("this person is already in the team"))
        membership.full_clean()
        membership.save()
    return membership


def remove_from_team(
    person: Person, team: Team, *, actor: Any, ends_on: date | None = None, reason: str = ""
) -> Membership:
    """End a person's time in a team; `ends_on` is the first day that no longer counts (today).

    Refused where the person is not in the team.
    """
    with administering(
        "people.change_membership", actor=actor, action="team.leave", reason=reason
    ) as fresh:
        row = locked(person, actor=fresh)
        today = timezone.localdate()
        membership: Membership | None = row.memberships.not_ended(today).filter(team=team).first()
        if membership is None:
            raise Refused(_("this person is not in the team"))
        if ends_on is not None and ends_on < membership.starts_on:
            raise ValidationError({"ends_on": _("The end lies before the start.")})
        membership.ends_on = ends_on or max(today, membership.starts_on)
        membership.full_clean()
        membership.save(update_fields=["ends_on"])
    return membership
