"""Freezes: when nothing may be altered, and what they are about."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from assets.enums import AssetClass, ServiceTier
from assets.models import Service
from audit.history import History
from changes.conflict_triggers import NotesAlteration
from changes.enums import CheckSubject, FreezeMode, FreezeSource
from changes.window_querysets import FreezeOccurrenceQuerySet, FreezeWindowQuerySet
from core.references import reference_field
from people.calendars import Roll
from people.enums import Country


def _narrowing(name: str, choices: type[models.TextChoices], length: int) -> ArrayField:
    """What a freeze is narrowed to; nothing chosen is everything."""
    one = models.CharField(max_length=length, choices=choices)
    return ArrayField(
        one, verbose_name=name, default=list, blank=True, help_text=_("None chosen: all.")
    )


class RecurringWindow(models.Model):
    """A time with a name and a reason, once between two moments, or again and again by a rule."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    reason = models.TextField(_("reason"), max_length=5_000)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    rule = models.CharField(
        _("rule"),
        max_length=200,
        blank=True,
        help_text=_("As in calendars: FREQ=MONTHLY;BYMONTHDAY=15,-1 is payday."),
    )
    begins_on = models.DateField(_("first day"), null=True, blank=True)
    begins_clock = models.TimeField(_("from this time of day"), null=True, blank=True)
    lasts = models.DurationField(
        _("duration"), null=True, blank=True, help_text=_("Hours, minutes and seconds: 18:00:00.")
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="America/Mexico_City")
    roll = models.CharField(
        _("on a day off"), max_length=10, choices=Roll, default=Roll.NONE, blank=True
    )
    calendar = models.CharField(
        _("business days of"), max_length=2, choices=Country, blank=True, default=""
    )
    is_active = models.BooleanField(
        _("in force"),
        default=True,
        help_text=_("Otherwise a draft: its page shows what it would hit."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
        ordering = ("name",)
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(
                name="changes_%(class)s_dated_or_recurring",
                condition=Q(
                    rule="",
                    starts_at__isnull=False,
                    ends_at__isnull=False,
                    begins_on__isnull=True,
                    begins_clock__isnull=True,
                    lasts__isnull=True,
                )
                | Q(
                    ~Q(rule=""),
                    starts_at__isnull=True,
                    ends_at__isnull=True,
                    begins_on__isnull=False,
                    begins_clock__isnull=False,
                    lasts__isnull=False,
                ),
                violation_error_message=_(
                    "Give two moments, or a rule with its first day, time of day and duration."
                ),
            ),
            models.CheckConstraint(
                name="changes_%(class)s_ends_after_start",
                condition=Q(starts_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("It ends before it starts."),
            ),
            models.CheckConstraint(
                name="changes_%(class)s_rolls_by_a_calendar",
                condition=Q(roll=Roll.NONE) | ~Q(calendar=""),
                violation_error_message=_("Say of which country the business days are."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Occurrence(models.Model):
    """One time that a window is, as its rule was expanded; the end is no longer part of it."""

    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        abstract = True
        ordering = ("starts_at", "pk")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="changes_%(class)s_once", fields=["window", "starts_at"]),
            models.CheckConstraint(
                name="changes_%(class)s_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window} {self.starts_at:%Y-%m-%d}"  # type: ignore[attr-defined]  # -- of the subclass


class FreezeWindow(RecurringWindow):
    """Changes inside it are blocked, asked for more approval, or warned. Global unless narrowed."""

    reference = reference_field("FRZ")
    mode = models.CharField(_("effect"), max_length=15, choices=FreezeMode)
    source = models.CharField(_("source"), max_length=10, choices=FreezeSource)
    countries = _narrowing(_("countries"), Country, 2)
    tiers = _narrowing(_("service tiers"), ServiceTier, 10)
    asset_classes = _narrowing(_("asset classes"), AssetClass, 20)
    services = models.ManyToManyField(
        Service,
        through="FrozenService",
        blank=True,
        verbose_name=_("services"),
        help_text=_("None chosen: all."),
    )

    history = History()
    objects = FreezeWindowQuerySet.as_manager()

    class Meta(RecurringWindow.Meta):
        verbose_name = _("freeze window")
        verbose_name_plural = _("freeze windows")
        triggers = [NotesAlteration(CheckSubject.FREEZE, "id", watched=("version",))]


class FrozenService(models.Model):
    """A service that a freeze is narrowed to."""

    window = models.ForeignKey(FreezeWindow, models.PROTECT, related_name="frozen_services")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")

    history = History(read_by=("window",))

    class Meta:
        verbose_name = _("frozen service")
        verbose_name_plural = _("frozen services")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="changes_frozenservice_once", fields=["window", "service"])
        ]

    def __str__(self) -> str:
        return str(self.service)


class FreezeOccurrence(Occurrence):
    """One time that a freeze is."""

    window = models.ForeignKey(FreezeWindow, models.PROTECT, related_name="occurrences")

    objects = FreezeOccurrenceQuerySet.as_manager()

    class Meta(Occurrence.Meta):
        verbose_name = _("occurrence of a freeze")
        verbose_name_plural = _("occurrences of freezes")
        indexes = [
            GistIndex(
                Func(F("starts_at"), F("ends_at"), function="tstzrange"),
                name="changes_freezeoccurrence_span",
            )
        ]
