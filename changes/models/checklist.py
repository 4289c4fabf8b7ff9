"""What was confirmed after a significant change."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.history import History
from changes.enums import Confirmation
from changes.models.change import Change
from changes.querysets import ChangePartQuerySet
from changes.triggers import StaysOnceClosed


@pgtrigger.register(StaysOnceClosed())
class ChecklistAnswer(models.Model):
    """Whether one requirement of PCI DSS is in place after a significant change (6.5.2), who said
    so and when. The question stands in `changes.checklist`, under the point's code."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="checklist")
    point = models.CharField(_("point"), max_length=30)
    answer = models.CharField(_("answer"), max_length=15, choices=Confirmation)
    note = models.TextField(_("note"), max_length=2_000, blank=True)
    answered_at = models.DateTimeField(_("answered at"), default=timezone.now, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    history = History(read_by=("change",))
    objects = ChangePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmed requirement")
        verbose_name_plural = _("confirmed requirements")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="changes_checklistanswer_once", fields=["change", "point"]
            ),
            models.CheckConstraint(
                name="changes_checklistanswer_explained",
                condition=Q(answer=Confirmation.YES) | ~Q(note=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point}: {self.get_answer_display()}"
