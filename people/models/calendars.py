"""Working calendars as they are stored; what they mean is in `people.calendars`."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.history import History
from people.calendar_fields import MomentsField
from people.calendar_querysets import OfCalendarQuerySet, WorkCalendarQuerySet
from people.calendar_triggers import ClosesAhead, StaysAdopted, StaysOnceBegun
from people.enums import Country
from people.models.teams import Subsidiary


class WorkCalendar(models.Model):
    """When the people of a company, a desk or a contract work. A draft until it is adopted; from
    then on what is past stays as it was."""

    slug = models.SlugField(
        _("short name"), max_length=60, unique=True, help_text=_("As used in the API.")
    )
    name = models.CharField(_("name"), max_length=120)
    subsidiary = models.ForeignKey(
        Subsidiary,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="work_calendars",
        verbose_name=_("subsidiary"),
        help_text=_("Empty: of no company in particular."),
    )
    adopted_at = models.DateTimeField(_("in use since"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = WorkCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ("slug",)
        default_permissions = ("add", "change", "view")
        triggers = [StaysAdopted()]

    def __str__(self) -> str:
        return self.name


class WorkWeek(models.Model):
    """The week of a calendar from a day on, until another one begins."""

    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, related_name="weeks")
    starts_on = models.DateField(_("starts on"))
    time_zone = models.CharField(_("time zone"), max_length=60)
    country = models.CharField(
        _("statutory holidays of"),
        max_length=2,
        choices=Country,
        blank=True,
        help_text=_("Empty: it is open on holidays too."),
    )
    # [weekday, opens, closes]: Monday is 0, minutes since its midnight, up to the day after.
    periods = models.JSONField(_("work periods"))

    history = History(read_by=("calendar",))
    objects = OfCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("working week")
        verbose_name_plural = _("working weeks")
        ordering = ("calendar", "starts_on")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="people_workweek_one_a_day",
                fields=["calendar", "starts_on"],
                violation_error_message=_("Another week begins on this day."),
            )
        ]
        triggers = [StaysOnceBegun()]

    def __str__(self) -> str:
        return f"{self.calendar} · {self.starts_on}"


class ClosingDay(models.Model):
    """A day on which nobody works though no law of the country says so, and who says so."""

    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, related_name="closing_days")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(
        _("source"), max_length=200, help_text=_("Who says so, and where it can be read.")
    )

    history = History(read_by=("calendar",))
    objects = OfCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing day")
        verbose_name_plural = _("closing days")
        ordering = ("calendar", "day")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="people_closingday_once",
                fields=["calendar", "day"],
                violation_error_message=_("It is closed on this day already."),
            ),
            models.CheckConstraint(
                name="people_closingday_source",
                condition=~models.Q(source="") & ~models.Q(name=""),
                violation_error_message=_("Say what day it is and who says so."),
            ),
        ]
        triggers = [ClosesAhead()]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class OpenTime(models.Model):
    """The open time of one year of a calendar, worked out for the database, which counts with it:
    `people/working_time_sql.py`. Follows from the weeks and the closing days."""

    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, related_name="open_time")
    year = models.PositiveSmallIntegerField()
    open = MomentsField()
    covers = DateTimeRangeField()

    objects = OfCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("open time")
        verbose_name_plural = _("open time")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="people_opentime_one", fields=["calendar", "year"])
        ]

    def __str__(self) -> str:
        return f"{self.calendar} · {self.year}"
