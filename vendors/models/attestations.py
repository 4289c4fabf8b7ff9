"""What others attest of vendors: reports and certificates, exceptions, what they expect of us."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from records.models import Attachment
from vendors.attestations.enums import (
    HELD,
    SOC_KINDS,
    AttestationKind,
    AttestationStatus,
    Coverage,
    Opinion,
    Treatment,
)
from vendors.attestations.querysets import AttestationQuerySet
from vendors.attestations.triggers import StaysAsReviewed, StaysWithItsAttestation
from vendors.models.vendors import Vendor
from vendors.querysets import VendorPartQuerySet

_RECEIVED = Q(status=AttestationStatus.RECEIVED)
_REQUIREMENT = RegexValidator(
    r"\A(?:(?:[1-9]|1[0-2])(?:\.[1-9][0-9]?){0,3}|A[1-3](?:\.[1-9][0-9]?){0,3})\Z",
    _("Give numbers of PCI DSS, such as 3, 12.8 or 12.8.5."),
)


class Attestation(models.Model):
    """A report or certificate of somebody independent about a vendor. Received by one, reviewed by
    another; whether it has expired follows from its day."""

    reference = reference_field("ATT")
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="attestations", verbose_name=_("vendor")
    )
    kind = models.CharField(
        pgettext_lazy("attestation", "kind"), max_length=12, choices=AttestationKind
    )
    assessor = models.CharField(
        pgettext_lazy("attestation", "issued by"),
        max_length=150,
        help_text=_("The assessor, auditor or certifier."),
    )
    starts_on = models.DateField(
        _("period from"), null=True, blank=True, help_text=_("Of what a SOC report looked at.")
    )
    ends_on = models.DateField(_("period to"), null=True, blank=True)
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(
        _("expires on"),
        help_text=_("The last day we rely on it; of a SOC report a year after its period."),
    )
    opinion = models.CharField(
        _("opinion"),
        max_length=12,
        choices=Opinion,
        blank=True,
        help_text=_("Of SOC reports only."),
    )
    services = models.TextField(
        _("services covered"), max_length=2_000, help_text=_("As the document names them.")
    )
    requirements = ArrayField(
        models.CharField(max_length=12, validators=[_REQUIREMENT]),
        default=list,
        blank=True,
        size=400,
        verbose_name=_("PCI DSS requirements"),
        help_text=_("Those that it covers, such as 3, 12.8 or 12.8.5, with commas between them."),
    )
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("received by"),
    )
    received_at = models.DateTimeField(_("received at"), default=timezone.now, editable=False)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=AttestationStatus,
        default=AttestationStatus.RECEIVED,
        editable=False,
    )
    coverage = models.CharField(
        _("covers the services that we use"),
        max_length=8,
        choices=Coverage,
        blank=True,
        editable=False,
    )
    review_note = models.TextField(
        _("finding of the review"), max_length=2_000, blank=True, editable=False
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
    superseded_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="supersedes",
        verbose_name=_("superseded by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = AttestationQuerySet.as_manager()

    class Meta:
        verbose_name = _("attestation")
        verbose_name_plural = _("attestations")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        triggers = [StaysAsReviewed()]
        indexes = [
            models.Index(name="vendors_attestation_queue", fields=["status", "expires_on", "id"]),
            models.Index(name="vendors_attestation_ends", fields=["expires_on", "id"]),
            models.Index(name="vendors_attestation_kinds", fields=["kind", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="vendors_attestation_statuses",
                condition=Q(status__in=AttestationStatus.values),
            ),
            models.CheckConstraint(
                name="vendors_attestation_expires_after_issued",
                condition=Q(expires_on__gt=F("issued_on")),
                violation_error_message=_("It expires after the day it was issued."),
            ),
            models.CheckConstraint(
                name="vendors_attestation_period",
                condition=Q(starts_on__isnull=True, ends_on__isnull=True)
                | Q(
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                    ends_on__gte=F("starts_on"),
                    issued_on__gte=F("ends_on"),
                ),
                violation_error_message=_(
                    "The period has both days, in their order, and ends before it was issued."
                ),
            ),
            models.CheckConstraint(
                name="vendors_attestation_type2_period",
                condition=~Q(kind=AttestationKind.SOC2_TYPE2) | Q(starts_on__isnull=False),
                violation_error_message=_("A SOC 2 type 2 report is about a period."),
            ),
            models.CheckConstraint(
                name="vendors_attestation_opinion",
                condition=(Q(kind__in=SOC_KINDS) & ~Q(opinion=""))
                | (~Q(kind__in=SOC_KINDS) & Q(opinion="")),
                violation_error_message=_("SOC reports have an opinion, others have none."),
            ),
            models.CheckConstraint(
                name="vendors_attestation_reviewed_pair",
                condition=(_RECEIVED & Q(reviewed_at__isnull=True, reviewed_by__isnull=True))
                | (~_RECEIVED & Q(reviewed_at__isnull=False, reviewed_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="vendors_attestation_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("received_by")),
            ),
            models.CheckConstraint(
                name="vendors_attestation_coverage",
                condition=(_RECEIVED & Q(coverage=""))
                | Q(status=AttestationStatus.ACCEPTED, coverage=Coverage.YES)
                | Q(
                    status=AttestationStatus.WITH_GAPS,
                    coverage__in=[Coverage.YES, Coverage.PARTLY],
                )
                | Q(status=AttestationStatus.REJECTED, coverage__in=Coverage.values),
                violation_error_message=_("What covers another service is not accepted."),
            ),
            models.CheckConstraint(
                name="vendors_attestation_says_what_lacks",
                condition=~Q(status__in=[AttestationStatus.WITH_GAPS, AttestationStatus.REJECTED])
                | ~Q(review_note=""),
                violation_error_message=_("Say what lacks."),
            ),
            models.CheckConstraint(
                name="vendors_attestation_clean_opinion",
                condition=~Q(status=AttestationStatus.ACCEPTED)
                | Q(opinion__in=["", Opinion.UNQUALIFIED]),
                violation_error_message=_("The opinion is not unqualified: accept it with gaps."),
            ),
            models.CheckConstraint(
                name="vendors_attestation_superseded",
                condition=Q(superseded_by__isnull=True)
                | (Q(status__in=HELD) & ~Q(superseded_by=F("id"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_kind_display()}"


class AttestationDocument(Attachment):
    """The report or certificate itself, by the hash of its bytes."""

    attestation = models.ForeignKey(Attestation, models.PROTECT, related_name="documents")
    title = models.CharField(_("title"), max_length=120)

    history = History()
    objects = AttestationQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = _("document of an attestation")
        verbose_name_plural = _("documents of attestations")
        default_permissions = ()
        triggers = [StaysWithItsAttestation()]


class AttestationException(models.Model):
    """Something that the assessor found not to work, and what we make of it."""

    attestation = models.ForeignKey(Attestation, models.PROTECT, related_name="exceptions")
    text = models.TextField(_("exception"), max_length=2_000)
    assessment = models.TextField(_("our assessment"), max_length=2_000, blank=True)
    treatment = models.CharField(_("treatment"), max_length=10, choices=Treatment, blank=True)

    history = History(read_by=("attestation",))
    objects = AttestationQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception of an attestation")
        verbose_name_plural = _("exceptions of attestations")
        ordering = ("attestation", "pk")
        default_permissions = ()
        triggers = [StaysWithItsAttestation()]
        constraints = [
            models.CheckConstraint(
                name="vendors_attestationexception_assessed",
                condition=Q(treatment="") | ~Q(assessment=""),
                violation_error_message=_("Say why it is mitigated or accepted."),
            ),
            models.CheckConstraint(
                name="vendors_attestationexception_treatments",
                condition=Q(treatment__in=["", *Treatment.values]),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class UserControl(models.Model):
    """A complementary user-entity control: what the report expects us to do. It is one of our
    controls, or we say why not."""

    attestation = models.ForeignKey(Attestation, models.PROTECT, related_name="user_controls")
    text = models.TextField(_("what is expected of us"), max_length=2_000)
    control = models.CharField(
        _("our control"),
        max_length=40,
        blank=True,
        help_text=_("Its code in the catalogue, such as PCI-12.8.5 or SOC2-CC6.1."),
    )
    reason = models.TextField(_("why not"), max_length=2_000, blank=True)

    history = History(read_by=("attestation",))
    objects = AttestationQuerySet.as_manager()

    class Meta:
        verbose_name = _("control expected of us")
        verbose_name_plural = _("controls expected of us")
        ordering = ("attestation", "pk")
        default_permissions = ()
        triggers = [StaysWithItsAttestation()]
        constraints = [
            models.CheckConstraint(
                name="vendors_usercontrol_mapped",
                condition=~Q(control="") | ~Q(reason=""),
                violation_error_message=_("Choose one of our controls, or say why there is none."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class RequiredAttestation(models.Model):
    """A kind of attestation that a vendor must have, beside what follows from what it does."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="required_attestations")
    kind = models.CharField(
        pgettext_lazy("attestation", "kind"), max_length=12, choices=AttestationKind
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    history = History(read_by=("vendor",))
    objects = VendorPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("required attestation")
        verbose_name_plural = _("required attestations")
        ordering = ("vendor", "kind")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="vendors_requiredattestation_once",
                fields=["vendor", "kind"],
                violation_error_message=_("This kind is required already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
