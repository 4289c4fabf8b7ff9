"""What went another way than the controls of change want: recorded, and never taken back."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.history import History
from audit.triggers import AppendOnly
from changes.enums import ControlKind
from changes.models.approvals import ApprovalRound, SegregationException
from changes.models.change import Change
from changes.models.freeze_exceptions import FreezeException
from changes.models.templates import ChangeTemplate
from changes.querysets import ControlExceptionQuerySet


@pgtrigger.register(AppendOnly())
class ControlException(models.Model):
    """An emergency without its approval in time, somebody approving their own change, a freeze
    exception that nobody reviewed, a standard change that failed too often. What became of it since
    is read from what it is about."""

    kind = models.CharField(_("kind"), max_length=20, choices=ControlKind)
    recorded_at = models.DateTimeField(_("when"), default=timezone.now)
    change = models.ForeignKey(
        Change, models.PROTECT, related_name="control_exceptions", verbose_name=_("change")
    )
    cause = models.TextField(_("cause"), max_length=5_000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    round = models.ForeignKey(ApprovalRound, models.PROTECT, null=True, related_name="+")
    segregation = models.ForeignKey(
        SegregationException, models.PROTECT, null=True, related_name="+"
    )
    freeze = models.ForeignKey(FreezeException, models.PROTECT, null=True, related_name="+")
    template = models.ForeignKey(ChangeTemplate, models.PROTECT, null=True, related_name="+")

    history = History(read_by=("change",))
    objects = ControlExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("control exception")
        verbose_name_plural = _("control exceptions")
        ordering = ("-pk",)
        default_permissions = ("view",)
        indexes = [models.Index(name="changes_controlexception_kind", fields=["kind", "-id"])]
        constraints = [
            models.CheckConstraint(
                name="changes_controlexception_about_one",
                condition=Q(
                    kind__in=[ControlKind.APPROVAL_LATE, ControlKind.APPROVAL_REFUSED],
                    round__isnull=False,
                )
                | Q(kind=ControlKind.SEGREGATION, segregation__isnull=False)
                | Q(kind=ControlKind.FREEZE_UNREVIEWED, freeze__isnull=False)
                | Q(kind=ControlKind.TEMPLATE_SUSPENDED, template__isnull=False),
            ),
            *(
                models.UniqueConstraint(
                    name=f"changes_controlexception_{name}_once", fields=["kind", name]
                )
                for name in ("round", "segregation", "freeze")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.change_id}"
