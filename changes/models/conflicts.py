"""Conflicts as they were found and answered, and what must be looked at again."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Dependency, Service
from audit.history import History
from changes.conflict_querysets import ConflictQuerySet
from changes.conflict_triggers import IsAcceptedFromOutside, NotesAlteration
from changes.enums import CheckSubject, ConflictKind, ConflictStatus, Severity
from changes.models.change import Change
from changes.models.windows import FreezeWindow
from notifications.wakeup import WakeWorkers
from people.models import User

ALONE = (
    ConflictKind.OUTSIDE_MAINTENANCE,
    ConflictKind.FREEZE,
    ConflictKind.NO_SUPPORT,
    ConflictKind.NOTHING_NAMED,
)
"""Conflicts of a change with a rule. The others are between two changes."""
NEVER_ACCEPTED = (ConflictKind.FREEZE, ConflictKind.NOTHING_NAMED)
"""An exception from a freeze has a way of its own, and naming something is no decision."""


def _ids(name: str) -> ArrayField:
    return ArrayField(models.BigIntegerField(), verbose_name=name, default=list, editable=False)


@pgtrigger.register(IsAcceptedFromOutside())
class Conflict(models.Model):
    """Two changes in each other's way, or one against a rule: one row for each pair and kind, seen
    from both sides; the pair's earlier change comes first."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="conflicts")
    other = models.ForeignKey(
        Change, models.PROTECT, null=True, related_name="conflicts_with", verbose_name=_("with")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=ConflictKind, editable=False)
    severity = models.CharField(_("effect"), max_length=10, choices=Severity, editable=False)
    freeze = models.ForeignKey(
        FreezeWindow, models.PROTECT, null=True, related_name="+", verbose_name=_("freeze window")
    )
    services = _ids(_("services"))
    assets = _ids(_("assets"))
    people = _ids(_("people"))
    steps = models.PositiveSmallIntegerField(_("steps between them"), default=0, editable=False)
    starts_at = models.DateTimeField(_("from"), null=True, editable=False)
    ends_at = models.DateTimeField(_("until"), null=True, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ConflictStatus,
        default=ConflictStatus.OPEN,
        editable=False,
    )
    found_at = models.DateTimeField(_("found at"), default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    acceptance = models.TextField(
        _("why it is accepted"), max_length=5_000, blank=True, default="", editable=False
    )
    resolved_at = models.DateTimeField(_("resolved at"), null=True, editable=False)

    history = History(read_by=("change", "other"))
    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        ordering = ("-pk",)
        default_permissions = ()
        indexes = [
            models.Index(
                name="changes_conflict_open",
                fields=["change"],
                condition=Q(status=ConflictStatus.OPEN),
            ),
            models.Index(
                name="changes_conflict_open_other",
                fields=["other"],
                condition=Q(status=ConflictStatus.OPEN, other__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="changes_conflict_once",
                fields=["change", "other", "kind", "freeze"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="changes_conflict_earlier_first", condition=Q(other__gt=F("change"))
            ),
            models.CheckConstraint(
                name="changes_conflict_of_two_or_one",
                condition=Q(kind__in=ALONE, other__isnull=True)
                | (~Q(kind__in=ALONE) & Q(other__isnull=False)),
            ),
            models.CheckConstraint(
                name="changes_conflict_names_its_freeze",
                condition=Q(kind=ConflictKind.FREEZE, freeze__isnull=False)
                | (~Q(kind=ConflictKind.FREEZE) & Q(freeze__isnull=True)),
            ),
            models.CheckConstraint(
                name="changes_conflict_accepted_pair",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True, acceptance="")
                | Q(Q(accepted_at__isnull=False, accepted_by__isnull=False), ~Q(acceptance="")),
            ),
            models.CheckConstraint(
                name="changes_conflict_status_fits",
                condition=Q(
                    status=ConflictStatus.OPEN, accepted_at__isnull=True, resolved_at__isnull=True
                )
                | Q(
                    ~Q(kind__in=NEVER_ACCEPTED),
                    status=ConflictStatus.ACCEPTED,
                    accepted_at__isnull=False,
                    resolved_at__isnull=True,
                )
                | Q(status=ConflictStatus.RESOLVED, resolved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.change_id} {self.other_id or ''}".strip()

    @property
    def span(self) -> tuple[object, object] | None:
        """The time that both sides have in common."""
        return None if self.starts_at is None else (self.starts_at, self.ends_at)


class ConflictCheck(models.Model):
    """Something was altered, by whatever hand: the conflicts of the changes concerned are looked
    for again. Noted by triggers, taken away by the worker that has done it."""

    subject = models.CharField(max_length=12, choices=CheckSubject, editable=False)
    subject_id = models.BigIntegerField(editable=False)
    noted_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("conflict check")
        verbose_name_plural = _("conflict checks")
        default_permissions = ()
        triggers = [WakeWorkers(task="changes.check_conflicts")]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"


_DEPENDS = ("service_id", "asset_id", "needs_id", "starts_on", "ends_on")


class NotedDependency(Dependency):
    """Dependencies with our triggers: what lies below knows nothing of conflicts."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            NotesAlteration(
                CheckSubject.SERVICE, "service_id", watched=_DEPENDS, name="notes_service"
            ),
            NotesAlteration(CheckSubject.ASSET, "asset_id", watched=_DEPENDS, name="notes_asset"),
        ]


class NotedService(Service):
    """Services with our trigger: whom a freeze hits and who supports it."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            NotesAlteration(
                CheckSubject.SERVICE,
                "id",
                watched=("tier", "countries", "support_team_id"),
                is_bare=True,
            )
        ]


class NotedAsset(Asset):
    """Assets with our trigger: whom a freeze hits."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            NotesAlteration(
                CheckSubject.ASSET,
                "id",
                watched=("asset_class", "data_residency"),
                is_bare=True,
            )
        ]


class NotedUser(User):
    """Accounts with our trigger: whose they are."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            NotesAlteration(CheckSubject.PERSON, "id", watched=("person_id",), is_bare=True)
        ]
