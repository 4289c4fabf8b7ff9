"""The life of a record, and its marks: every instant that a metric uses."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from audit.history import History
from sla.enums import MarkKind, MarkSource, Precision
from sla.querysets import MarkQuerySet


class Life(models.Model):
    """The life of one record: what its marks, events and responsibility segments hang on."""

    created_at = models.DateTimeField(auto_now_add=True)
    breaches_at = models.DateTimeField(
        _("breaches at"),
        null=True,
        editable=False,
        help_text=_("When the first of its running clocks uses up its time."),
    )

    class Meta:
        verbose_name = _("life of a record")
        verbose_name_plural = _("lives of records")
        default_permissions = ()
        indexes = [
            models.Index(
                name="sla_life_breaches_next",
                fields=["breaches_at"],
                condition=Q(breaches_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Life {self.pk}"


class Mark(models.Model):
    """One instant in a life, with who says so and how sure it is. Corrections supersede it."""

    life = models.ForeignKey(Life, models.PROTECT, related_name="marks")
    kind = models.CharField(_("mark"), max_length=15, choices=MarkKind)
    at = models.DateTimeField(_("at"))
    latest_at = models.DateTimeField(
        _("at the latest"), null=True, blank=True, help_text=_("The end of the range.")
    )
    source = models.CharField(_("source"), max_length=10, choices=MarkSource)
    precision = models.CharField(
        _("precision"), max_length=10, choices=Precision, default=Precision.EXACT
    )
    evidence = models.CharField(
        _("evidence"), max_length=500, blank=True, help_text=_("What shows it: an alert, a log.")
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("set by"),
    )
    set_at = models.DateTimeField(_("set at"), default=told_moment, editable=False)
    superseded_at = models.DateTimeField(_("superseded at"), null=True, editable=False)

    history = History()
    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ("at", "pk")
        default_permissions = ("view",)
        indexes = [
            models.Index(
                name="sla_mark_superseded",
                fields=["life", "kind"],
                condition=Q(superseded_at__isnull=False),
            ),
            models.Index(
                name="sla_mark_lately", fields=["at"], condition=Q(superseded_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="sla_mark_one_current",
                fields=["life", "kind"],
                condition=Q(superseded_at__isnull=True),
                include=["at"],  # figures over many lives are read from the index alone
            ),
            models.CheckConstraint(
                name="sla_mark_range_has_two_ends",
                condition=Q(
                    precision=Precision.RANGE, latest_at__isnull=False, latest_at__gte=F("at")
                )
                | (~Q(precision=Precision.RANGE) & Q(latest_at__isnull=True)),
                violation_error_message=_("A range needs both ends, in order."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M:%S}Z"
