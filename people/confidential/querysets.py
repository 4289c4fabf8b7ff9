"""Which confidential records somebody may see: as a participant, or by break-glass while it is
open. No role shows any."""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from core.querysets import ScopedQuerySet
from people.confidential.enums import EntryKind, GlassStatus
from people.roles import Role
from people.scope import scope_of


def records_of(user: Any) -> Any:
    """The keys of the records in which somebody takes part, or did until they ended."""
    model = apps.get_model("people.Participant")
    return model.objects.filter(user=user.pk).values("record") if _acts(user) else _none(model)


def _none(model: Any) -> Any:
    return model.objects.none().values("record")


def _acts(user: Any) -> bool:
    """Whether the account is somebody's at all: not the anonymous one, not a disabled one."""
    return bool(user.pk and user.is_active)


def opened_to(user: Any, at: datetime) -> Any:
    """The keys of the records that are open to somebody by break-glass at a moment."""
    model = apps.get_model("people.GlassAccess")
    rows = model.objects.open(at).filter(asked_by=user.pk)
    may_ask = "people.ask_glassaccess" in scope_of(user).permissions
    return (rows if may_ask else model.objects.none()).values("record")


class ConfidentialRecordQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Those in which one takes part, and those that are open by break-glass."""
        if not _acts(user):
            return self.none()
        opened = opened_to(user, timezone.now())
        return self.filter(Q(pk__in=records_of(user)) | Q(pk__in=opened))


class SealedEntryQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """What participants share, to them and by break-glass; private notes to their author."""
        if not _acts(user):
            return self.none()
        own, opened = records_of(user), opened_to(user, timezone.now())
        private = Q(kind=EntryKind.PRIVATE)
        return self.filter(
            (~private & (Q(record__in=own) | Q(record__in=opened)))
            | (private & Q(author=user.pk, record__in=own))
        )

    def open(self) -> Self:
        """Not ticked yet."""
        return self.filter(closed_at__isnull=True)


class GlassAccessQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Those one asked for, for participants those that were opened, and for whoever may
        approve all those in whose record they have no part."""
        if not _acts(user):
            return self.none()
        own = records_of(user)
        seen = Q(asked_by=user.pk) | Q(record__in=own, opened_at__isnull=False)
        if "people.approve_glassaccess" in scope_of(user).permissions:
            seen |= ~Q(record__in=own)
        return self.filter(seen)

    def open(self, at: datetime) -> Self:
        """Open at a moment; a day after they were opened nobody has to end them."""
        return self.filter(status=GlassStatus.OPEN, opened_at__lte=at, closes_at__gt=at)


class PairQuerySet(ScopedQuerySet[Any]):
    """What a lead and somebody of the team have together: `record`, `lead`, `employee`."""

    def visible_to(self, user: Any) -> Self:
        """Those in which one takes part, and those that are open by break-glass."""
        if not (user.pk and user.is_active):
            return self.none()
        opened = opened_to(user, timezone.now())
        return self.filter(Q(record__in=records_of(user)) | Q(record__in=opened))

    def below(self, user: Any) -> Self:
        """Those of the leads whom somebody leads: that they happen is theirs to see, not what."""
        reach = scope_of(user).reach_of(Role.SERVICE_MANAGER)
        rows = self.exclude(lead=user.pk).exclude(employee=user.pk)
        if reach.everywhere:
            return rows
        if not reach.team_ids:
            return self.none()
        within = _people_within(reach)
        return rows.filter(lead__person__in=within, employee__person__in=within)

    def within_audit_of(self, user: Any) -> Self:
        """Of which an auditor hears that they happened: of the people in the auditor's scope."""
        reach = scope_of(user).reach_of(Role.AUDITOR)
        if reach.everywhere:
            return self.all()
        within = _people_within(reach) if reach.team_ids else []
        return self.filter(employee__person__in=within)


def _people_within(reach: Any) -> Any:
    members = apps.get_model("people.Membership").objects.in_force(timezone.localdate())
    return members.filter(team__in=reach.team_ids).order_by().values("person")
