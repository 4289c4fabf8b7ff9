"""What approval which change needs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from changes.enums import ChangeType, Quorum, Risk, StepKind
from changes.models.boards import Board
from changes.querysets import ApprovalPolicyQuerySet


class ApprovalPolicy(models.Model):
    """The ordered steps by which changes of a type and a risk are approved."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    type = models.CharField(_("type"), max_length=10, choices=ChangeType)
    risk = models.CharField(
        _("risk"), max_length=10, choices=Risk, blank=True, help_text=_("Empty: any.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ApprovalPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval policy")
        verbose_name_plural = _("approval policies")
        ordering = ("type", "risk")
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(
                name="changes_approvalpolicy_one_active",
                fields=["type", "risk"],
                condition=Q(is_active=True),
                violation_error_message=_("Another active policy is for this type and risk."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class PolicyStep(models.Model):
    """One step of a policy: who is asked, and how many of them must say yes."""

    policy = models.ForeignKey(ApprovalPolicy, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("who is asked"), max_length=15, choices=StepKind)
    board = models.ForeignKey(
        Board,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("board"),
        help_text=_("Only for the CAB and the ECAB."),
    )
    quorum = models.CharField(_("rule"), max_length=10, choices=Quorum, default=Quorum.FIRST)
    needed = models.PositiveSmallIntegerField(
        _("how many"), default=1, help_text=_("A number or a percentage, as the rule asks.")
    )
    present = models.PositiveSmallIntegerField(
        _("quorum"), default=1, help_text=_("How many must take part for the step to count.")
    )
    due_in = models.DurationField(_("due in"), help_text=_("From when the step opens."))
    accepts_tokens = models.BooleanField(
        _("votes by API"), default=True, help_text=_("Whether a token may vote in this step.")
    )

    history = History(read_by=("policy",))

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ("policy", "position")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="changes_policystep_position", fields=["policy", "position"]
            ),
            models.CheckConstraint(
                name="changes_policystep_needed",
                condition=Q(needed__gte=1) & (~Q(quorum=Quorum.PERCENT) | Q(needed__lte=100)),
                violation_error_message=_("At least 1, and a percentage is 100 at most."),
            ),
            models.CheckConstraint(
                name="changes_policystep_board",
                condition=Q(kind__in=[StepKind.CAB, StepKind.ECAB], board__isnull=False)
                | (~Q(kind__in=[StepKind.CAB, StepKind.ECAB]) & Q(board__isnull=True)),
                violation_error_message=_("The CAB and the ECAB are boards; nobody else is."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
