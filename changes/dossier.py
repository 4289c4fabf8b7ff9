"""All that somebody needs who decides about a change, on one page; read only, constant queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assets.models import Service
from changes import page
from changes.attendance import present_for
from changes.conflict_page import conflict_lines
from changes.content import differences
from changes.difference import label_of, said
from changes.enums import Outcome, StepStatus
from changes.freeze_page import freezes_block
from changes.models import ApprovalStep, Change, Condition, ContentVersion
from changes.risk import Line
from changes.service_history import Past, earlier_changes, past_of_services
from changes.services import tally_of
from core.showing import badge, duration, link

FACTS = ("reason", "description", "security_impact")
PROOFS = ("test_plan", "test_result", "backout_plan", "communication_plan")
OUTCOME_TONES = {
    Outcome.SUCCESSFUL: "green",
    Outcome.WITH_ISSUES: "orange",
    Outcome.FAILED: "red",
    Outcome.BACKED_OUT: "red",
}
MOST_REASONS = 6


@dataclass(frozen=True)
class Since:
    """What differs from the version that a person last answered, or was last asked, about."""

    number: int
    voted: bool
    rows: list[tuple[Any, ...]]


def dossier_of(change: Change, user: Any) -> dict[str, Any]:
    """What the page about one change shows, for this person."""
    rounds = page.rounds_of(change)
    current = rounds[0] if rounds and rounds[0].version.sha256 == change.version_hash else None
    return {
        "change": change,
        "badges": [b for b in (page.status_badge(change), page.risk_badge(change)) if b],
        "facts": _facts(change, user),
        "what": _texts(change, FACTS),
        "proofs": _texts(change, PROOFS),
        "risk": _risk(change),
        "conflicts": conflict_lines(change, user),
        "freezes": freezes_block(change),
        "since": since_last_seen(change, user),
        "changes": _earlier(change, user),
        "past": past_of_services(change, user, timezone.now()),
        "round": current,
        "conditions": list(_conditions(change)),
    }


def _facts(change: Change, user: Any) -> list[tuple[Any, Any]]:
    services = Service.objects.visible_to(user).filter(touched_by__change=change).order_by("name")
    facts: list[tuple[Any, Any]] = [(_("planned window"), page.window_of(change))]
    if change.window:
        facts.append((_("lasts"), duration(change.window[1] - change.window[0])))
    names = ", ".join(service.name for service in services)
    facts.append((_("services"), names or "–"))
    facts.append((_("requester"), change.requester.get_full_name()))
    if change.implementer:
        facts.append((_("implementer"), change.implementer.get_full_name()))
    facts.append((_("team"), change.team.name))
    return facts


def _texts(change: Change, names: Iterable[str]) -> list[tuple[Any, str]]:
    """The texts that are there; what a decision needs and is missing is told as missing."""
    return [(label_of(name), getattr(change, name)) for name in names]


def _risk(change: Change) -> dict[str, Any]:
    """The reasons that weigh most; the rest stands on the change's page."""
    current = change.risk_assessments.order_by("-pk").first()
    if current is None:
        return {}
    lines: list[Line] = sorted(current.reasons, key=lambda one: (one.level is None, -one.points))
    telling = [one for one in lines if one.level or one.points]
    return {
        "assessment": current,
        "badge": page.risk_badge(change),
        "chance": round(current.chance * 100),
        "lines": telling[:MOST_REASONS],
        "more": max(len(telling) - MOST_REASONS, 0),
    }


def since_last_seen(change: Change, user: Any) -> Since | None:
    """What is new for this person; None where the change asks them for the first time."""
    if not change.version_hash or user.person_id is None:
        return None
    versions = change.versions.order_by("-number")
    mine = Q(round__steps__votes__person=user.person_id) | Q(
        round__steps__votes__cast_by_person=user.person_id
    )
    asked = Q(round__steps__electors__person=user.person_id)
    earlier = versions.exclude(sha256=change.version_hash)
    voted = earlier.filter(mine).first()
    before: ContentVersion | None = voted or earlier.filter(asked).first()
    if before is None:
        return None
    now = versions.filter(sha256=change.version_hash).first()
    if now is None:
        return None
    altered = differences(before.content, now.content)
    rows = [(label_of(n), said(n, old), said(n, new)) for n, (old, new) in altered.items()]
    return Since(before.number, voted is not None, rows)


def _earlier(change: Change, user: Any) -> list[Past]:
    return [
        Past(
            format_html("{} {}", link(one, one.reference), one.title),
            badge(one.get_outcome_display(), OUTCOME_TONES.get(Outcome(one.outcome), "")),
            one.ended_at,
        )
        for one in earlier_changes(change, user)
    ]


def _conditions(change: Change) -> Iterable[tuple[Condition, Any]]:
    for one in change.conditions.select_related("owner__person", "set_by__person"):
        done = (
            badge(pgettext("condition", "Cleared"), "green")
            if one.cleared_at
            else badge(_("Blocks the start"), "orange")
        )
        yield one, done


def open_step_of(change: Change) -> dict[str, Any] | None:
    """The step that is open now, with its tally by votes and by who is in the meeting."""
    step = ApprovalStep.objects.filter(
        round__content__sha256=change.version_hash or None, status=StepStatus.OPEN
    ).first()
    if step is None:
        return None
    tally = tally_of(step, present=present_for(step))
    return {"step": step, "tally": tally, "is_quorate": tally.taking_part >= step.present}
