"""How long records of a kind keep what is personal in them, as data."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from people.privacy_querysets import RetentionRuleQuerySet


class RetentionRule(models.Model):
    """For how many months after which moment records of one model keep their personal columns
    (`records.personal_data`), and by which text."""

    model = models.CharField(_("kind of record"), max_length=60, editable=False)
    moment = models.CharField(
        _("counted from"), max_length=60, editable=False, help_text=_("The column of the moment.")
    )
    months = models.PositiveSmallIntegerField(_("months"))
    source = models.CharField(_("legal source"), max_length=200)
    due_count = models.PositiveIntegerField(_("due"), default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ("model",)
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(name="people_retentionrule_one", fields=["model"]),
            models.CheckConstraint(
                name="people_retentionrule_months",
                condition=Q(months__gte=1),
                violation_error_message=_("Keep it for a month at least."),
            ),
        ]

    def __str__(self) -> str:
        return self.model
