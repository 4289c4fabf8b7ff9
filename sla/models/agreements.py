"""What is agreed with clients, teams and vendors: agreements, their versions, the times in them."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.history import History
from people.enums import Country
from people.models import Team, WorkCalendar
from sla.agreement_triggers import StaysAsDrafted, StaysOnceActive
from sla.enums import AgreementKind, Holder, Metric, VersionStatus
from sla.models.clients import Client
from sla.querysets import AgreementQuerySet
from sla.replay import LONGEST_TARGET
from sla.scopes import Scope
from vendors.models import Vendor


def counted_by_default() -> list[str]:
    return [Holder.TEAM, Holder.VENDOR, Holder.NONE]


class Agreement(models.Model):
    """An agreement about times with a client (SLA), a team (OLA) or a vendor (underpinning
    contract), and the records it is for. What it says stands in its versions."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=3, choices=AgreementKind)
    client = models.ForeignKey(
        Client,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("client"),
        help_text=_("Empty: for every client."),
    )
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("team"),
    )
    vendor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("vendor"),
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("service"),
        help_text=_("Empty: for every service."),
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        choices=Country,
        blank=True,
        help_text=_("Of the team that works on the record. Empty: any."),
    )
    request_type = models.CharField(
        _("request type"), max_length=40, blank=True, help_text=_("Empty: any.")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("inherits from"),
        help_text=_("Times that it does not set itself are those of this agreement."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ("name",)
        default_permissions = ("view", "add", "change")
        permissions = [("approve_agreement", "Can put a version of an agreement into force")]
        constraints = [
            models.CheckConstraint(
                name="sla_agreement_party",
                condition=Q(kind=AgreementKind.SLA, team__isnull=True, vendor__isnull=True)
                | Q(kind=AgreementKind.OLA, team__isnull=False, vendor__isnull=True)
                | Q(kind=AgreementKind.UC, vendor__isnull=False, team__isnull=True),
                violation_error_message=_(
                    "An OLA names its team, an underpinning contract its vendor, an SLA neither."
                ),
            ),
            models.CheckConstraint(
                name="sla_agreement_not_of_itself",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                violation_error_message=_("An agreement does not inherit from itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        return Scope(
            self.team_id or self.vendor_id,
            self.client_id,
            self.service_id,
            self.country or None,
            self.request_type or None,
        )


class AgreementVersion(models.Model):
    """What an agreement says, from its approval on until the next version. A record pins one."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=VersionStatus,
        default=VersionStatus.DRAFT,
        editable=False,
    )
    base = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="heirs",
        verbose_name=_("inherits from"),
    )
    counts = ArrayField(
        models.CharField(max_length=10, choices=Holder),
        verbose_name=_("counts the time of"),
        default=counted_by_default,
    )
    calendar = models.ForeignKey(
        WorkCalendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("working calendar"),
        help_text=_("Its times count in these hours. Empty: around the clock."),
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    retired_at = models.DateTimeField(_("replaced at"), null=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("version of an agreement")
        verbose_name_plural = _("versions of agreements")
        ordering = ("agreement", "number")
        default_permissions = ()
        triggers = [StaysOnceActive()]
        constraints = [
            models.UniqueConstraint(
                name="sla_agreementversion_numbers", fields=["agreement", "number"]
            ),
            models.UniqueConstraint(
                name="sla_agreementversion_one_active",
                fields=["agreement"],
                condition=Q(status=VersionStatus.ACTIVE),
            ),
            models.UniqueConstraint(
                name="sla_agreementversion_one_draft",
                fields=["agreement"],
                condition=Q(status=VersionStatus.DRAFT),
            ),
            models.CheckConstraint(
                name="sla_agreementversion_approved_pair",
                condition=Q(
                    status=VersionStatus.DRAFT, approved_at__isnull=True, approved_by__isnull=True
                )
                | Q(
                    ~Q(status=VersionStatus.DRAFT),
                    approved_at__isnull=False,
                    approved_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="sla_agreementversion_retired",
                condition=Q(status=VersionStatus.RETIRED, retired_at__isnull=False)
                | (~Q(status=VersionStatus.RETIRED) & Q(retired_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="sla_agreementversion_counts_somebody", condition=~Q(counts=[])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.number}"


class AgreementTarget(models.Model):
    """The time that a version sets for a metric at a priority."""

    agreement_version = models.ForeignKey(
        AgreementVersion, models.CASCADE, related_name="targets", verbose_name=_("version")
    )
    metric = models.CharField(_("metric"), max_length=15, choices=Metric)
    priority = models.PositiveSmallIntegerField(_("priority"))
    target = models.DurationField(_("target"))

    history = History()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ("metric", "priority")
        default_permissions = ()
        triggers = [StaysAsDrafted()]
        constraints = [
            models.UniqueConstraint(
                name="sla_agreementtarget_once",
                fields=["agreement_version", "metric", "priority"],
            ),
            models.CheckConstraint(
                name="sla_agreementtarget_lasts",
                condition=Q(target__gt=timedelta(), target__lte=LONGEST_TARGET),
                violation_error_message=_("A target is longer than nothing and at most ten years."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} P{self.priority}"
