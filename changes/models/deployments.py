"""What was brought to production, as the systems that do it report, and what speaks against it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.enums import Environment
from assets.models import Service
from audit.history import History
from changes.deployment_querysets import (
    DeploymentQuerySet,
    FindingQuerySet,
    ServiceRepositoryQuerySet,
)
from changes.deployment_triggers import HadNoPart, KeepsItsFacts
from changes.enums import FindingKind, FindingStatus
from changes.models.change import Change
from core.references import reference_field


class ServiceRepository(models.Model):
    """A repository whose deployments alter a service: what is deployed from it must be a change."""

    repository = models.CharField(
        _("repository"),
        max_length=200,
        unique=True,
        help_text=_("As the deployments name it: payments/spei-gateway."),
    )
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="repositories", verbose_name=_("service")
    )
    since = models.DateTimeField(
        _("reports since"),
        default=timezone.now,
        editable=False,
        help_text=_("Changes that were done before need no deployment."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ServiceRepositoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("repository of a service")
        verbose_name_plural = _("repositories of services")
        ordering = ("repository",)
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.repository


@pgtrigger.register(KeepsItsFacts())
class Deployment(models.Model):
    """A deployment as it was reported. What was reported never changes; which change it belongs to
    is found out, and may be found out later."""

    reference = reference_field("DEP")
    source = models.CharField(_("reported by"), max_length=100, editable=False)
    delivery = models.CharField(_("delivery"), max_length=100, editable=False)
    repository = models.CharField(_("repository"), max_length=200, editable=False)
    commit = models.CharField(_("commit"), max_length=64, editable=False)
    digest = models.CharField(
        _("digest of the artefact"), max_length=100, blank=True, editable=False
    )
    environment = models.CharField(
        _("environment"), max_length=12, choices=Environment, editable=False
    )
    deployed_by = models.CharField(_("deployed by"), max_length=150, editable=False)
    deployed_at = models.DateTimeField(_("deployed at"), editable=False)
    received_at = models.DateTimeField(_("reported at"), default=timezone.now, editable=False)
    named_change = models.CharField(_("names the change"), max_length=24, blank=True)
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="deployments",
        verbose_name=_("service"),
    )
    change = models.ForeignKey(
        Change,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="deployments",
        verbose_name=_("change"),
    )
    judged_at = models.DateTimeField(_("compared at"), null=True, editable=False)

    history = History()
    objects = DeploymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        ordering = ("-pk",)
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="changes_deployment_once", fields=["source", "delivery"])
        ]
        indexes = [
            models.Index(name="changes_deployment_when", fields=["deployed_at", "-id"]),
            models.Index(name="changes_deployment_service", fields=["service", "-id"]),
            models.Index(name="changes_deployment_change", fields=["change", "-id"]),
            models.Index(name="changes_deployment_repository", fields=["repository", "-id"]),
            models.Index(
                name="changes_deployment_commit",
                fields=["commit"],
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(
                name="changes_deployment_waiting",
                fields=["received_at"],
                condition=Q(judged_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.repository}@{self.commit[:12]}"


@pgtrigger.register(HadNoPart())
class Finding(models.Model):
    """Something that was deployed otherwise than approved, or not at all: somebody authorises it
    afterwards or reverts it. One for each cause."""

    reference = reference_field("FND")
    kind = models.CharField(_("finding"), max_length=16, choices=FindingKind, editable=False)
    deployment = models.ForeignKey(
        Deployment,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="findings",
        verbose_name=_("deployment"),
    )
    change = models.ForeignKey(
        Change,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="findings",
        verbose_name=_("change"),
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("service"),
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=FindingStatus,
        default=FindingStatus.OPEN,
        editable=False,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="change_findings",
        verbose_name=_("owner"),
    )
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due at"), editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("settled by"),
    )
    note = models.TextField(_("why, or the evidence"), max_length=5_000, blank=True, default="")
    covered_by = models.ForeignKey(
        Change,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("authorised by the change"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("deployment finding")
        verbose_name_plural = _("deployment findings")
        ordering = ("-pk",)
        default_permissions = ("view", "change")
        indexes = [
            models.Index(name="changes_finding_queue", fields=["status", "-id"]),
            models.Index(name="changes_finding_kind", fields=["kind", "-id"]),
            models.Index(name="changes_finding_service", fields=["service", "-id"]),
            models.Index(name="changes_finding_owner", fields=["owner", "-id"]),
            models.Index(name="changes_finding_due", fields=["due_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="changes_finding_has_a_cause",
                condition=Q(kind=FindingKind.NOT_DEPLOYED, change__isnull=False)
                & Q(deployment__isnull=True)
                | ~Q(kind=FindingKind.NOT_DEPLOYED) & Q(deployment__isnull=False),
            ),
            models.UniqueConstraint(
                name="changes_finding_once_a_deployment", fields=["deployment", "kind"]
            ),
            models.UniqueConstraint(
                name="changes_finding_once_a_change",
                fields=["change"],
                condition=Q(kind=FindingKind.NOT_DEPLOYED),
            ),
            models.CheckConstraint(
                name="changes_finding_statuses", condition=Q(status__in=FindingStatus.values)
            ),
            models.CheckConstraint(
                name="changes_finding_ended_when_not_open",
                condition=Q(status=FindingStatus.OPEN, ended_at__isnull=True)
                | ~Q(status=FindingStatus.OPEN) & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="changes_finding_settled_by_somebody_who_says_why",
                condition=Q(status__in=[FindingStatus.OPEN, FindingStatus.RESOLVED])
                & Q(settled_by__isnull=True)
                | Q(status__in=[FindingStatus.AUTHORISED, FindingStatus.REVERTED])
                & Q(settled_by__isnull=False)
                & ~Q(note=""),
            ),
            models.CheckConstraint(
                name="changes_finding_authorised_by_a_change",
                condition=~Q(status=FindingStatus.AUTHORISED) | Q(covered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_kind_display()}"
