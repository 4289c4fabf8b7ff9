"""The only writers of agreements. A version is drafted by one person and put into force by another;
what it says is frozen then, and a record pins it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from people.models import WorkCalendar
from people.scope import scope_of
from records.jobs import enqueue_job
from sla.enums import Metric, VersionStatus
from sla.models import Agreement, AgreementTarget, AgreementVersion
from sla.retargeting import has_work

EDITABLE = frozenset(
    [
        *("name", "slug", "kind", "client", "team", "vendor"),
        *("service", "country", "request_type", "parent"),
    ]
)
RENAMABLE = frozenset(["name"])
RETARGET = "sla.retarget"
_ONE_AT_A_TIME = 0x51A
Targets = Mapping[tuple[Metric, int], timedelta]


def add_agreement(*, actor: Any, **facts: Any) -> Agreement:
    """Add an agreement, which says nothing until a version is in force. Refused to those whose role
    does not include it."""
    with transaction.atomic(), acting(actor=actor, action="agreement.add"):
        _may(actor, "add")
        agreement = Agreement()
        store(agreement, facts, actor=actor, editable=EDITABLE)
    return agreement


def edit_agreement(
    agreement: Agreement, *, actor: Any, version: int | None = None, **changes: Any
) -> Agreement:
    """Correct an agreement. Once a version of it was in force, only its name: for whom it is stays,
    because records have pinned it; something else is another agreement."""
    with transaction.atomic(), acting(actor=actor, action="agreement.edit"):
        _may(actor, "change")
        row = hold(agreement, actor=actor, version=version)
        was_in_force = row.versions.exclude(status=VersionStatus.DRAFT).exists()
        if was_in_force and (fixed := sorted(set(changes) - RENAMABLE)):
            said = _("It was in force: for whom it is stays. Add another agreement instead.")
            raise ValidationError(dict.fromkeys(fixed, said))
        store(row, changes, actor=actor, editable=EDITABLE)
    return row


def draft_version(
    agreement: Agreement,
    *,
    actor: Any,
    targets: Targets,
    counts: Iterable[str] | None = None,
    calendar: WorkCalendar | None = None,
    version: int | None = None,
) -> AgreementVersion:
    """Draft the next version, or write its draft anew, with the times it sets itself; they count
    in the hours of a calendar in use, else around the clock.

    Refused (ValidationError): targets that are not longer than nothing, or absurdly long; a
    calendar that is a draft. Stale when `version` is not the agreement's current one.
    """
    with transaction.atomic(), acting(actor=actor, action="agreement.draft"):
        _may(actor, "change")
        row = hold(agreement, actor=actor, version=version)
        _refuse_draft(calendar)
        row.versions.filter(status=VersionStatus.DRAFT).delete()
        last = row.versions.order_by("-number").values_list("number", flat=True).first() or 0
        drafted = AgreementVersion(
            agreement=row, number=last + 1, drafted_by=actor, calendar=calendar
        )
        if counts is not None:
            drafted.counts = sorted(set(counts))
        drafted.full_clean(exclude=["agreement"])
        drafted.save()
        for (metric, priority), target in targets.items():
            line = AgreementTarget(
                agreement_version=drafted, metric=metric, priority=priority, target=target
            )
            line.full_clean(exclude=["agreement_version"])
            line.save()
        _raise_version(row)
    return drafted


def approve_version(
    version: AgreementVersion, *, actor: Any, seen: int | None = None
) -> AgreementVersion:
    """Put a draft into force; the version before is replaced. What it inherits is pinned with it,
    and a job applies it to the open records that it is for.

    Stale where the agreement is no longer at the version that was `seen`. Refused: to whoever
    drafted it, by person; without a target of its own or inherited; where another agreement in
    force fits the same records and neither is the narrower one.
    """
    with transaction.atomic(), acting(actor=actor, action="agreement.approve"):
        _may(actor, "approve")
        agreement = hold(version.agreement, actor=actor, version=seen)
        row = AgreementVersion.objects.select_for_update().get(pk=version.pk)
        _refuse_approval(row, actor)
        _hold_all()
        _refuse_ambiguity(agreement)
        row.base = active_version(agreement.parent) if agreement.parent else None
        if not row.targets.exists() and row.base is None:
            raise Refused(_("it sets no target"))
        now = told_moment()
        for before in agreement.versions.filter(status=VersionStatus.ACTIVE):
            before.status, before.retired_at = VersionStatus.RETIRED, now
            before.save(update_fields=["status", "retired_at"])
        row.status, row.approved_by, row.approved_at = VersionStatus.ACTIVE, actor, now
        row.save(update_fields=["status", "approved_by", "approved_at", "base"])
        _raise_version(agreement)
        if has_work(row):
            enqueue_job(RETARGET, actor=actor, params={"version": row.pk})
    return row


def discard_draft(agreement: Agreement, *, actor: Any, version: int | None = None) -> Agreement:
    """Take a draft away; what is in force stays."""
    with transaction.atomic(), acting(actor=actor, action="agreement.discard"):
        _may(actor, "change")
        row = hold(agreement, actor=actor, version=version)
        if not row.versions.filter(status=VersionStatus.DRAFT).delete()[0]:
            raise Refused(_("there is no draft"))
        _raise_version(row)
    return row


def active_version(agreement: Agreement) -> AgreementVersion | None:
    return agreement.versions.filter(status=VersionStatus.ACTIVE).first()


def rival_of(agreement: Agreement) -> Agreement | None:
    """The first agreement in force that fits the same records while neither is the narrower one."""
    in_force = Agreement.objects.filter(
        kind=agreement.kind, versions__status=VersionStatus.ACTIVE
    ).exclude(pk=agreement.pk)
    rivals = (
        row for row in in_force.order_by("pk") if agreement.scope.is_ambiguous_with(row.scope)
    )
    return next(rivals, None)


def ambiguity(agreement: Agreement, other: Agreement) -> str:
    """What is said of the two."""
    return _("“%(one)s” and “%(other)s” fit the same records and neither is the narrower one") % {
        "one": agreement,
        "other": other,
    }


def _refuse_approval(row: AgreementVersion, actor: Any) -> None:
    if row.status != VersionStatus.DRAFT:
        raise Refused(_("only a draft is put into force"))
    drafted_by = row.drafted_by
    is_same = actor is None or drafted_by == actor
    if is_same or (drafted_by and drafted_by.person_id and drafted_by.person_id == actor.person_id):
        raise NotAllowed(_("whoever drafted a version does not approve it"))


def _refuse_ambiguity(agreement: Agreement) -> None:
    if other := rival_of(agreement):
        raise Refused(ambiguity(agreement, other))


def _refuse_draft(calendar: WorkCalendar | None) -> None:
    if calendar is not None and calendar.adopted_at is None:
        raise ValidationError({"calendar": _("This calendar is a draft: put it in use first.")})


def _raise_version(row: Agreement) -> None:
    """What hangs on the row changed: whoever edits it must know."""
    row.version += 1
    row.save(update_fields=["version"])
    row.refresh_from_db(fields=["version"])


def _hold_all() -> None:
    """One approval at a time, so that two do not come into force past each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def _may(actor: Any, verb: str) -> None:
    if actor is not None and f"sla.{verb}_agreement" not in scope_of(actor).permissions:
        raise NotAllowed(_("your role does not include this action"))
