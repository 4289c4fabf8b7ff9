"""What was attained in a month, frozen; and what later corrections make of it."""

from django.conf import settings
from django.db import models
from django.db.models import Func, Q, Value
from django.utils.translation import gettext_lazy as _

from audit.history import History
from audit.triggers import AppendOnly
from sla.models.agreements import Agreement


class MonthlyStatement(models.Model):
    """The attainment of an agreement in a month as it was known at a moment. Number 0 is what was
    frozen at its close; the others are restatements. Its text gives the same bytes whenever it is
    worked out again as of that moment."""

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="statements", verbose_name=_("agreement")
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    number = models.PositiveIntegerField(_("number"), help_text=_("0 is what was frozen."))
    known_at = models.DateTimeField(_("as known at"))
    content = models.TextField(_("content"))
    digest = models.CharField(_("digest"), max_length=64, help_text=_("SHA-256 of its content."))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("made by"),
    )

    history = History()

    class Meta:
        verbose_name = _("monthly statement")
        verbose_name_plural = _("monthly statements")
        ordering = ("agreement", "-month", "number")
        default_permissions = ()
        triggers = [AppendOnly()]
        constraints = [
            models.UniqueConstraint(
                name="sla_monthlystatement_numbers", fields=["agreement", "month", "number"]
            ),
            models.CheckConstraint(
                name="sla_monthlystatement_digest",
                condition=Q(
                    digest=Func(
                        Func(
                            Func("content", Value("UTF8"), function="convert_to"),
                            function="sha256",
                        ),
                        Value("hex"),
                        function="encode",
                        output_field=models.TextField(),
                    )
                ),
            ),
            models.CheckConstraint(
                name="sla_monthlystatement_first_day",
                condition=Q(month__day=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.month:%Y-%m} ({self.number})"
