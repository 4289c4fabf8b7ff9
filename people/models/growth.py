"""Certifications that people hold, with their proof."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from people.growth.enums import CertificationStatus
from people.growth.querysets import CertificationQuerySet
from people.growth.triggers import StaysAsDecided, StaysWithItsCertification
from people.models.teams import Person
from records.models import Attachment

_CLAIMED = Q(status=CertificationStatus.CLAIMED)


class Certification(models.Model):
    """What somebody has passed: claimed by the person, verified by a lead who saw its proof."""

    reference = reference_field("CRT")
    holder = models.ForeignKey(
        Person,
        models.PROTECT,
        editable=False,
        related_name="certifications",
        verbose_name=pgettext_lazy("certification", "holder"),
    )
    name = models.CharField(pgettext_lazy("certification", "name"), max_length=150)
    issuer = models.CharField(pgettext_lazy("certification", "issued by"), max_length=150)
    number = models.CharField(pgettext_lazy("certification", "number"), max_length=80, blank=True)
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(
        _("expires on"),
        null=True,
        blank=True,
        help_text=_("The last day on which it holds; empty where it does not expire."),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=CertificationStatus,
        default=CertificationStatus.CLAIMED,
        editable=False,
    )
    review_note = models.TextField(
        _("note of the review"), max_length=2_000, blank=True, editable=False
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = CertificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = (("verify_certification", "Can verify certification"),)
        triggers = [StaysAsDecided()]
        indexes = [
            models.Index(name="people_certification_queue", fields=["status", "-id"]),
            models.Index(name="people_certification_ends", fields=["expires_on", "id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="people_certification_statuses",
                condition=Q(status__in=CertificationStatus.values),
            ),
            models.CheckConstraint(
                name="people_certification_expires_after_issued",
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("issued_on")),
                violation_error_message=_("It expires after the day it was issued."),
            ),
            models.CheckConstraint(
                name="people_certification_reviewed_pair",
                condition=(_CLAIMED & Q(reviewed_at__isnull=True, reviewed_by__isnull=True))
                | (~_CLAIMED & Q(reviewed_at__isnull=False, reviewed_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="people_certification_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("recorded_by")),
            ),
            models.CheckConstraint(
                name="people_certification_says_what_lacks",
                condition=~Q(status=CertificationStatus.REJECTED) | ~Q(review_note=""),
                violation_error_message=_("Say what lacks."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"


class CertificationDocument(Attachment):
    """The proof of a certification, by the hash of its bytes."""

    certification = models.ForeignKey(Certification, models.PROTECT, related_name="documents")

    history = History()
    objects = CertificationQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = _("document of a certification")
        verbose_name_plural = _("documents of certifications")
        default_permissions = ()
        triggers = [StaysWithItsCertification()]
