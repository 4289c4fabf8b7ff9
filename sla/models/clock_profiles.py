"""The times that the 1-5-10 mandate gives, as administrators keep them for parts of the estate."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.history import History
from people.enums import Country
from sla.enums import MarkKind
from sla.querysets import ClockProfileQuerySet
from sla.triggers import StaysOnceInForce

LONGEST = timedelta(days=1)


def _mark(label: Any, default: MarkKind) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=15, choices=MarkKind, default=default)


class ClockProfile(models.Model):
    """From which mark to which the mandate's clocks run, and within what time, for incidents that
    were opened since a moment: of a service, a country, a priority, or of any."""

    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clock_profiles",
        verbose_name=_("service"),
        help_text=_("Empty: every service."),
    )
    country = models.CharField(
        _("country of the team"),
        max_length=2,
        choices=Country,
        blank=True,
        help_text=_("Empty: every country."),
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        null=True,
        blank=True,
        choices=[(n, f"P{n}") for n in range(1, 6)],
        help_text=_("Empty: every priority."),
    )
    starts_at = models.DateTimeField(
        _("in force since"),
        help_text=_("Incidents opened from then on; until the next profile of the same scope."),
    )
    detect_from = _mark(_("detect: from"), MarkKind.STARTED)
    detect_to = _mark(_("detect: to"), MarkKind.DETECTED)
    detect_within = models.DurationField(_("detect: within"), default=timedelta(minutes=1))
    investigate_from = _mark(_("investigate: from"), MarkKind.DETECTED)
    investigate_to = _mark(_("investigate: to"), MarkKind.INVESTIGATED)
    investigate_within = models.DurationField(
        _("investigate: within"), default=timedelta(minutes=5)
    )
    remediate_from = _mark(_("remediate: from"), MarkKind.DETECTED)
    remediate_to = _mark(_("remediate: to"), MarkKind.MITIGATED)
    remediate_within = models.DurationField(_("remediate: within"), default=timedelta(minutes=10))
    reason = models.CharField(_("reason"), max_length=300, help_text=_("Why these times."))
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ClockProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock profile")
        verbose_name_plural = _("clock profiles")
        ordering = ("-starts_at", "-pk")
        default_permissions = ("view", "add", "change")
        triggers = [StaysOnceInForce()]
        indexes = [models.Index(name="sla_clockprofile_starts", fields=["-starts_at", "-id"])]
        constraints = [
            models.UniqueConstraint(
                name="sla_clockprofile_once",
                fields=["service", "country", "priority", "starts_at"],
                nulls_distinct=False,
                violation_error_message=_("There is one for this scope and moment already."),
            ),
            *(
                models.CheckConstraint(
                    name=f"sla_clockprofile_{metric}",
                    condition=~Q(**{f"{metric}_from": F(f"{metric}_to")})
                    & Q(**{f"{metric}_within__gt": timedelta()})
                    & Q(**{f"{metric}_within__lte": LONGEST}),
                    violation_error_message=_(
                        "A clock runs from one mark to another, and within a day at most."
                    ),
                )
                for metric in ("detect", "investigate", "remediate")
            ),
        ]

    def __str__(self) -> str:
        scope = [self.service and self.service.name, self.country, self._priority()]
        return " · ".join(str(part) for part in scope if part) or str(_("Every incident"))

    def _priority(self) -> str:
        return f"P{self.priority}" if self.priority else ""
