"""The pieces of work of a change."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from changes.conflict_triggers import NotesAlteration
from changes.enums import CheckSubject, TaskStatus
from changes.models.change import Change
from changes.querysets import ChangePartQuerySet
from changes.triggers import IsNoApprover


@pgtrigger.register(
    IsNoApprover(),
    NotesAlteration(
        CheckSubject.CHANGE,
        "change_id",
        watched=("assignee_id", "planned_start_at", "planned_end_at", "status"),
    ),
)
class ChangeTask(models.Model):
    """A piece of work of a change, planned and done. Who does it implements the change."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="tasks")
    position = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=200)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="change_tasks",
        verbose_name=_("assignee"),
    )
    planned_start_at = models.DateTimeField(_("planned start"))
    planned_end_at = models.DateTimeField(_("planned end"))
    actual_start_at = models.DateTimeField(_("actual start"), null=True, editable=False)
    actual_end_at = models.DateTimeField(_("actual end"), null=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=TaskStatus, default=TaskStatus.PLANNED, editable=False
    )

    history = History(read_by=("change",))
    objects = ChangePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ("change", "position")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="changes_changetask_position",
                fields=["change", "position"],
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="changes_changetask_planned_window",
                condition=Q(planned_end_at__gt=F("planned_start_at")),
                violation_error_message=_("The planned end must come after the planned start."),
            ),
            models.CheckConstraint(
                name="changes_changetask_actual_window",
                condition=Q(actual_end_at__isnull=True)
                | Q(actual_start_at__isnull=False, actual_end_at__gte=F("actual_start_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title
