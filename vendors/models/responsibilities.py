"""Which requirements a vendor meets and which we do: matrices, version after version."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from records.models import Attachment
from vendors.models.vendors import Vendor
from vendors.responsibilities.enums import MatrixStatus, Responsible
from vendors.responsibilities.querysets import MatrixQuerySet
from vendors.responsibilities.triggers import IsOfADraftMatrix, StaysAsAgreed

_DRAFT = Q(status=MatrixStatus.DRAFT)


class ResponsibilityMatrix(models.Model):
    """One version of who answers for what with a vendor. Agreed by somebody else than drafted it;
    then it stays as it is, until a later version replaces it."""

    reference = reference_field("RSP")
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="responsibilities", verbose_name=_("vendor")
    )
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    scope = models.TextField(
        _("services"), max_length=2_000, blank=True, help_text=_("Of which services it is.")
    )
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=MatrixStatus,
        default=MatrixStatus.DRAFT,
        editable=False,
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    agreed_on = models.DateField(_("agreed on"), null=True, editable=False)
    agreed_at = models.DateTimeField(_("recorded at"), null=True, editable=False)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=pgettext_lazy("matrix", "agreed by"),
    )
    representative = models.CharField(
        _("the vendor's representative"), max_length=150, blank=True, editable=False
    )
    replaced_on = models.DateField(_("replaced on"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = MatrixQuerySet.as_manager()

    class Meta:
        verbose_name = _("matrix of responsibility")
        verbose_name_plural = _("matrices of responsibility")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        triggers = [StaysAsAgreed()]
        indexes = [models.Index(name="vendors_matrix_queue", fields=["status", "-id"])]
        constraints = [
            models.UniqueConstraint(
                name="vendors_responsibilitymatrix_numbers", fields=["vendor", "number"]
            ),
            models.UniqueConstraint(
                name="vendors_responsibilitymatrix_one_of_each",
                fields=["vendor", "status"],
                condition=Q(status__in=[MatrixStatus.DRAFT, MatrixStatus.AGREED]),
                violation_error_message=_("A next version is being drafted already."),
            ),
            models.CheckConstraint(
                name="vendors_responsibilitymatrix_statuses",
                condition=Q(status__in=MatrixStatus.values),
            ),
            models.CheckConstraint(
                name="vendors_responsibilitymatrix_agreed_pair",
                condition=(
                    _DRAFT
                    & Q(
                        agreed_on__isnull=True,
                        agreed_at__isnull=True,
                        agreed_by__isnull=True,
                        representative="",
                    )
                )
                | (
                    ~_DRAFT
                    & Q(agreed_on__isnull=False, agreed_at__isnull=False, agreed_by__isnull=False)
                    & ~Q(representative="")
                ),
            ),
            models.CheckConstraint(
                name="vendors_responsibilitymatrix_replaced",
                condition=Q(status=MatrixStatus.REPLACED, replaced_on__isnull=False)
                | (~Q(status=MatrixStatus.REPLACED) & Q(replaced_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="vendors_responsibilitymatrix_by_another",
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("drafted_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ResponsibilityLine(models.Model):
    """One requirement: who meets it, how, and on what that rests."""

    matrix = models.ForeignKey(ResponsibilityMatrix, models.PROTECT, related_name="lines")
    requirement = models.CharField(
        _("requirement"), max_length=40, help_text=_("Its number, such as PCI DSS 12.8.5.")
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    who = models.CharField(
        pgettext_lazy("responsible", "who"), max_length=15, choices=Responsible, blank=True
    )
    how = models.TextField(_("how it is met"), max_length=2_000, blank=True)
    evidence = models.TextField(_("evidence"), max_length=2_000, blank=True)

    history = History(read_by=("matrix",))
    objects = MatrixQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a matrix")
        verbose_name_plural = _("lines of matrices")
        ordering = ("matrix", "pk")
        default_permissions = ()
        triggers = [IsOfADraftMatrix()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_responsibilityline_once", fields=["matrix", "requirement"]
            ),
            models.CheckConstraint(
                name="vendors_responsibilityline_who",
                condition=Q(who__in=["", *Responsible.values]),
            ),
            models.CheckConstraint(
                name="vendors_responsibilityline_says_how",
                condition=Q(who__in=["", Responsible.NOT_APPLICABLE]) | ~Q(how=""),
                violation_error_message=_("Say how it is met."),
            ),
        ]

    def __str__(self) -> str:
        return self.requirement


class ResponsibilityDocument(Attachment):
    """What the vendor signed, by the hash of its bytes."""

    matrix = models.ForeignKey(ResponsibilityMatrix, models.PROTECT, related_name="documents")
    title = models.CharField(_("title"), max_length=120)

    history = History()
    objects = MatrixQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = _("document of a matrix")
        verbose_name_plural = _("documents of matrices")
        default_permissions = ()
        triggers = [IsOfADraftMatrix()]
