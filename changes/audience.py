"""Who hears about a change. Whether people may still see it is asked again before a message is
sent."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from changes.enums import ChangeType, Status, StepStatus
from changes.models import Absence, ApprovalStep, Change, Conflict, ContentVersion, Finding
from notifications.enums import MessageKind
from notifications.services import notify
from people.models import Membership, RoleGrant, User
from people.roles import Role


def tell_electors(change: Change, step: ApprovalStep) -> None:
    """Those whom a step asks hear of it when it opens; so do substitutes of who is away."""
    asked = User.objects.filter(pk__in=step.electors.values("user"), is_active=True)
    away = Absence.objects.in_force(timezone.now()).filter(user__in=asked.values("pk"))
    people = User.objects.filter(
        Q(pk__in=asked.values("pk")) | Q(pk__in=away.values("substitute")), is_active=True
    )
    due = {"due_at": step.due_at.isoformat()} if step.due_at else {}
    _tell(people, change, MessageKind.CHANGE_ASKS_FOR_VOTE, f"vote:{step.pk}", **due)


def tell_late_electors(step: ApprovalStep, silent: Iterable[Any]) -> None:
    """Those whose answer is late hear of it again, and the requester hears whom it waits for."""
    change = step.round.content.change
    names = ", ".join(user.get_full_name() for user in silent)
    due = {"due_at": step.due_at.isoformat()} if step.due_at else {}
    people = [user for user in silent if user.is_active]
    _tell(people, change, MessageKind.CHANGE_ASKS_FOR_VOTE, f"late:{step.pk}", **due)
    key = f"late-told:{step.pk}"
    _tell([change.requester], change, MessageKind.CHANGE_VOTE_LATE, key, note=names, **due)


def tell_voters_of_amendment(
    change: Change,
    before: ContentVersion,
    altered: Mapping[str, tuple[Any, Any]],
    *,
    conflicts: tuple[int, int],
) -> None:
    """Whoever had voted hears that the vote is void, what was altered, and the effect on risk and
    on the number of conflicts that hold it up."""
    said = [name for name in sorted(altered) if name != "risk"]
    if "risk" in altered:
        said.append("risk: {} → {}".format(*altered["risk"]))
    if conflicts[0] != conflicts[1]:
        said.append("conflicts: {} → {}".format(*conflicts))
    voters = User.objects.filter(votes__version_hash=before.sha256, is_active=True).distinct()
    key = f"amended:{before.sha256[:16]}"
    _tell(voters, change, MessageKind.CHANGE_AMENDED, key, note=", ".join(said))


def tell_requester_of_decision(change: Change, decided: StepStatus) -> None:
    """Who asked for it and who does it hear what was decided."""
    kind = (
        MessageKind.CHANGE_APPROVED
        if decided == StepStatus.APPROVED
        else MessageKind.CHANGE_REJECTED
    )
    people = User.objects.filter(
        pk__in=[pk for pk in (change.requester_id, change.implementer_id) if pk], is_active=True
    )
    _tell(people, change, kind, f"{kind}:{change.version_hash[:16]}")


def tell_followers(change: Change, kind: MessageKind, *, but: Any) -> None:
    """Those with a part in it and the watchers hear of it, except whoever did it."""
    parts = [change.requester_id, change.builder_id, change.implementer_id, change.tester_id]
    people = User.objects.filter(
        Q(pk__in=[pk for pk in parts if pk]) | Q(pk__in=change.watchers.values("user")),
        is_active=True,
    )
    if but is not None:
        people = people.exclude(pk=but.pk)
    _tell(people, change, kind, f"{kind}:{timezone.now().timestamp():.6f}")


def tell_of_finding(finding: Finding, at: datetime) -> None:
    """Who implements the change and who owns the service hear that something is not in order."""
    told = Q(pk=finding.owner_id) if finding.owner_id else Q(pk__in=[])
    if finding.service is not None:
        members = Membership.objects.in_force(timezone.localdate(at))
        owners = members.filter(team=finding.service.owner_team_id).values("person")
        grants = RoleGrant.objects.in_force(at).filter(role=Role.SERVICE_OWNER)
        told |= Q(pk__in=grants.values("user"), person__in=owners)
    deployment, service = finding.deployment, finding.service
    notify(
        User.objects.filter(told, is_active=True),
        MessageKind.CHANGE_FINDING,
        reference=finding.reference,
        context={
            "reference": finding.reference,
            "title": str(deployment or finding.change),
            "service": service.name if service else "",
            "by": deployment.deployed_by if deployment else "",
            "due_at": finding.due_at.isoformat(),
            "path": f"/changes/finding/{finding.pk}/change/",
        },
        key=f"{finding.reference}:{finding.due_at.isoformat()}",
    )


def may_see_finding(user: Any, reference: str) -> bool:
    """Whether a person may see the finding a message is about; asked just before sending."""
    return Finding.objects.visible_to(user).filter(reference=reference).exists()


def tell_of_conflict(one: Conflict, *, but: Any) -> None:
    """Who asked for either change and who does it hear that something is in its way; not what: the
    other change may be none of theirs. Once for each time that it was found."""
    pair = Change.objects.filter(pk__in=[one.change_id, one.other_id])
    for change in pair.exclude(status=Status.DRAFT).select_related("requester", "implementer"):
        people = {change.requester, change.implementer} - {None, but}
        key = f"conflict:{one.pk}:{one.found_at.timestamp():.0f}"
        active = [user for user in people if user.is_active]
        _tell(active, change, MessageKind.CHANGE_CONFLICT, key, part="#conflicts")


def _tell(
    people: Any, change: Change, kind: MessageKind, key: str, *, part: str = "", **facts: str
) -> None:
    notify(
        people,
        kind,
        reference=change.reference,
        context={
            "reference": change.reference,
            "title": change.title,
            "path": f"{_way_to(change, kind)}{part}",
            **facts,
        },
        key=f"{change.reference}:{key}",
        is_urgent=change.type == ChangeType.EMERGENCY,
    )


def _way_to(change: Change, kind: MessageKind) -> str:
    """Whoever is asked for a vote lands where one decides, at this very change."""
    if kind == MessageKind.CHANGE_ASKS_FOR_VOTE:
        return f"/changes/change/workbench/{change.pk}/"
    return f"/changes/change/{change.pk}/change/"


def may_see(user: Any, reference: str) -> bool:
    """Whether a person may see the change a message is about; asked just before sending."""
    return Change.objects.visible_to(user).filter(reference=reference).exists()
