"""Decisions about the ends of terms, with the facts they rest on and who approved them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from audit.triggers import AppendOnly
from core.references import reference_field
from vendors.enums import ContractStep
from vendors.models.contracts import MONEY
from vendors.models.terms import ContractTerm
from vendors.renewals.enums import RenewalOption, RenewalStatus
from vendors.renewals.querysets import RenewalQuerySet
from vendors.renewals.triggers import IsByAnother, StaysAsDecided, StaysWithItsDecision

_OPEN = Q(status__in=(RenewalStatus.DRAFT, RenewalStatus.SUBMITTED))


class RenewalDecision(models.Model):
    """What somebody proposes to do when a term ends, and why. What was known then is frozen with
    it; approved by others, it moves the contract."""

    reference = reference_field("REN")
    term = models.ForeignKey(
        ContractTerm, models.PROTECT, related_name="renewals", verbose_name=_("term")
    )
    option = models.CharField(_("decision"), max_length=12, choices=RenewalOption, blank=True)
    reason = models.TextField(_("reason"), max_length=2_000, blank=True)
    alternatives = models.TextField(
        _("alternatives"),
        max_length=4_000,
        blank=True,
        help_text=_("What else was looked at, and why not that."),
    )
    weights = models.JSONField(
        _("weights"), default=dict, blank=True, help_text=_("How much each criterion counts.")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    facts_on = models.DateField(_("facts of"), null=True, editable=False)
    facts_sha256 = models.CharField(_("hash of the facts"), max_length=64, editable=False)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=RenewalStatus,
        default=RenewalStatus.DRAFT,
        editable=False,
    )
    round = models.PositiveSmallIntegerField(_("round of approval"), default=0, editable=False)
    steps = ArrayField(
        models.CharField(max_length=10, choices=ContractStep),
        default=list,
        blank=True,
        editable=False,
        verbose_name=_("steps"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = _("renewal decision")
        verbose_name_plural = _("renewal decisions")
        ordering = ("-pk",)
        default_permissions = ("view", "change")
        triggers = [StaysAsDecided()]
        indexes = [models.Index(name="vendors_renewal_queue", fields=["status", "-id"])]
        constraints = [
            models.UniqueConstraint(
                name="vendors_renewaldecision_one_open",
                fields=["term"],
                condition=_OPEN,
                violation_error_message=_("This term is being decided about already."),
            ),
            models.CheckConstraint(
                name="vendors_renewaldecision_statuses",
                condition=Q(status__in=RenewalStatus.values),
            ),
            models.CheckConstraint(
                name="vendors_renewaldecision_facts",
                condition=Q(facts_on__isnull=True, facts_sha256="")
                | Q(~Q(facts_sha256=""), facts_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RenewalFact(models.Model):
    """What one source knew of the contract when the facts were frozen, or that it knew nothing."""

    decision = models.ForeignKey(RenewalDecision, models.PROTECT, related_name="facts")
    key = models.CharField(_("fact"), max_length=40)
    is_known = models.BooleanField(pgettext_lazy("fact", "known"))
    value = models.JSONField(_("value"), default=dict)
    rows = models.JSONField(_("rows"), default=list)
    sentences = models.JSONField(_("sentence"), default=dict, help_text=_("By language."))
    comment = models.TextField(_("comment"), max_length=2_000, blank=True)

    history = History()
    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact of a renewal")
        verbose_name_plural = _("facts of renewals")
        ordering = ("decision", "pk")
        default_permissions = ()
        triggers = [StaysWithItsDecision()]
        constraints = [
            models.UniqueConstraint(name="vendors_renewalfact_once", fields=["decision", "key"]),
        ]

    def __str__(self) -> str:
        return self.key


class RenewalAlternative(models.Model):
    """One option as it was weighed against the others: its points by criterion, and what it costs
    to go back."""

    decision = models.ForeignKey(RenewalDecision, models.PROTECT, related_name="weighed")
    option = models.CharField(_("decision"), max_length=12, choices=RenewalOption)
    note = models.TextField(_("note"), max_length=2_000, blank=True)
    scores = models.JSONField(_("points"), default=dict)
    reversal_cost = models.DecimalField(
        _("reversal cost"),
        null=True,
        blank=True,
        help_text=_("What it costs to go back, in the contract's currency."),
        **MONEY,
    )

    history = History()
    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = _("option of a renewal")
        verbose_name_plural = _("options of renewals")
        ordering = ("decision", "pk")
        default_permissions = ()
        triggers = [StaysWithItsDecision()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_renewalalternative_once", fields=["decision", "option"]
            ),
            models.CheckConstraint(
                name="vendors_renewalalternative_amount",
                condition=Q(reversal_cost__isnull=True) | Q(reversal_cost__gte=0),
                violation_error_message=_("Give an amount of zero or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_option_display()


class RenewalApproval(models.Model):
    """That somebody else approved a decision at one step, in one round."""

    decision = models.ForeignKey(RenewalDecision, models.PROTECT, related_name="approvals")
    round = models.PositiveSmallIntegerField(_("round"))
    step = models.CharField(_("step"), max_length=10, choices=ContractStep)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), default=timezone.now)
    content_sha256 = models.CharField(max_length=64, editable=False)
    note = models.TextField(_("note"), max_length=2_000, blank=True)

    history = History()
    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval of a renewal")
        verbose_name_plural = _("approvals of renewals")
        ordering = ("decision", "pk")
        default_permissions = ()
        triggers = [AppendOnly(), IsByAnother()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_renewalapproval_once", fields=["decision", "round", "step"]
            ),
            models.UniqueConstraint(
                name="vendors_renewalapproval_one_each",
                fields=["decision", "round", "approved_by"],
            ),
        ]

    def __str__(self) -> str:
        return self.get_step_display()
