"""Which changes somebody may see, and the adjectives for them and for what hangs on them."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from changes.enums import (
    AT_WORK,
    BEFORE_WORK,
    ENDED,
    IN_PLAY,
    Status,
    StepKind,
    StepStatus,
)
from changes.freeze_triggers import HIT_BY
from core.querysets import ScopedQuerySet
from core.search import search_query
from people.roles import Role
from people.scope import scope_of

BY_COUNTRY = (Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR)
BY_SERVICE = (
    Role.AGENT,
    Role.REQUESTER,
    Role.IMPLEMENTER,
    Role.PEER,
    Role.SERVICE_OWNER,
)
BY_VENDOR = (Role.VENDOR_MANAGER, Role.FINANCE)
ON_BOARDS = (Role.CAB_MEMBER, Role.CAB_CHAIR)
LETTING_IN = (*ON_BOARDS, Role.SENIOR_APPROVER)


class ChangeQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """By country, by own services, by boards, by vendors looked after; those in which one
        plays a part, those one is asked about, and those shared with the person."""
        scope = scope_of(user)
        if "changes.view_change" not in scope.permissions:
            return self.none()
        reach = scope.reach_of(*BY_COUNTRY)
        if reach.everywhere:
            return self.all()
        seen = _parts_of(user) | Q(pk__in=_shared_with(user)) | Q(pk__in=_asked_of(user))
        if reach.team_ids:
            seen |= Q(team__in=sorted(reach.team_ids))
        if scope.has(*BY_SERVICE) and scope.own_team_ids:
            seen |= Q(pk__in=_on_services_of(scope.own_team_ids))
        if scope.has(*ON_BOARDS):
            seen |= Q(pk__in=_on_boards_of(user))
        if scope.has(Role.SENIOR_APPROVER):
            seen |= Q(pk__in=_with_senior_step())
        if scope.has(*BY_VENDOR):
            seen |= Q(pk__in=_of_vendors_of(user))
        if scope.has(*LETTING_IN):
            seen |= _asking_to_enter_a_freeze(scope.reach_of(*LETTING_IN))
        return self.filter(seen)

    def open(self) -> Self:
        """Neither closed nor cancelled."""
        return self.exclude(status__in=ENDED)

    def playing_a_part(self, user: Any) -> Self:
        """Those that a person asked for, made, does or tests."""
        return self.filter(_parts_of(user))

    def involving(self, person: int) -> Self:
        """Those that a person asked for, made or does, by whichever account: they decide nothing
        about it."""
        tasks = apps.get_model("changes.ChangeTask").objects.filter(assignee__person=person)
        parts = Q(requester__person=person) | Q(builder__person=person)
        return self.filter(parts | Q(implementer__person=person) | Q(pk__in=tasks.values("change")))

    def awaiting_vote_of(self, user: Any, at: datetime) -> Self:
        """Open steps ask this person, or somebody for whom they stand in, and got no answer."""
        steps = apps.get_model("changes.ApprovalStep").objects.awaiting(user, at)
        return self.filter(pk__in=steps.values("round__content__change"))

    def planned_between(self, start: datetime, end: datetime) -> Self:
        """Some part of the planned window lies between two moments."""
        window = Func(
            F("planned_start_at"),
            F("planned_end_at"),
            function="tstzrange",
            output_field=DateTimeRangeField(),
        )
        planned = self.filter(planned_start_at__isnull=False).alias(planned_for=window)
        return planned.filter(planned_for__overlap=(start, end))

    def past_their_window(self, at: datetime) -> Self:
        """Nothing was started, and the planned window is over."""
        waiting = (Status.AWAITING_APPROVAL, Status.APPROVED, Status.SCHEDULED)
        return self.filter(status__in=waiting, planned_end_at__lte=at)

    def altering(self, service_id: int, at: datetime, within: timedelta) -> Self:
        """At work on a service at a moment, or done with it so shortly before."""
        ended = Q(actual_end_at__gte=at - within, actual_end_at__lte=at)
        working = Q(actual_start_at__lte=at) & (
            Q(actual_end_at__gt=at) | Q(actual_end_at__isnull=True, status__in=AT_WORK)
        )
        touched = apps.get_model("changes.AffectedService").objects.filter(service=service_id)
        return self.filter(ended | working, pk__in=touched.values("change"))

    def hit_by(self, window: Any, at: datetime) -> Self:
        """Planned inside some occurrence of a freeze, about what it is about, and not begun."""
        ahead = self.filter(status__in=BEFORE_WORK, planned_end_at__gt=at)
        return ahead.filter(pk__in=ids_of(HIT_BY, window.pk))

    def planned_within(self, start: datetime, end: datetime) -> Self:
        """In play, with a planned window that has some part between two moments."""
        span = Func(
            F("planned_start_at"),
            F("planned_end_at"),
            function="tstzrange",
            output_field=DateTimeRangeField(),
        )
        found = self.filter(status__in=IN_PLAY, planned_start_at__isnull=False)
        return found.alias(span=span).filter(span__overlap=DateTimeTZRange(start, end))

    def in_conflict(self) -> Self:
        """With some conflict that nobody has answered."""
        rows = apps.get_model("changes.Conflict").objects.open()
        others = rows.filter(other__isnull=False).values("other")
        return self.filter(Q(pk__in=rows.values("change")) | Q(pk__in=others))

    def outside_of(self, window: Any, at: datetime) -> Self:
        """Not begun, about a service of a maintenance window, and not planned inside one time
        of it."""
        inside = window.occurrences.filter(
            starts_at__lte=OuterRef("planned_start_at"), ends_at__gte=OuterRef("planned_end_at")
        )
        touched = apps.get_model("changes.AffectedService").objects
        services = touched.filter(service__in=window.maintained_services.values("service"))
        ahead = self.filter(status__in=BEFORE_WORK, planned_end_at__gt=at)
        return ahead.filter(pk__in=services.values("change")).exclude(Exists(inside))

    def matching(self, words: str) -> Self:
        """Full-text search in both languages, accents or not; a reference finds itself."""
        return self.filter(Q(search=search_query(words)) | Q(reference=words.strip().upper()))


class ChangePartQuerySet(ScopedQuerySet):
    """Comments, files, versions and the like: seen by whoever sees their change."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(change__in=apps.get_model("changes.Change").objects.visible_to(user))


class ApprovalStepQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        changes = apps.get_model("changes.Change").objects.visible_to(user)
        return self.filter(round__content__change__in=changes)

    def awaiting(self, user: Any, at: datetime) -> Self:
        """Open steps in which the seat of this person, or of who named them, is silent."""
        if getattr(user, "person_id", None) is None:
            return self.none()
        absent = apps.get_model("changes.Absence").objects.in_force(at).filter(substitute=user.pk)
        seats = apps.get_model("changes.Elector").objects.filter(step=OuterRef("pk"))
        mine = seats.filter(Q(person=user.person_id) | Q(user__in=absent.values("user")))
        said = apps.get_model("changes.Vote").objects.filter(step=OuterRef(OuterRef("pk")))
        silent = mine.exclude(Exists(said.filter(person=OuterRef("person"))))
        spoke = apps.get_model("changes.Vote").objects.filter(
            step=OuterRef("pk"), cast_by_person=user.person_id
        )
        return self.filter(Exists(silent), status=StepStatus.OPEN).exclude(Exists(spoke))


class ApprovalPolicyQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """How approval works is no secret to those who see changes or configure the portal."""
        return self.all() if reads(user, "view_approvalpolicy") else self.none()

    def for_change(self, change: Any) -> Self:
        """The active policies of its type: that of its risk first, then the one for any risk."""
        fitting = self.filter(type=change.type, risk__in=["", change.risk], is_active=True)
        return fitting.order_by("-risk")


class BoardQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.all() if reads(user, "view_board") else self.none()


class AbsenceQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own, those one stands in for, and all to who reads everything about changes."""
        scope = scope_of(user)
        if scope.has(Role.AUDITOR):
            return self.all()
        if "changes.view_absence" not in scope.permissions:
            return self.none()
        return self.filter(Q(user=user.pk) | Q(substitute=user.pk))

    def in_force(self, at: datetime) -> Self:
        return self.filter(starts_at__lte=at, ends_at__gt=at)


class ChangeTemplateQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.all() if reads(user, "view_changetemplate") else self.none()


class ControlExceptionQuerySet(ChangePartQuerySet):
    def visible_to(self, user: Any) -> Self:
        """For those who audit or answer for the controls, of the changes that they see."""
        if not reads(user, "view_controlexception"):
            return self.none()
        return super().visible_to(user)


def ids_of(statement: str, *values: Any) -> RawSQL:
    """What a statement of the triggers selects, as a subquery."""
    return RawSQL(statement, values)  # noqa: S611 -- our own constants, values as parameters


def reads(user: Any, permission: str) -> bool:
    """Whether any role of the person includes this permission of the app."""
    return f"changes.{permission}" in scope_of(user).permissions


def _parts_of(user: Any) -> Q:
    tasks = apps.get_model("changes.ChangeTask").objects
    return (
        Q(requester=user.pk)
        | Q(builder=user.pk)
        | Q(implementer=user.pk)
        | Q(tester=user.pk)
        | Q(pk__in=tasks.filter(assignee=user.pk).values("change"))
    )


def _shared_with(user: Any) -> Any:
    shares = apps.get_model("changes.ChangeShare").objects
    return shares.filter(user=user.pk, until__gt=timezone.now()).values("content_object")


def _asked_of(user: Any) -> Any:
    """Whoever was once asked may look at what they answered."""
    if user.person_id is None:
        return []
    electors = apps.get_model("changes.Elector").objects
    absent = apps.get_model("changes.Absence").objects.in_force(timezone.now())
    asked = Q(person=user.person_id) | Q(user__in=absent.filter(substitute=user.pk).values("user"))
    return electors.filter(asked).values("step__round__content__change")


def _on_services_of(team_ids: frozenset[int]) -> Any:
    touched = apps.get_model("changes.AffectedService").objects
    owned = Q(service__owner_team__in=team_ids) | Q(service__support_team__in=team_ids)
    return touched.filter(owned).values("change")


def _on_boards_of(user: Any) -> Any:
    today = timezone.localdate()
    seats = apps.get_model("changes.BoardSeat").objects.filter(user=user.pk, starts_on__lte=today)
    boards = seats.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today)).values("board")
    steps = apps.get_model("changes.ApprovalStep").objects
    return steps.filter(board__in=boards).values("round__content__change")


def _with_senior_step() -> Any:
    steps = apps.get_model("changes.ApprovalStep").objects
    return steps.filter(kind=StepKind.SENIOR).values("round__content__change")


def _asking_to_enter_a_freeze(reach: Any) -> Q:
    """Whoever may agree to an exception must be able to read what it is for."""
    asking = Q(pk__in=apps.get_model("changes.FreezeException").objects.values("change"))
    return asking if reach.everywhere else asking & Q(team__in=sorted(reach.team_ids))


def _of_vendors_of(user: Any) -> Any:
    vendors = apps.get_model("vendors.Vendor").objects.looked_after_by(user).values("pk")
    altered = apps.get_model("changes.ChangedAsset").objects
    return altered.filter(asset__vendor__in=vendors).values("change")
