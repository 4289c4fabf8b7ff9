"""What contracts oblige us or the vendor to, and each time that it is due."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from records.models import Attachment
from vendors.models.contracts import Contract
from vendors.models.parts import ContractClause
from vendors.obligations.enums import (
    Direction,
    ObligationCategory,
    ObligationStatus,
    Recurrence,
    TaskStatus,
)
from vendors.obligations.querysets import (
    ObligationDocumentQuerySet,
    ObligationQuerySet,
    ObligationTaskQuerySet,
)
from vendors.obligations.triggers import KeepsItsDay, StaysAsAgreed, StaysWithItsTask

MOST_DAYS_BEFORE = 180
_ENDED = Q(status=ObligationStatus.ENDED)
_JUDGED = Q(status__in=[TaskStatus.ACCEPTED, TaskStatus.RETURNED, TaskStatus.WAIVED])
_GIVEN = Q(status__in=[TaskStatus.SUBMITTED, TaskStatus.ACCEPTED, TaskStatus.RETURNED])


class Obligation(models.Model):
    """Something that a contract obliges us or the vendor to, once or again and again. Each time
    that it is due is a row of its own."""

    reference = reference_field("OBL")
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="obligations", verbose_name=_("contract")
    )
    direction = models.CharField(
        _("whose"), max_length=8, choices=Direction, help_text=_("Who has to do it.")
    )
    title = models.CharField(_("title"), max_length=200)
    what = models.TextField(
        _("what has to be done"), max_length=2_000, help_text=_("And how one sees that it is.")
    )
    place = models.CharField(
        _("place in the contract"), max_length=120, help_text=_("Such as clause 7.2.")
    )
    clause = models.ForeignKey(
        ContractClause,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="obligations",
        verbose_name=_("clause of the checklist"),
    )
    category = models.CharField(
        pgettext_lazy("obligation", "category"), max_length=16, choices=ObligationCategory
    )
    recurrence = models.CharField(_("how often"), max_length=12, choices=Recurrence)
    first_due_on = models.DateField(_("first due on"))
    until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Empty: until the contract ends.")
    )
    days_before = models.PositiveSmallIntegerField(
        _("days before to tell"),
        default=14,
        validators=[MaxValueValidator(MOST_DAYS_BEFORE)],
        help_text=_("So many days before the owner hears of it."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="obligations_owned",
        verbose_name=pgettext_lazy("obligation", "owner"),
        help_text=_("Does it, or records what the vendor did."),
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="obligations_approved",
        verbose_name=_("approver"),
        help_text=_("Says whether it was done. Never the owner."),
    )
    needs_evidence = models.BooleanField(
        _("evidence needed"),
        default=True,
        help_text=_("It is submitted with a document."),
    )
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=ObligationStatus,
        default=ObligationStatus.ACTIVE,
        editable=False,
    )
    end_note = models.TextField(_("why it ended"), max_length=2_000, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("ended by"),
    )
    created_at = models.DateTimeField(_("written down at"), db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        triggers = [StaysAsAgreed()]
        indexes = [
            models.Index(name="vendors_obligation_queue", fields=["status", "-id"]),
            models.Index(name="vendors_obligation_whose", fields=["direction", "-id"]),
            models.Index(name="vendors_obligation_kinds", fields=["category", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="vendors_obligation_statuses",
                condition=Q(status__in=ObligationStatus.values),
            ),
            models.CheckConstraint(
                name="vendors_obligation_approved_by_another",
                condition=~Q(owner=F("approver")),
                violation_error_message=_("Owner and approver are two people."),
            ),
            models.CheckConstraint(
                name="vendors_obligation_until_after_first",
                condition=Q(until__isnull=True) | Q(until__gte=F("first_due_on")),
                violation_error_message=_("It ends on the first day that it is due, or later."),
            ),
            models.CheckConstraint(
                name="vendors_obligation_days_before",
                condition=Q(days_before__lte=MOST_DAYS_BEFORE),
            ),
            models.CheckConstraint(
                name="vendors_obligation_ended_pair",
                condition=(~_ENDED & Q(ended_at__isnull=True, ended_by__isnull=True, end_note=""))
                | (_ENDED & Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_note="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class ObligationTask(models.Model):
    """One time that an obligation is due. Its day is worked out once and stays; that it was missed
    stays known, though it is done later."""

    reference = reference_field("OBT")
    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="tasks", verbose_name=_("obligation")
    )
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    nominal_on = models.DateField(
        _("day of the contract"), editable=False, help_text=_("Before it moved to a working day.")
    )
    due_on = models.DateField(_("due on"), editable=False)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=TaskStatus,
        default=TaskStatus.OPEN,
        editable=False,
    )
    missed_at = models.DateTimeField(_("missed at"), null=True, editable=False)
    note = models.TextField(_("what was done"), max_length=2_000, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    decision_note = models.TextField(
        _("what the approver says"), max_length=2_000, blank=True, editable=False
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(read_by=("obligation",))
    objects = ObligationTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task of an obligation")
        verbose_name_plural = _("tasks of obligations")
        ordering = ("due_on", "pk")
        default_permissions = ("view",)
        triggers = [KeepsItsDay()]
        indexes = [
            models.Index(name="vendors_obligationtask_queue", fields=["status", "due_on", "id"]),
            models.Index(name="vendors_obligationtask_due", fields=["due_on", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="vendors_obligationtask_numbers", fields=["obligation", "number"]
            ),
            models.CheckConstraint(
                name="vendors_obligationtask_statuses",
                condition=Q(status__in=TaskStatus.values),
            ),
            models.CheckConstraint(
                name="vendors_obligationtask_days", condition=Q(due_on__lte=F("nominal_on"))
            ),
            models.CheckConstraint(
                name="vendors_obligationtask_submitted_pair",
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True, note="")
                | (Q(submitted_at__isnull=False, submitted_by__isnull=False) & ~Q(note="")),
            ),
            models.CheckConstraint(
                name="vendors_obligationtask_given",
                condition=~_GIVEN | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="vendors_obligationtask_decided_pair",
                condition=(_JUDGED & Q(decided_at__isnull=False, decided_by__isnull=False))
                | (
                    ~_JUDGED & Q(decided_at__isnull=True, decided_by__isnull=True, decision_note="")
                ),
            ),
            models.CheckConstraint(
                name="vendors_obligationtask_says_why",
                condition=~Q(status__in=[TaskStatus.RETURNED, TaskStatus.WAIVED])
                | ~Q(decision_note=""),
            ),
            models.CheckConstraint(
                name="vendors_obligationtask_decided_by_another",
                condition=Q(decided_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(decided_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="vendors_obligationtask_missed",
                condition=~Q(status=TaskStatus.MISSED) | Q(missed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.due_on}"


class ObligationDocument(Attachment):
    """What shows that an obligation was met, by the hash of its bytes."""

    task = models.ForeignKey(ObligationTask, models.PROTECT, related_name="documents")
    title = models.CharField(_("title"), max_length=120)

    history = History(read_by=("task",))
    objects = ObligationDocumentQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = _("evidence of an obligation")
        verbose_name_plural = _("evidence of obligations")
        ordering = ("task", "pk")
        default_permissions = ()
        triggers = [StaysWithItsTask()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_obligationdocument_once", fields=["task", "sha256"]
            ),
        ]

    def __str__(self) -> str:
        return self.title
