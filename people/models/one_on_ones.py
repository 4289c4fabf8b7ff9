"""1:1s: the series of a lead and somebody of the team, and each conversation in it. That they meet
stands here; what they say stands sealed in the series' confidential record."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from people.confidential.enums import MeetingStatus, Rhythm
from people.confidential.triggers import StaysAsHeld
from people.models.confidential import ConfidentialRecord
from people.one_on_ones.querysets import OneOnOneQuerySet, OneOnOneSeriesQuerySet


class OneOnOneSeries(models.Model):
    """The 1:1s of one lead with one person, in a rhythm. With another lead another one begins."""

    record = models.OneToOneField(
        ConfidentialRecord, models.PROTECT, related_name="series", verbose_name=_("record")
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("lead")
    )
    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    every_days = models.PositiveSmallIntegerField(
        _("rhythm"), choices=Rhythm, default=Rhythm.FORTNIGHTLY
    )
    started_at = models.DateTimeField(_("started at"), editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("ended by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(restricted=True)
    objects = OneOnOneSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series of 1:1s")
        verbose_name_plural = _("series of 1:1s")
        ordering = ("-pk",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="people_oneononeseries_one_of_a_pair",
                fields=["lead", "employee"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="people_oneononeseries_two_people", condition=~Q(lead=F("employee"))
            ),
            models.CheckConstraint(
                name="people_oneononeseries_ended_pair",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.record)


class OneOnOne(models.Model):
    """One conversation of a series: planned for a day, held, closed. One is ahead at a time."""

    series = models.ForeignKey(OneOnOneSeries, models.PROTECT, related_name="meetings")
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=MeetingStatus,
        default=MeetingStatus.PLANNED,
        editable=False,
    )
    planned_on = models.DateField(_("planned for"))
    began_at = models.DateTimeField(_("begun at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(restricted=True)
    objects = OneOnOneQuerySet.as_manager()

    class Meta:
        verbose_name = _("1:1")
        verbose_name_plural = _("1:1s")
        ordering = ("series", "-planned_on", "-pk")
        default_permissions = ()
        triggers = [StaysAsHeld()]
        indexes = [
            models.Index(
                name="people_oneonone_ahead",
                fields=["planned_on"],
                condition=Q(status=MeetingStatus.PLANNED),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="people_oneonone_one_ahead",
                fields=["series"],
                condition=Q(status__in=[MeetingStatus.PLANNED, MeetingStatus.RUNNING]),
            ),
            models.CheckConstraint(
                name="people_oneonone_held_has_times",
                condition=Q(
                    status__in=[MeetingStatus.PLANNED, MeetingStatus.SKIPPED],
                    began_at__isnull=True,
                    closed_at__isnull=True,
                )
                | Q(
                    status=MeetingStatus.RUNNING,
                    began_at__isnull=False,
                    closed_at__isnull=True,
                )
                | Q(
                    status=MeetingStatus.CLOSED,
                    began_at__isnull=False,
                    closed_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} · {self.planned_on}"
