"""What contacts of clients are asked after a record is resolved, and what they answer."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.history import History
from notifications.wakeup import WakeWorkers
from sla.feedback_enums import FeedbackKind, InvitationState
from sla.models.clients import Client
from sla.models.lives import Life
from sla.querysets import FeedbackAnswerQuerySet, FeedbackQuerySet
from sla.triggers import FitsItsQuestion


class FeedbackInvitation(models.Model):
    """One address asked once about one record, by a link that only its e-mail holds.

    The link follows from `nonce` and the portal's secret, so that another attempt sends the same
    one; what is stored to find it by is its digest.
    """

    life = models.ForeignKey(Life, models.PROTECT, related_name="feedback_invitations")
    kind = models.CharField(_("question"), max_length=4, choices=FeedbackKind)
    client = models.ForeignKey(
        Client, models.PROTECT, related_name="feedback", verbose_name=_("client")
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback",
        verbose_name=_("service"),
    )
    reference = models.CharField(_("record"), max_length=30)
    title = models.CharField(_("title"), max_length=200)
    address = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=10)
    nonce = models.CharField(max_length=43, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=InvitationState,
        default=InvitationState.QUEUED,
        editable=False,
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    expires_at = models.DateTimeField(_("can be answered until"))

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to give feedback")
        verbose_name_plural = _("feedback")
        ordering = ("-pk",)
        default_permissions = ("view",)
        indexes = [
            models.Index(name="sla_feedback_client", fields=["client", "-id"]),
            models.Index(name="sla_feedback_service", fields=["service", "-id"]),
            models.Index(name="sla_feedback_kind", fields=["kind", "-id"]),
            models.Index(name="sla_feedback_asked", fields=["address", "-created_at"]),
            models.Index(
                name="sla_feedback_due",
                fields=["due_at"],
                condition=Q(state=InvitationState.QUEUED),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="sla_feedback_once", fields=["life", "address"]),
            models.CheckConstraint(
                name="sla_feedback_sent_pair",
                condition=Q(state=InvitationState.SENT, sent_at__isnull=False)
                | (~Q(state=InvitationState.SENT) & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="sla_feedback_kinds", condition=Q(kind__in=FeedbackKind.values)
            ),
        ]
        triggers = [WakeWorkers(task="sla.send_invitations")]

    def __str__(self) -> str:
        return f"{self.reference} · {self.get_kind_display()}"


@pgtrigger.register(FitsItsQuestion())
class FeedbackAnswer(models.Model):
    """What a contact answered; one for each invitation."""

    invitation = models.OneToOneField(FeedbackInvitation, models.PROTECT, related_name="answer")
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("comment"), max_length=2_000, blank=True)
    answered_at = models.DateTimeField(_("answered at"), default=timezone.now, editable=False)

    history = History(read_by=("invitation",))
    objects = FeedbackAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("-pk",)
        default_permissions = ()
        indexes = [models.Index(name="sla_feedbackanswer_at", fields=["answered_at"])]

    def __str__(self) -> str:
        return str(self.score)
