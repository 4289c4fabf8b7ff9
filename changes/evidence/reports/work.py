"""Work that an auditor would not accept: untested, outside its window, undeployed, unreviewed, or
edited when it was over."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from assets.enums import Environment
from changes.enums import ChangeType, FindingKind, Outcome, Status
from changes.evidence.reports.rows import finished_in, tell_changes, told_briefly
from changes.models import Change, ChangeAttachment, Deployment, Finding
from core.dashboard import record_url
from core.showing import exact
from evidence.exception_reports import Found, marked_late, report_on
from evidence.period import Period

GRACE = timedelta(minutes=15)
"""Clocks and people are not exact: a window that is left by so little was kept."""
SETTLING = timedelta(minutes=1)
"""What closes a change writes its last rows within this time."""


def _untested(period: Period, user: Any) -> QuerySet[Any]:
    """No result of a test, or files that came only when the work was over."""
    files = ChangeAttachment.objects.filter(change=OuterRef("pk")).order_by().values("change")
    first = files.annotate(first=Min("created_at")).values("first")
    rows = finished_in(period, user).annotate(first_file_at=Subquery(first))
    return rows.filter(Q(test_result="") | Q(first_file_at__gt=F("actual_end_at")))


def _say_untested(change: Any) -> Any:
    if not change.test_result:
        return _("no result of a test")
    return _("its first file was given %(when)s, after the work") % {
        "when": exact(change.first_file_at)
    }


def _outside(period: Period, user: Any) -> QuerySet[Any]:
    late = Q(actual_end_at__gt=F("planned_end_at") + GRACE)
    early = Q(actual_start_at__lt=F("planned_start_at") - GRACE)
    unplanned = Q(planned_start_at__isnull=True)
    return finished_in(period, user).filter(late | early | unplanned)


def _say_outside(change: Any) -> Any:
    if change.planned_start_at is None:
        return _("nobody had planned when")
    if change.actual_start_at < change.planned_start_at - GRACE:
        return _("began before its window, which opened %(when)s") % {
            "when": exact(change.planned_start_at)
        }
    return _("ended after its window, which closed %(when)s") % {
        "when": exact(change.planned_end_at)
    }


def _unreviewed(period: Period, user: Any) -> QuerySet[Any]:
    """Closed in the period; of emergencies and of what went wrong, somebody must say what was
    learned."""
    wrong = Q(type=ChangeType.EMERGENCY) | Q(
        outcome__in=[Outcome.FAILED, Outcome.BACKED_OUT, Outcome.WITH_ISSUES]
    )
    closed = Change.objects.visible_to(user).filter(
        wrong,
        status=Status.CLOSED,
        review="",
        ended_at__gte=period.start,
        ended_at__lt=period.end,
    )
    return told_briefly(closed)


def _without_change(period: Period, user: Any) -> QuerySet[Any]:
    """Production was altered, and no change is known that did."""
    return Deployment.objects.visible_to(user).filter(
        environment=Environment.PRODUCTION,
        change__isnull=True,
        deployed_at__gte=period.start,
        deployed_at__lt=period.end,
    )


def _tell_without_change(rows: list[Any]) -> list[Found]:
    said = _("%(what)s by %(who)s")
    found = [
        Found(
            row.reference,
            row.deployed_at,
            said % {"what": f"{row.repository}@{row.commit[:12]}", "who": row.deployed_by},
            record_url(row),
        )
        for row in rows
    ]
    return marked_late(found, Deployment, [row.pk for row in rows])


def _undeployed(period: Period, user: Any) -> QuerySet[Any]:
    missing = Finding.objects.filter(change=OuterRef("pk"), kind=FindingKind.NOT_DEPLOYED)
    return finished_in(period, user).filter(Exists(missing))


def _edited(period: Period, user: Any) -> QuerySet[Any]:
    """Closed changes whose own fields were altered in the period, after they were closed."""
    history = Change.history.model.objects  # type: ignore[attr-defined]  # -- simple-history adds it
    later = (
        history.filter(
            id=OuterRef("pk"),
            history_type="~",
            history_date__gte=period.start,
            history_date__lt=period.end,
            history_date__gt=OuterRef("ended_at") + SETTLING,
        )
        .order_by()
        .values("id")
    )
    ended = Change.objects.visible_to(user).filter(ended_at__lt=period.end, version__gt=1)
    return told_briefly(ended).filter(Exists(later)).annotate(
        edited_at=Subquery(later.annotate(last=Max("history_date")).values("last"))
    )  # fmt: skip


WORK_REPORTS = (
    report_on(
        "untested_changes",
        _("Test evidence missing or dated later"),
        _("Implemented changes without a result of a test, or whose files came after the work."),
        rows=_untested,
        tell=tell_changes("actual_end_at", _say_untested),
    ),
    report_on(
        "outside_window",
        _("Implemented outside the approved window"),
        _("The work began before or ended after what was approved, by more than 15 minutes."),
        rows=_outside,
        tell=tell_changes("actual_start_at", _say_outside),
    ),
    report_on(
        "deployed_without_change",
        _("Deployed without a change"),
        _("Reported deployments to production to which no change belongs."),
        rows=_without_change,
        tell=_tell_without_change,
    ),
    report_on(
        "changed_without_deployment",
        _("Implemented, and nothing was deployed"),
        _("Changes of services whose deployments are reported, without any deployment."),
        rows=_undeployed,
        tell=tell_changes("actual_end_at", lambda change: _("no deployment was reported")),
    ),
    report_on(
        "unreviewed_changes",
        _("Closed without a review"),
        _("Emergencies and changes that went wrong, closed without a word on what was learned."),
        rows=_unreviewed,
        tell=tell_changes("ended_at", lambda change: _("closed without a review")),
    ),
    report_on(
        "changes_edited_after_closure",
        _("Changes edited after they were closed"),
        _("Closed and cancelled changes whose fields were altered afterwards."),
        rows=_edited,
        tell=tell_changes(
            "edited_at",
            lambda change: (
                _("closed %(when)s, and edited afterwards") % {"when": exact(change.ended_at)}
            ),
        ),
    ),
)
