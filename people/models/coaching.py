"""Coaching sessions. That somebody is coached stands here; what is said and agreed on stands sealed
in the session's confidential record."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from people.coaching.querysets import CoachingQuerySet
from people.coaching.triggers import GoesForward
from people.confidential.enums import CoachingStatus
from people.models.confidential import ConfidentialRecord


class CoachingSession(models.Model):
    """A lead coaches somebody of the team: planned for a day, held, acknowledged by the employee,
    and followed up."""

    record = models.OneToOneField(
        ConfidentialRecord, models.PROTECT, related_name="coaching", verbose_name=_("record")
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("coach")
    )
    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=CoachingStatus,
        default=CoachingStatus.PLANNED,
        editable=False,
    )
    planned_on = models.DateField(_("planned for"))
    follow_up_on = models.DateField(pgettext_lazy("coaching", "follow-up on"))
    held_at = models.DateTimeField(_("held at"), null=True, editable=False)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, editable=False)
    closed_at = models.DateTimeField(
        pgettext_lazy("coaching", "over at"), null=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(restricted=True)
    objects = CoachingQuerySet.as_manager()

    class Meta:
        verbose_name = _("coaching session")
        verbose_name_plural = _("coaching sessions")
        ordering = ("-pk",)
        default_permissions = ()
        triggers = [GoesForward()]
        indexes = [
            models.Index(
                name="people_coaching_planned",
                fields=["planned_on"],
                condition=Q(status=CoachingStatus.PLANNED),
            ),
            models.Index(
                name="people_coaching_follow_up",
                fields=["follow_up_on"],
                condition=Q(status=CoachingStatus.HELD),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="people_coachingsession_two_people", condition=~Q(lead=F("employee"))
            ),
            models.CheckConstraint(
                name="people_coachingsession_days", condition=Q(follow_up_on__gte=F("planned_on"))
            ),
            models.CheckConstraint(
                name="people_coachingsession_times",
                condition=Q(
                    status=CoachingStatus.PLANNED,
                    held_at__isnull=True,
                    acknowledged_at__isnull=True,
                    closed_at__isnull=True,
                )
                | Q(status=CoachingStatus.HELD, held_at__isnull=False, closed_at__isnull=True)
                | Q(status=CoachingStatus.CLOSED, held_at__isnull=False, closed_at__isnull=False)
                | Q(status=CoachingStatus.CANCELLED, held_at__isnull=True, closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.record)
