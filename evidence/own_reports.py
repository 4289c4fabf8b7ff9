"""What an auditor would write up about accounts and about the log itself."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import LedgerEntry, Operation
from audit.models.ledger import SEALED_LATE, SEALED_TOO_EARLY
from core.dashboard import list_url, record_url
from core.showing import duration, exact
from evidence.accounts import UNUSED_FOR
from evidence.enums import EngagementState
from evidence.exception_reports import ExceptionReport, Found, marked_late, report_on
from evidence.period import Period
from evidence.populations import POPULATIONS
from people.models import RoleGrant, User
from people.roles import Role

AT_ONCE = timedelta(days=1)
"""A leaver's account is disabled by the end of the next day."""
BACKWARDS = timedelta(seconds=5)
"""So far apart may two clocks of one server be read."""
MOST = 1_000


def _leavers(period: Period, user: Any) -> QuerySet[Any]:
    """Accounts of who left in the period, which were open later than the day after."""
    closed = (
        User.history.model.objects.filter(  # type: ignore[attr-defined]  # -- simple-history adds it
            id=OuterRef("pk"), is_active=False, history_date__date__gte=OuterRef("person__left_on")
        )
        .order_by()
        .values("id")
        .annotate(first=Min("history_date"))
        .values("first")
    )
    left = User.objects.visible_to(user).filter(
        person__left_on__gte=period.starts_on,
        person__left_on__lt=min(period.ends_on, timezone.localdate()),
    )
    late = Q(closed_at__date__gt=F("person__left_on") + AT_ONCE)
    still = Q(is_active=True, person__left_on__lt=timezone.localdate() - AT_ONCE)
    return left.annotate(closed_at=Subquery(closed)).filter(late | still).select_related("person")


def _tell_leavers(rows: list[Any]) -> list[Found]:
    return [Found(row.username, None, _say_leaver(row), record_url(row)) for row in rows]


def _say_leaver(row: Any) -> Any:
    told = {"left": row.person.left_on.isoformat()}
    if row.is_active:
        return _("left on %(left)s, and the account is still open") % told
    told["when"] = exact(row.closed_at)
    return _("left on %(left)s, the account was disabled %(when)s") % told


def _unused(period: Period, user: Any) -> QuerySet[Any]:
    """Active accounts that nobody used for 90 days before the period's end (or now)."""
    until = min(period.end, timezone.now())
    used = Coalesce("presence__seen_at", "last_login", "created_at")
    seen = User.objects.visible_to(user).filter(is_active=True, person__isnull=False)
    return seen.annotate(used_at=used).filter(used_at__lt=until - UNUSED_FOR)


def _tell_unused(rows: list[Any]) -> list[Found]:
    said = _("last used %(when)s")
    return [
        Found(row.username, row.used_at, said % {"when": exact(row.used_at)}, record_url(row))
        for row in rows
    ]


def _auditors(period: Period, user: Any) -> QuerySet[Any]:
    """Auditors' grants of the period without an engagement, or that outlived it."""
    grants = RoleGrant.objects.visible_to(user).overlapping(period.start, period.end)
    of = "engagement__auditor"
    outlived = (
        Q(ends_at__gt=F(f"{of}__engagement__expires_at"))
        | Q(ends_at__gt=F(f"{of}__engagement__ended_at") + BACKWARDS)
        | Q(ends_at__gt=F(f"{of}__removed_at") + BACKWARDS)
    )
    found = grants.filter(Q(engagement__isnull=True) | outlived, role=Role.AUDITOR)
    return found.select_related("user", f"{of}__engagement")


def _tell_auditors(rows: list[Any]) -> list[Found]:
    found = [
        Found(row.user.username, row.starts_at, _say_auditor(row), record_url(row)) for row in rows
    ]
    return marked_late(found, RoleGrant, [row.pk for row in rows])


def _say_auditor(grant: Any) -> Any:
    told = {"until": exact(grant.ends_at)}
    link = getattr(grant, "engagement", None)
    if link is None:
        return _("reads until %(until)s, and belongs to no engagement") % told
    engagement = link.auditor.engagement
    told["engagement"] = engagement.reference
    if engagement.state_at(timezone.now()) == EngagementState.ENDED:
        return _("reads until %(until)s, although %(engagement)s has ended") % told
    return _("reads until %(until)s, longer than %(engagement)s allows") % told


def _entries(period: Period, user: Any) -> QuerySet[Any]:
    within = LedgerEntry.objects.visible_to(user).filter(at__gte=period.start, at__lt=period.end)
    return within.defer("envelope", "secret", "hash")


