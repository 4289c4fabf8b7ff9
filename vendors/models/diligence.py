"""What was looked at before a vendor was engaged, and what is looked at every year."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from audit.triggers import AppendOnly
from records.models import Attachment
from vendors.assurance.enums import (
    Answer,
    DiligenceStatus,
    InherentRisk,
    Question,
    ReviewOutcome,
)
from vendors.models.vendors import Vendor
from vendors.querysets import VendorPartQuerySet
from vendors.vendor_triggers import StaysAsDecided, StaysWithItsDiligence

_DECIDED = (DiligenceStatus.APPROVED, DiligenceStatus.REFUSED)


class DueDiligence(models.Model):
    """One look at a vendor before it is engaged: somebody assesses, another one decides."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="diligences")
    number = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=DiligenceStatus,
        default=DiligenceStatus.OPEN,
        editable=False,
    )
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("assessor")
    )
    risk = models.CharField(
        _("inherent risk"), max_length=10, choices=InherentRisk, default=InherentRisk.MEDIUM
    )
    summary = models.TextField(_("summary"), max_length=2_000, blank=True)
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision_note = models.TextField(_("reason"), max_length=2_000, blank=True, editable=False)

    history = History()
    objects = VendorPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("due diligence")
        verbose_name_plural = _("due diligences")
        ordering = ("vendor", "-number")
        default_permissions = ()
        triggers = [StaysAsDecided()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_duediligence_numbers", fields=["vendor", "number"]
            ),
            models.UniqueConstraint(
                name="vendors_duediligence_one_at_a_time",
                fields=["vendor"],
                condition=Q(status__in=(DiligenceStatus.OPEN, DiligenceStatus.SUBMITTED)),
            ),
            models.CheckConstraint(
                name="vendors_duediligence_decided_pair",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="vendors_duediligence_decided_when_decided",
                condition=Q(status__in=_DECIDED, decided_at__isnull=False)
                | (~Q(status__in=_DECIDED) & Q(decided_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="vendors_duediligence_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("assessor")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor.reference} {self.number}"


class DiligenceAnswer(models.Model):
    """What was found about one question of a due diligence."""

    diligence = models.ForeignKey(DueDiligence, models.CASCADE, related_name="answers")
    question = models.CharField(_("question"), max_length=20, choices=Question)
    answer = models.CharField(
        pgettext_lazy("due diligence", "answer"), max_length=15, choices=Answer
    )
    note = models.CharField(
        _("finding"), max_length=500, blank=True, help_text=_("On what it rests, or what lacks.")
    )

    history = History()
    objects = VendorPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of a due diligence")
        verbose_name_plural = _("answers of due diligences")
        ordering = ("diligence", "pk")
        default_permissions = ()
        triggers = [StaysWithItsDiligence()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_diligenceanswer_once", fields=["diligence", "question"]
            ),
            models.CheckConstraint(
                name="vendors_diligenceanswer_says_what",
                condition=Q(answer=Answer.MET) | ~Q(note=""),
                violation_error_message=_("Say what was found, or why it does not apply."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_question_display()


class DiligenceDocument(Attachment):
    """Evidence of a due diligence, by the hash of its bytes."""

    diligence = models.ForeignKey(DueDiligence, models.PROTECT, related_name="documents")
    title = models.CharField(_("title"), max_length=120)

    history = History()
    objects = VendorPartQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = _("evidence of a due diligence")
        verbose_name_plural = _("evidence of due diligences")
        default_permissions = ()
        triggers = [StaysWithItsDiligence()]


class MonitoringReview(models.Model):
    """That a vendor was looked at again, as PCI DSS 12.8.4 asks for every year at least."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField(_("reviewed on"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    outcome = models.CharField(_("outcome"), max_length=15, choices=ReviewOutcome)
    gaps = models.TextField(_("gaps"), max_length=2_000, blank=True)
    due_on = models.DateField(
        _("was due on"), null=True, blank=True, help_text=_("Empty: it was the first one.")
    )
    next_on = models.DateField(_("next review"))

    history = History()
    objects = VendorPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("monitoring review")
        verbose_name_plural = _("monitoring reviews")
        ordering = ("vendor", "-reviewed_on", "-pk")
        default_permissions = ()
        triggers = [AppendOnly()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_monitoringreview_one_a_day", fields=["vendor", "reviewed_on"]
            ),
            models.CheckConstraint(
                name="vendors_monitoringreview_comes_again",
                condition=Q(next_on__gt=F("reviewed_on")),
            ),
            models.CheckConstraint(
                name="vendors_monitoringreview_says_gaps",
                condition=Q(outcome=ReviewOutcome.SATISFACTORY) | ~Q(gaps=""),
                violation_error_message=_("Say what lacks."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor.reference} {self.reviewed_on}"
