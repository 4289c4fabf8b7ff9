"""How risky a change was said to be, and why."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.history import History
from audit.triggers import AppendOnly
from changes.enums import Risk
from changes.models.change import Change
from changes.querysets import ChangePartQuerySet
from changes.risk import CHANCES, Line, from_data


@pgtrigger.register(AppendOnly())
class RiskAssessment(models.Model):
    """The questionnaire answered once, and what followed. The latest one counts; the earlier ones
    say what was thought before."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="risk_assessments")
    answers = models.JSONField(_("answers"), help_text=_("Question's code to answer's code."))
    points = models.PositiveSmallIntegerField(_("points"))
    level = models.CharField(_("risk"), max_length=10, choices=Risk)
    lines = models.JSONField(_("reasons"), help_text=_("Codes and figures, without words."))
    assessed_at = models.DateTimeField(_("assessed at"), default=timezone.now, editable=False)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("assessed by"),
    )

    history = History(read_by=("change",))
    objects = ChangePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk assessment")
        verbose_name_plural = _("risk assessments")
        ordering = ("change", "-pk")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_level_display()} ({self.points})"

    @property
    def reasons(self) -> tuple[Line, ...]:
        """Every reason, to be told in the language of whoever reads it."""
        return from_data(self.lines)

    @property
    def chance(self) -> float:
        """Which share of such changes it foretells to go wrong."""
        return CHANCES[Risk(self.level)]
