"""What hangs on a contract: its payments, its clauses, who approved it, its documents."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from audit.triggers import AppendOnly
from records.models import Attachment
from vendors.contract_querysets import ContractPartQuerySet
from vendors.contract_triggers import StaysWithItsContract
from vendors.enums import Clause, ClauseAnswer, ContractStep
from vendors.models.contracts import MONEY, Contract


class ContractPayment(models.Model):
    """A payment that a contract plans, in its currency."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="payments")
    due_on = models.DateField(_("due on"))
    amount = models.DecimalField(_("amount"), **MONEY)
    text = models.CharField(_("for"), max_length=200, blank=True)

    history = History()
    objects = ContractPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned payment")
        verbose_name_plural = _("planned payments")
        ordering = ("contract", "due_on", "pk")
        default_permissions = ()
        triggers = [StaysWithItsContract()]
        constraints = [
            models.CheckConstraint(
                name="vendors_contractpayment_amount",
                condition=Q(amount__gt=0),
                violation_error_message=_("Give an amount of more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract.reference} {self.due_on}"


class ContractClause(models.Model):
    """Whether a contract holds a clause that regulators ask for, and where."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="clauses")
    clause = models.CharField(_("clause"), max_length=20, choices=Clause)
    answer = models.CharField(
        pgettext_lazy("clause", "answer"), max_length=15, choices=ClauseAnswer
    )
    place = models.CharField(
        _("where"), max_length=200, blank=True, help_text=_("The clause, or why not.")
    )

    history = History()
    objects = ContractPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("clause of a contract")
        verbose_name_plural = _("clauses of contracts")
        ordering = ("contract", "pk")
        default_permissions = ()
        triggers = [StaysWithItsContract()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_contractclause_once", fields=["contract", "clause"]
            ),
            models.CheckConstraint(
                name="vendors_contractclause_says_where",
                condition=Q(answer=ClauseAnswer.MISSING) | ~Q(place=""),
                violation_error_message=_("Say which clause, or why none is needed."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_clause_display()


class ContractApproval(models.Model):
    """That somebody approved a contract at one step, in one round; a new draft begins a new one."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="approvals")
    round = models.PositiveSmallIntegerField(_("round"))
    step = models.CharField(_("step"), max_length=10, choices=ContractStep)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), default=timezone.now)
    content_sha256 = models.CharField(max_length=64, editable=False)
    note = models.TextField(_("note"), max_length=2_000, blank=True)

    history = History()
    objects = ContractPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval of a contract")
        verbose_name_plural = _("approvals of contracts")
        ordering = ("contract", "pk")
        default_permissions = ()
        triggers = [AppendOnly()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_contractapproval_once", fields=["contract", "round", "step"]
            ),
            models.UniqueConstraint(
                name="vendors_contractapproval_one_each",
                fields=["contract", "round", "approved_by"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract.reference} {self.get_step_display()}"


class ContractDocument(Attachment):
    """One version of a document of a contract: the text, an annex, the signed copy."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="documents")
    title = models.CharField(_("document"), max_length=120)
    number = models.PositiveSmallIntegerField(_("version of the document"))

    history = History()
    objects = ContractPartQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = _("document of a contract")
        verbose_name_plural = _("documents of contracts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="vendors_contractdocument_versions", fields=["contract", "title", "number"]
            ),
        ]
