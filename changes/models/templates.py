"""Standard changes: templates whose approval is the approval of every change that follows them."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.history import History
from changes.querysets import ChangeTemplateQuerySet
from changes.triggers import StaysAsApproved


@pgtrigger.register(StaysAsApproved())
class ChangeTemplate(models.Model):
    """A kind of change that is well known and was approved once, until a day at most a year off."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    description = models.TextField(_("what it permits"), max_length=20_000)
    backout_plan = models.TextField(_("back-out plan"), max_length=20_000)
    test_plan = models.TextField(_("test plan"), max_length=20_000)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    expires_on = models.DateField(_("expires on"), null=True, editable=False)
    failures_allowed = models.PositiveSmallIntegerField(
        _("failures until it is suspended"), default=2
    )
    successes = models.PositiveIntegerField(_("successes"), default=0, editable=False)
    failures = models.PositiveIntegerField(
        _("failures since it was approved"), default=0, editable=False
    )
    is_suspended = models.BooleanField(_("suspended"), default=False, editable=False)
    revision = models.PositiveIntegerField(
        _("version"), default=1, editable=False, help_text=_("Of what it says.")
    )
    described_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("described by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ChangeTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard change")
        verbose_name_plural = _("standard changes")
        ordering = ("name",)
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(
                name="changes_changetemplate_approved_pair",
                condition=Q(
                    approved_at__isnull=True, approved_by__isnull=True, expires_on__isnull=True
                )
                | Q(approved_at__isnull=False, approved_by__isnull=False, expires_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, at: datetime) -> bool:
        """Whether a change may follow it at a moment: approved, not expired, not suspended."""
        if self.approved_at is None or self.expires_on is None or self.is_suspended:
            return False
        return self.approved_at <= at and timezone.localdate(at) < self.expires_on
