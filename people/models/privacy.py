"""What data subjects ask for, and who approved what came of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from audit.models import ErasureKind
from audit.triggers import AppendOnly
from core.references import reference_field
from people.enums import PrivacyKind, PrivacyStatus
from people.models.teams import Person
from people.privacy_querysets import PrivacyRequestQuerySet
from people.privacy_triggers import IsApprovedByAnother


class PrivacyRequest(models.Model):
    """Somebody asks for their own data (ARCO), with the terms of the law: 20 business days to
    answer, 15 more to carry out, each extendable once."""

    reference = reference_field("PDR")
    kind = models.CharField(_("right"), max_length=15, choices=PrivacyKind)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=PrivacyStatus,
        default=PrivacyStatus.RECEIVED,
        editable=False,
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
        help_text=_("Where it is somebody who works here."),
    )
    subject = models.CharField(
        _("data subject"), max_length=150, help_text=_("The full name, as it was given.")
    )
    address = models.CharField(
        _("e-mail or telephone"), max_length=254, help_text=_("Where the answer goes.")
    )
    asked = models.TextField(_("what was asked"), max_length=5_000)
    received_on = models.DateField(_("received on"))
    answer_due_on = models.DateField(_("answer due on"), editable=False)
    answer_extended = models.BooleanField(_("term to answer extended"), default=False)
    execute_due_on = models.DateField(_("to be carried out by"), null=True, editable=False)
    execute_extended = models.BooleanField(_("term to carry out extended"), default=False)
    ground = models.CharField(_("legal ground"), max_length=300, blank=True, default="")
    blocked_until = models.DateField(
        _("blocked until"),
        null=True,
        blank=True,
        help_text=_("When liabilities out of the data are barred by time."),
    )
    targets = ArrayField(
        models.CharField(max_length=100), verbose_name=_("records"), default=list, editable=False
    )
    answer = models.TextField(_("answer"), max_length=5_000, blank=True, default="")
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = PrivacyRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [("approve_privacyrequest", "Can approve blocking and suppression")]
        indexes = [
            models.Index(name="people_privacyrequest_due", fields=["status", "answer_due_on"])
        ]
        constraints = [
            models.CheckConstraint(
                name="people_privacyrequest_accepted_has_ground",
                condition=Q(status__in=[PrivacyStatus.RECEIVED, PrivacyStatus.REFUSED])
                | (~Q(ground="") & Q(execute_due_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.get_kind_display()}"


class PrivacyApproval(models.Model):
    """One person's approval of one step: of blocking, or of suppressing for good."""

    request = models.ForeignKey(
        PrivacyRequest, models.PROTECT, related_name="approvals", verbose_name=_("privacy request")
    )
    step = models.CharField(_("step"), max_length=10, choices=ErasureKind)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"))
    warrant = models.UUIDField(
        _("warrant"), null=True, help_text=_("The second approval makes one for the eraser.")
    )

    history = History(read_by=("request",))

    class Meta:
        verbose_name = _("approval of an erasure")
        verbose_name_plural = _("approvals of erasures")
        ordering = ("pk",)
        default_permissions = ()
        triggers = [AppendOnly(), IsApprovedByAnother()]
        constraints = [
            models.UniqueConstraint(
                name="people_privacyapproval_once", fields=["request", "step", "approved_by"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.step}"
