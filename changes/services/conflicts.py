"""Writes down which conflicts there are: found, found otherwise, resolved. Accepting one is
somebody's decision and stands in `accepting`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from audit.context import acting, current, told_moment
from changes.audience import tell_of_conflict
from changes.clashes import Clash
from changes.concerned import concerned_by
from changes.enums import IN_PLAY, CheckSubject, ConflictStatus, Severity, Status
from changes.models import Change, Conflict, ConflictCheck
from changes.surroundings import clashes_of, plan_of

_FACTS = ("severity", "services", "assets", "people", "steps", "starts_at", "ends_at")


def refresh_conflicts(change: Change, *, tells_all: bool = False) -> int:
    """Look for the conflicts of a change once more and write down what is other than before;
    returns how many rows were written.

    What no longer holds is resolved. What was accepted stays accepted as long as it is the same;
    with another overlap or another cause it is open again. Owners hear of what is new, or of all
    that is open.
    """
    with transaction.atomic(), acting(action="change.find_conflicts"):
        lock_conflicts()
        row = Change.objects.filter(pk=change.pk).defer("search").first()
        if row is None:
            return 0
        plan = plan_of(row)
        wanted = {} if plan is None else clashes_of(plan)
        held = {_key(one): one for one in Conflict.objects.of(row)}
        at = told_moment()
        fresh = [
            one
            for key, clash in wanted.items()
            if (one := _hold(held.get(key) or _new(key), clash, at))
        ]
        gone = [
            _resolve(one, at)
            for key, one in held.items()
            if key not in wanted and one.status != ConflictStatus.RESOLVED
        ]
        _tell(row, list(Conflict.objects.of(row).open()) if tells_all else fresh)
    return len(fresh) + len(gone)


def lock_conflicts() -> None:
    """One at a time, until the transaction ends: two changes that move into each other's way must
    see each other, and nothing is found twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('changes_conflict'))")


def _key(one: Conflict) -> tuple[int, int | None, str, int | None]:
    return one.change_id, one.other_id, one.kind, one.freeze_id


def _new(key: tuple[int, int | None, str, int | None]) -> Conflict:
    change, other, kind, freeze = key
    return Conflict(change_id=change, other_id=other, kind=kind, freeze_id=freeze)


def facts_of(clash: Clash) -> dict[str, Any]:
    """A clash in the columns of its row."""
    start, end = clash.span or (None, None)
    return {
        "severity": clash.severity,
        "services": sorted(pk for kind, pk in clash.things if kind == "service"),
        "assets": sorted(pk for kind, pk in clash.things if kind == "asset"),
        "people": sorted(clash.people),
        "steps": clash.steps,
        "starts_at": start,
        "ends_at": end,
    }


def is_same(one: Conflict, clash: Clash) -> bool:
    """Whether what was found before is what is found now."""
    return {name: getattr(one, name) for name in _FACTS} == facts_of(clash)


def _hold(one: Conflict, clash: Clash, at: datetime) -> Conflict | None:
    """It holds now. None where that was known."""
    is_known, was = is_same(one, clash), one.status
    if one.pk and is_known and was != ConflictStatus.RESOLVED:
        return None
    for name, value in facts_of(clash).items():
        setattr(one, name, value)
    one.resolved_at = None
    if is_known and one.accepted_at is not None:
        one.status = ConflictStatus.ACCEPTED
    else:
        one.status = ConflictStatus.OPEN
        one.accepted_at, one.accepted_by, one.acceptance = None, None, ""
        if not one.pk or was != ConflictStatus.OPEN:
            one.found_at = at
    one.save()
    return one


def _resolve(one: Conflict, at: datetime) -> Conflict:
    one.status, one.resolved_at = ConflictStatus.RESOLVED, at
    one.save()
    return one


def _tell(change: Change, fresh: list[Conflict]) -> None:
    """Owners of both changes hear of what blocks, once for each time that it was found; of a draft
    not before it is submitted."""
    if change.status == Status.DRAFT:
        return
    told = current()
    for one in fresh:
        is_news = one.status == ConflictStatus.OPEN and one.severity == Severity.BLOCKING
        if is_news and one.other_id is not None:
            tell_of_conflict(one, but=told.person() if told else None)


def check_conflicts(is_time_up: Callable[[], bool]) -> bool:
    """Work on what was noted until nothing is left; whether some may be, because the time was up.

    A cause is first turned into the changes it concerns, each of which is then looked at in a
    transaction of its own: whatever crashes, what is left stays noted.
    """
    while not is_time_up():
        if not _check_next():
            return False
    return True


def _check_next() -> bool:
    with transaction.atomic():
        noted = ConflictCheck.objects.order_by("pk").select_for_update(skip_locked=True).first()
        if noted is None:
            return False
        same = ConflictCheck.objects.filter(subject=noted.subject, subject_id=noted.subject_id)
        ids = list(same.select_for_update(skip_locked=True).values_list("pk", flat=True))
        ConflictCheck.objects.filter(pk__in=ids).delete()
        if noted.subject == CheckSubject.CHANGE:
            refresh_conflicts(Change(pk=noted.subject_id))
        else:
            concerned = concerned_by(noted.subject, noted.subject_id)
            note_changes(concerned.values_list("pk", flat=True))
    return True


def note_changes(ids: Any) -> int:
    """These changes are looked at soon; returns how many."""
    rows = [ConflictCheck(subject=CheckSubject.CHANGE, subject_id=pk) for pk in ids]
    ConflictCheck.objects.bulk_create(rows)
    return len(rows)


def sweep_conflicts() -> int:
    """Every change in play, and every one with a conflict that is not resolved, is looked at once
    more; returns how many. What was missed, and what is over by now, is found by this."""
    unresolved = Conflict.objects.exclude(status=ConflictStatus.RESOLVED)
    ids = set(Change.objects.filter(status__in=IN_PLAY).values_list("pk", flat=True))
    for pair in unresolved.values_list("change", "other"):
        ids |= set(pair) - {None}
    return note_changes(sorted(ids))
