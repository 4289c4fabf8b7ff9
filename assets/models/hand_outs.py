"""Devices in people's hands."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.enums import OUT, Condition, Custody
from assets.models.estate import Asset
from assets.querysets import HandOutQuerySet
from audit.history import History


class HandOut(models.Model):
    """A device was handed out to a person, who accepts it, declines it or brings it back."""

    asset = models.ForeignKey(
        Asset, models.PROTECT, related_name="hand_outs", verbose_name=_("device")
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="devices",
        verbose_name=_("holder"),
    )
    status = models.CharField(
        _("custody"), max_length=10, choices=Custody, default=Custody.OFFERED, editable=False
    )
    handed_out_at = models.DateTimeField(_("handed out at"), default=timezone.now, editable=False)
    handed_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("handed out by"),
        editable=False,
    )
    due_on = models.DateField(_("due back on"), null=True, blank=True)
    note = models.CharField(
        _("what goes with it"),
        max_length=500,
        blank=True,
        help_text=_("Charger, bag, scratches that are there already."),
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    accepted_terms = models.TextField(
        _("accepted text"), blank=True, editable=False, help_text=_("As the person read it.")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    condition = models.CharField(
        _("condition"), max_length=10, choices=Condition, blank=True, editable=False
    )
    end_note = models.CharField(_("note at the end"), max_length=500, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = HandOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-out")
        verbose_name_plural = _("hand-outs")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                name="assets_handout_one_open",
                fields=["asset"],
                condition=Q(ended_at__isnull=True),
                violation_error_message=_("This device is handed out already."),
            ),
            models.CheckConstraint(
                name="assets_handout_open_until_ended",
                condition=Q(status__in=OUT, ended_at__isnull=True)
                | (~Q(status__in=OUT) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="assets_handout_held_is_accepted",
                condition=~Q(status=Custody.HELD) | Q(accepted_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="assets_handout_held_by",
                fields=["holder"],
                condition=Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.asset} · {self.holder.get_full_name()}"

    @property
    def device(self) -> Asset:
        return self.asset

    @property
    def open_hand_out(self) -> "HandOut | None":
        return self if self.ended_at is None else None

    @property
    def is_overdue(self) -> bool:
        """Whether it should have come back by now."""
        is_out = self.ended_at is None and self.due_on is not None
        return is_out and self.due_on < timezone.localdate()
