"""What must be done before an approved change may start."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.history import History
from changes.meeting_triggers import StaysAsSet
from changes.models.change import Change
from changes.models.meetings import Meeting
from changes.querysets import ChangePartQuerySet


@pgtrigger.register(StaysAsSet())
class Condition(models.Model):
    """Somebody on the board agrees only if this is done first; the named person says when it is.
    Until then the change does not start."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="conditions")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, related_name="conditions", verbose_name=_("meeting")
    )
    text = models.CharField(_("condition"), max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("who clears it"),
    )
    set_at = models.DateTimeField(_("set at"), default=timezone.now, editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    cleared_at = models.DateTimeField(_("cleared at"), null=True, editable=False)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("cleared by"),
    )
    cleared_note = models.TextField(
        _("how it was cleared"), max_length=2_000, blank=True, default=""
    )

    history = History(read_by=("change",))
    objects = ChangePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ("pk",)
        default_permissions = ()
        indexes = [
            models.Index(
                name="changes_condition_open",
                fields=["change"],
                condition=Q(cleared_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="changes_condition_cleared_pair",
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True, cleared_note="")
                | (Q(cleared_at__isnull=False, cleared_by__isnull=False) & ~Q(cleared_note="")),
            ),
            models.CheckConstraint(
                name="changes_condition_cleared_by_its_owner",
                condition=Q(cleared_by__isnull=True) | Q(cleared_by=F("owner")),
            ),
        ]

    def __str__(self) -> str:
        return self.text
