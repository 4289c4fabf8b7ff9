"""The terms of contracts, one row each, and the reminders of the decisions about them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from vendors.contract_querysets import ContractPartQuerySet, ContractTermQuerySet
from vendors.contract_triggers import KeepsItsDates
from vendors.enums import TermDecision
from vendors.models.contracts import Contract


class ContractTerm(models.Model):
    """One term of a contract, both days included. Its dates are worked out once and stay."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="terms", verbose_name=_("contract")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    notice_on = models.DateField(_("notice until"))
    decision_deadline_on = models.DateField(_("decide until"))
    decision = models.CharField(
        _("decision"), max_length=12, choices=TermDecision, blank=True, editable=False
    )
    decision_note = models.TextField(_("reason"), max_length=2_000, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    failure = models.CharField(_("control failure"), max_length=24, blank=True, editable=False)

    history = History(read_by=("contract",))
    objects = ContractTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term of a contract")
        verbose_name_plural = _("terms of contracts")
        ordering = ("contract", "number")
        default_permissions = ()
        triggers = [KeepsItsDates()]
        indexes = [
            models.Index(
                name="vendors_contractterm_undecided",
                fields=["decision_deadline_on", "contract"],
                condition=Q(decision=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="vendors_contractterm_numbers", fields=["contract", "number"]
            ),
            models.CheckConstraint(
                name="vendors_contractterm_days",
                condition=Q(starts_on__lte=F("ends_on"))
                & Q(notice_on__lte=F("ends_on"))
                & Q(decision_deadline_on__lte=F("notice_on")),
            ),
            models.CheckConstraint(
                name="vendors_contractterm_decided_pair",
                condition=Q(decision="", decided_at=None, decided_by=None)
                | Q(~Q(decision=""), decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract.reference} {self.number}"


class ContractReminder(models.Model):
    """That people were told, so many days before, that a decision is due. Told once."""

    term = models.ForeignKey(ContractTerm, models.CASCADE, related_name="reminders")
    days = models.PositiveSmallIntegerField(_("days before"))
    is_escalated = models.BooleanField(_("to the budget owner"), default=False)
    told_at = models.DateTimeField(_("told at"))

    history = History()
    objects = ContractPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder of a decision")
        verbose_name_plural = _("reminders of decisions")
        ordering = ("term", "-days")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="vendors_contractreminder_once", fields=["term", "days"]),
        ]

    def __str__(self) -> str:
        return f"{self.term} · {self.days}"
