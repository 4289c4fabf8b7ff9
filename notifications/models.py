"""Messages waiting and sent, what became of each attempt, and what people want to receive."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from notifications.enums import Channel, MessageKind, MessageState, Outcome
from notifications.querysets import MessageQuerySet
from notifications.wakeup import WakeWorkers


class Message(models.Model):
    """One message to one person, written in the same transaction as what it tells of.

    Sent at least once; the idempotency key is also the e-mail's Message-ID, so that a second
    delivery after a crash is recognised as the same message.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="messages",
        verbose_name=_("recipient"),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    kind = models.CharField(_("about"), max_length=30, choices=MessageKind)
    reference = models.CharField(_("record"), max_length=30, blank=True)
    context = models.JSONField(default=dict)
    is_urgent = models.BooleanField(
        _("urgent"), default=False, help_text=_("Comes through quiet hours.")
    )
    idempotency_key = models.CharField(max_length=120, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=MessageState, default=MessageState.QUEUED, editable=False
    )
    due_at = models.DateTimeField(_("due at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-pk",)
        default_permissions = ("view",)
        indexes = [
            models.Index(
                name="notifications_message_due",
                fields=["due_at"],
                condition=Q(state__in=[MessageState.QUEUED, MessageState.SENDING]),
            ),
            models.Index(name="notifications_message_of", fields=["recipient", "-id"]),
            models.Index(name="notifications_message_about", fields=["reference", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="notifications_message_sent_pair",
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | (~Q(state=MessageState.SENT) & Q(sent_at__isnull=True)),
            )
        ]
        triggers = [WakeWorkers(task="notifications.deliver_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.recipient}"


class DeliveryAttempt(models.Model):
    """What happened when a message was handed to its channel: a code that reads in every language,
    and the other side's own words."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="delivery_attempts")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    succeeded = models.BooleanField(_("succeeded"))
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    detail = models.TextField(_("detail"), blank=True)

    class Meta:
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")
        ordering = ("pk",)
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}Z"


class Preference(models.Model):
    """What a person wants to receive, and when not to be disturbed (in their own time zone)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notification_preference",
        verbose_name=_("account"),
    )
    muted_kinds = ArrayField(
        models.CharField(max_length=30, choices=MessageKind),
        default=list,
        blank=True,
        verbose_name=_("not by e-mail"),
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()

    class Meta:
        verbose_name = _("notification preferences")
        verbose_name_plural = _("notification preferences")
        constraints = [
            models.CheckConstraint(
                name="notifications_preference_quiet_pair",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                violation_error_message=_("Quiet hours need a beginning and an end."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}"
