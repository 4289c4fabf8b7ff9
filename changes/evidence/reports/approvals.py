"""Approvals that an auditor would not accept: given too late, by somebody with a part in it, or
without a word of their own."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower, Trim
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changes.enums import ChangeType, ControlKind, Decision, StepStatus
from changes.evidence.reports.rows import begun_in, tell_changes
from changes.models import (
    ApprovalRound,
    Change,
    ChangeTask,
    ControlException,
    SegregationException,
    VerbalApproval,
    Vote,
)
from changes.triggers import VERBAL_APPROVALS
from core.dashboard import record_url
from core.showing import exact
from evidence.exception_reports import Found, marked_late, report_on
from evidence.period import Period
from people.models import User

BLANKET = (
    *("approved", "approve", "aprobado", "aprobada", "aprobar", "apruebo", "autorizado"),
    *("ok", "okay", "lgtm", "de acuerdo", "visto bueno", "vobo", "vo.bo.", "+1", "yes", "sí", "si"),
)
"""What says no more than the vote itself."""
FEWEST_VOTES, MOST_BLANKET = 5, 0.8
"""Somebody with at least so many approvals of which this share says nothing of their own."""


def _counted_round(**more: Any) -> QuerySet[ApprovalRound]:
    """The round of the version that counts."""
    return ApprovalRound.objects.filter(
        content__change=OuterRef("pk"), content__sha256=OuterRef("version_hash"), **more
    )


def _too_late(period: Period, user: Any) -> QuerySet[Any]:
    """No approval stood when the work began; an emergency may have begun by word of mouth."""
    in_time = _counted_round(
        status=StepStatus.APPROVED, decided_at__lte=OuterRef("actual_start_at")
    )
    agreed = (
        VerbalApproval.objects.filter(
            change=OuterRef("pk"), given_at__lte=OuterRef("actual_start_at")
        )
        .order_by()
        .values("change")
        .annotate(n=Count("pk"))
        .filter(n__gte=VERBAL_APPROVALS)
    )
    rows = begun_in(period, user).exclude(Exists(in_time))
    rows = rows.exclude(Q(type=ChangeType.EMERGENCY) & Exists(agreed))
    decided = _counted_round(status=StepStatus.APPROVED).values("decided_at")
    return rows.annotate(decided_at=Subquery(decided[:1]))


def _say_too_late(change: Any) -> Any:
    if change.decided_at is None:
        return _("the work began without an approval")
    return _("approved %(when)s, after the work began") % {"when": exact(change.decided_at)}


def _had_a_part(period: Period, user: Any) -> QuerySet[Any]:
    """Approved by somebody who asked for, made or did it, under whichever account."""
    of = "step__round__content__change"
    own = Q(pk__in=[])
    for seat in ("requester", "builder", "implementer"):
        person = F(f"{of}__{seat}__person")
        own |= Q(person=person) | Q(cast_by_person=person)
    votes = Vote.objects.filter(
        decision=Decision.APPROVE, version_hash=F(f"{of}__version_hash")
    ).order_by()
    begun = {"actual_start_at__gte": period.start, "actual_start_at__lt": period.end}
    by_seat = votes.filter(own, **{f"{of}__{name}": at for name, at in begun.items()})
    doer = OuterRef("assignee__person")
    by_doers = votes.filter(Q(person=doer) | Q(cast_by_person=doer), **{of: OuterRef("change")})
    by_task = ChangeTask.objects.filter(
        Exists(by_doers), **{f"change__{name}": at for name, at in begun.items()}
    ).order_by()
    # Who it was, is asked only of the rows that are shown.
    mine = ChangeTask.objects.filter(change=OuterRef(of)).values("assignee__person")
    named = votes.filter(
        own | Q(person__in=mine) | Q(cast_by_person__in=mine), **{of: OuterRef("pk")}
    ).values("cast_by__username")[:1]
    lifted = SegregationException.objects.filter(change=OuterRef("pk"), approved_at__isnull=False)
    either = Q(pk__in=by_seat.values(of)) | Q(pk__in=by_task.values("change"))
    rows = begun_in(period, user).filter(either)
    return rows.annotate(voter=Subquery(named), is_lifted=Exists(lifted))


def _say_had_a_part(change: Any) -> Any:
    if change.is_lifted:
        return _("%(who)s has a part in it and approved it by an exception") % {"who": change.voter}
    return _("%(who)s has a part in it and approved it") % {"who": change.voter}


def _late_emergencies(period: Period, user: Any) -> QuerySet[Any]:
    """Rounds after the start that were due in the period and came late, or not, or ended in a no;
    also those of which that was recorded and which were asked anew since."""
    recorded = ControlException.objects.filter(
        round=OuterRef("pk"), kind__in=[ControlKind.APPROVAL_LATE, ControlKind.APPROVAL_REFUSED]
    )
    late = Q(status=StepStatus.APPROVED, decided_at__gt=F("due_at"))
    missing = Q(status=StepStatus.OPEN, due_at__lt=timezone.now())
    asked = ApprovalRound.objects.filter(
        late | missing | Q(status=StepStatus.REJECTED) | Exists(recorded),
        is_retrospective=True,
        due_at__gte=period.start,
        due_at__lt=period.end,
        content__change__in=Change.objects.visible_to(user).order_by().values("pk"),
    )
    return asked.select_related("content__change").only(
        *("status", "due_at", "decided_at", "content__change__reference")
    )


def _tell_late_emergencies(rows: list[Any]) -> list[Found]:
    found = [
        Found(
            row.content.change.reference, row.due_at, _say_late(row), record_url(row.content.change)
        )
        for row in rows
    ]
    return marked_late(found, ApprovalRound, [row.pk for row in rows])


def _say_late(row: Any) -> Any:
    told = {"due": exact(row.due_at)}
    if row.decided_at is not None:
        told["when"] = exact(row.decided_at)
    if row.status == StepStatus.REJECTED:
        return _("refused after the work, %(when)s") % told
    if row.status == StepStatus.APPROVED:
        return _("the approval afterwards was due %(due)s and given %(when)s") % told
    return _("the approval afterwards was due %(due)s and was not given") % told


def _blanket(period: Period, user: Any) -> QuerySet[Any]:
    """Approvers of changes of the period whose votes hardly ever say anything."""
    changes = begun_in(period, user).exclude(version_hash="").order_by().values("version_hash")
    voters = User.objects.visible_to(user).filter(
        votes__decision=Decision.APPROVE, votes__version_hash__in=changes
    )
    words = (*BLANKET, *(f"{word}." for word in BLANKET))
    empty = Q(said="") | Q(said__in=words)
    counted = voters.alias(said=Trim(Lower("votes__comment"))).annotate(
        given=Count("votes"), empty=Count("votes", filter=empty)
    )
    return counted.filter(given__gte=FEWEST_VOTES, empty__gte=F("given") * MOST_BLANKET)


def _tell_blanket(rows: list[Any]) -> list[Found]:
    said = _("%(empty)d of %(given)d approvals say nothing but that they approve")
    return [
        Found(row.username, None, said % {"empty": row.empty, "given": row.given}, record_url(row))
        for row in rows
    ]


APPROVAL_REPORTS = (
    report_on(
        "approved_too_late",
        _("Approved after the work began"),
        _(
            "Changes of which the implemented version had no approval when the work began. An "
            "emergency may begin by the word of two members of the ECAB."
        ),
        rows=_too_late,
        tell=tell_changes("actual_start_at", _say_too_late),
    ),
    report_on(
        "emergency_approved_late",
        _("Emergencies approved late or refused"),
        _("Emergency changes whose approval afterwards was overdue, or was refused."),
        rows=_late_emergencies,
        tell=_tell_late_emergencies,
    ),
    report_on(
        "approver_had_a_part",
        _("Approved by somebody with a part in it"),
        _(
            "An approver asked for the change, made it or implemented it, under this account or "
            "another one of the same person."
        ),
        rows=_had_a_part,
        tell=tell_changes("actual_start_at", _say_had_a_part),
    ),
    report_on(
        "blanket_approvals",
        _("Blanket approvals"),
        _(
            "Approvers with five approvals or more of changes of the period, of which four in five "
            "say nothing, or no more than “approved”."
        ),
        rows=_blanket,
        tell=_tell_blanket,
    ),
)
