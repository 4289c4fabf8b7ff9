"""The addresses by which calendar programs read what a person may see."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.teams import Team
from people.querysets import CalendarKeyQuerySet


class CalendarKey(models.Model):
    """The secret in the address of one subscribed calendar: a person's own, or a team's as that
    person may see it. Only its SHA-256 is kept; it reads, and nothing else."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="calendar_keys",
        verbose_name=_("account"),
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    hint = models.CharField(_("begins with"), max_length=20, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    # What was last sent, so that a program that asks again is told that nothing is new.
    sent_digest = models.CharField(max_length=64, default="", editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)

    objects = CalendarKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ("-created_at",)
        default_permissions = ()
        constraints = [
            # One live address for each calendar of a person: a new one replaces it.
            models.UniqueConstraint(
                name="people_calendarkey_one_live",
                fields=["user", "team"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return str(self.team or _("My calendar"))