def record_tables() -> list[str]:
    """The tables of what people call records: they have a reference or a version of their own."""
    names = {"reference", "version"}
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if names & {field.name for field in model._meta.concrete_fields}
        and hasattr(model, "history")
    )


def _deleted(period: Period, user: Any) -> QuerySet[Any]:
    """Records that were deleted: the portal never does, so somebody did it in the database."""
    return _entries(period, user).filter(operation=Operation.DELETE, relation__in=record_tables())


def _number(table: str, key: str) -> str:
    """The reference that a deleted record had; it is generated, so the ledger does not hold it."""
    for _name, population in POPULATIONS:
        if population.numbered and population.model._meta.db_table == table:
            return f"{population.numbered}-{int(key):06d}"
    return f"{table} {key}"


def _tell_deleted(rows: list[Any]) -> list[Found]:
    said = _("%(table)s %(key)s was deleted by %(who)s")
    return [
        Found(
            _number(row.relation, row.key),
            row.at,
            said % {"table": row.relation, "key": row.key, "who": row.actor or row.database_role},
            record_url(row),
        )
        for row in rows
    ]


def _unsigned(period: Period, user: Any) -> QuerySet[Any]:
    return _entries(period, user).filter(context__isnull=True)


def _tell_unsigned(rows: list[Any]) -> list[Found]:
    said = _("%(what)s in %(table)s by the database role %(role)s")
    return [
        Found(
            f"#{row.pk}",
            row.at,
            said
            % {
                "what": row.get_operation_display(),
                "table": f"{row.relation} {row.key}",
                "role": row.database_role,
            },
            record_url(row),
        )
        for row in rows
    ]


def _gaps(period: Period, user: Any) -> Iterator[Found]:
    """By the moment of sealing: batches whose oldest entry had waited for more than 15 minutes."""
    late = _entries(period, user).filter(SEALED_LATE)
    batches = late.order_by().values("sealed_at").annotate(
        n=Count("pk"), first=Min("at"), low=Min("index"), high=Max("index")
    )  # fmt: skip
    said = _("%(n)d entries waited for up to %(time)s to be sealed")
    for row in batches.order_by("sealed_at")[:MOST]:
        waited = duration(row["sealed_at"] - row["first"])
        yield Found(
            f"#{row['low']} – #{row['high']}",
            row["first"],
            said % {"n": row["n"], "time": waited},
            list_url(LedgerEntry, at__gte=row["first"]),
        )


def _jumps(period: Period, user: Any) -> QuerySet[Any]:
    """Entries that say they were written after they were sealed: a clock was set back."""
    return _entries(period, user).filter(SEALED_TOO_EARLY)


def _tell_jumps(rows: list[Any]) -> list[Found]:
    said = _("written at %(at)s and sealed at %(sealed)s, by the same server's clock")
    return [
        Found(
            f"#{row.pk}",
            row.at,
            said
            % {"at": exact(row.at, seconds=True), "sealed": exact(row.sealed_at, seconds=True)},
            record_url(row),
        )
        for row in rows
    ]


OWN_REPORTS = (
    report_on(
        "leavers_disabled_late",
        _("Leavers disabled late"),
        _("Accounts of people who left, open for longer than until the end of the next day."),
        rows=_leavers,
        tell=_tell_leavers,
    ),
    report_on(
        "unused_accounts",
        _("Accounts that nobody uses"),
        _("Active accounts of people that nobody has used for 90 days."),
        rows=_unused,
        tell=_tell_unused,
    ),
    report_on(
        "auditors_not_removed",
        _("Auditors without an engagement"),
        _("Auditor's roles that belong to no engagement, or that last longer than theirs."),
        rows=_auditors,
        tell=_tell_auditors,
    ),
    report_on(
        "deleted_records",
        _("Deleted records"),
        _("The portal deletes no records; where one is gone, somebody deleted it in the database."),
        rows=_deleted,
        tell=_tell_deleted,
    ),
    report_on(
        "unsigned_writes",
        _("Writes past the application"),
        _("Changes that name no actor: made in the database itself."),
        rows=_unsigned,
        tell=_tell_unsigned,
    ),
    ExceptionReport(
        "sealing_gaps",
        _("Gaps in sealing"),
        _("Entries of the audit trail that waited for more than 15 minutes to be sealed."),
        _gaps,
    ),
    report_on(
        "clock_jumps",
        _("Clocks that were set back"),
        _("Entries of the audit trail that say they were written after they were sealed."),
        rows=_jumps,
        tell=_tell_jumps,
    ),
)
