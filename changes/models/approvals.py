"""What was asked of whom about which version of a change, and what they answered."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.history import History
from audit.triggers import AppendOnly
from changes.enums import Authentication, Decision, Quorum, StepKind, StepStatus
from changes.models.boards import Board
from changes.models.change import Change
from changes.querysets import ApprovalStepQuerySet, ChangePartQuerySet
from changes.triggers import CountsAsValid
from people.models import Person


class _Sha256(Func):
    """The SHA-256 of a text in hexadecimal, by the database's own function."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = models.CharField(max_length=64)


@pgtrigger.register(AppendOnly())
class ContentVersion(models.Model):
    """What a change said when somebody was asked to approve it: frozen, and named by its hash."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.TextField(_("content"), help_text=_("Canonical JSON of the material fields."))
    sha256 = models.CharField(_("hash"), max_length=64, unique=True)
    frozen_at = models.DateTimeField(_("frozen at"), default=timezone.now, editable=False)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("frozen by"),
    )

    history = History(read_by=("change",))
    objects = ChangePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ("change", "-number")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="changes_contentversion_number", fields=["change", "number"]
            ),
            models.CheckConstraint(
                name="changes_contentversion_hash_is_of_the_content",
                condition=Q(sha256=_Sha256(F("content"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.sha256[:12]})"


class ApprovalRound(models.Model):
    """All that was asked for one version: its steps are made at once, so that none is forgotten."""

    content = models.OneToOneField(ContentVersion, models.PROTECT, related_name="round")
    policy = models.CharField(_("policy"), max_length=120, help_text=_("Its name at the time."))
    is_retrospective = models.BooleanField(_("after the start"), default=False)
    status = models.CharField(
        _("status"), max_length=10, choices=StepStatus, default=StepStatus.OPEN, editable=False
    )
    due_at = models.DateTimeField(_("due at"), null=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)

    history = History(read_by=("content",))

    class Meta:
        verbose_name = _("approval round")
        verbose_name_plural = _("approval rounds")
        ordering = ("-pk",)
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="changes_approvalround_statuses",
                condition=Q(
                    status__in=[
                        StepStatus.OPEN,
                        StepStatus.APPROVED,
                        StepStatus.REJECTED,
                        StepStatus.VOID,
                    ]
                ),
            )
        ]

    def __str__(self) -> str:
        return self.policy


class ApprovalStep(models.Model):
    """One step of a round, as the policy asked when it was made."""

    round = models.ForeignKey(ApprovalRound, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("who is asked"), max_length=15, choices=StepKind)
    board = models.ForeignKey(
        Board, models.PROTECT, null=True, related_name="steps", verbose_name=_("board")
    )
    quorum = models.CharField(_("rule"), max_length=10, choices=Quorum)
    needed = models.PositiveSmallIntegerField(_("how many"))
    present = models.PositiveSmallIntegerField(_("quorum"))
    required_votes = models.PositiveSmallIntegerField(
        _("approvals required"), help_text=_("If nobody is recused.")
    )
    accepts_tokens = models.BooleanField(_("votes by API"))
    due_in = models.DurationField(_("due in"))
    status = models.CharField(
        _("status"), max_length=10, choices=StepStatus, default=StepStatus.WAITING, editable=False
    )
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    due_at = models.DateTimeField(_("due at"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)

    history = History(read_by=("round",))
    objects = ApprovalStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ("round", "position")
        default_permissions = ()
        indexes = [
            models.Index(
                name="changes_approvalstep_due",
                fields=["due_at"],
                condition=Q(status=StepStatus.OPEN),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="changes_approvalstep_position", fields=["round", "position"]
            ),
            models.CheckConstraint(
                name="changes_approvalstep_requires_somebody", condition=Q(required_votes__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Elector(models.Model):
    """Somebody whose vote a step asks for. A person has one seat, whatever accounts they have."""

    step = models.ForeignKey(ApprovalStep, models.PROTECT, related_name="electors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("account")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    reminded_at = models.DateTimeField(_("reminded at"), null=True, editable=False)

    history = History(read_by=("step",))

    class Meta:
        verbose_name = _("elector")
        verbose_name_plural = _("electors")
        ordering = ("step", "user")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="changes_elector_one_seat", fields=["step", "person"])
        ]

    def __str__(self) -> str:
        return str(self.user)


@pgtrigger.register(AppendOnly(), CountsAsValid())
class Vote(models.Model):
    """What one person said to one version of a change in one step. It is never changed: who
    thinks otherwise later says so in a comment, and the requester amends the change."""

    step = models.ForeignKey(ApprovalStep, models.PROTECT, related_name="votes")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("whose seat it counts for")
    )
    cast_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="votes", verbose_name=_("cast by")
    )
    cast_by_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    comment = models.TextField(_("comment"), max_length=5_000, blank=True)
    version_hash = models.CharField(_("hash of the content"), max_length=64)
    authentication = models.CharField(_("authenticated by"), max_length=10, choices=Authentication)
    cast_at = models.DateTimeField(_("cast at"), default=timezone.now, editable=False)

    history = History(read_by=("step",))

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ("cast_at", "pk")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="changes_vote_one_a_seat", fields=["step", "person"]),
            models.UniqueConstraint(
                name="changes_vote_one_a_person", fields=["step", "cast_by_person"]
            ),
            models.CheckConstraint(
                name="changes_vote_says_why",
                condition=Q(decision=Decision.APPROVE) | ~Q(comment=Value("")),
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cast_by}: {self.get_decision_display()}"


class SegregationException(models.Model):
    """Somebody may approve what they have a part in, because there is nobody else: with a reason,
    a second person who agrees, and an end."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="segregation_exceptions")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("who may approve")
    )
    reason = models.TextField(_("reason"), max_length=5_000)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    expires_at = models.DateTimeField(_("expires at"))

    history = History(read_by=("change",))
    objects = ChangePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception from segregation")
        verbose_name_plural = _("exceptions from segregation")
        ordering = ("-pk",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="changes_segregationexception_once", fields=["change", "person"]
            ),
            models.CheckConstraint(
                name="changes_segregationexception_approved_pair",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="changes_segregationexception_two_people",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.person}"


class VerbalApproval(models.Model):
    """A member of the ECAB agreed by word of mouth that an emergency change may start."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="verbal_approvals")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("who agreed")
    )
    given_at = models.DateTimeField(_("given at"))
    how = models.CharField(
        _("how"), max_length=200, help_text=_("Telephone, call bridge, in person.")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    history = History(read_by=("change",))
    objects = ChangePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("verbal approval")
        verbose_name_plural = _("verbal approvals")
        ordering = ("given_at",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="changes_verbalapproval_one_a_person", fields=["change", "person"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.how})"
