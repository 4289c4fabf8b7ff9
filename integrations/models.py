"""Alert sources, their keys, the events they sent and the alerts these told of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.history import History
from incidents.models import Incident
from integrations.enums import AlertState, EventState, Fault, SourceKind
from integrations.querysets import AlertEventQuerySet, AlertSourceQuerySet, SourceKeyQuerySet
from notifications.wakeup import WakeWorkers


class AlertSource(models.Model):
    """A system that sends us events: one that monitors, or one that deploys."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind)
    default_service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("default service"),
        help_text=_("For alerts whose labels name no service we know. Deployments need none."),
    )
    severities = models.JSONField(
        _("severities"),
        default=dict,
        blank=True,
        help_text=_('Severity label to impact and urgency, such as {"critical": [1, 1]}.'),
    )
    max_per_minute = models.PositiveIntegerField(
        _("events a minute"), default=30_000, help_text=_("More than this is refused with 429.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = AlertSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert source")
        verbose_name_plural = _("alert sources")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                name="integrations_alertsource_alerts_go_somewhere",
                condition=Q(kind=SourceKind.DEPLOYMENTS) | Q(default_service__isnull=False),
                violation_error_message=_("Say to which service its alerts go."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SourceKey(models.Model):
    """A pair of secrets of a source: one in the hook's address, one as Bearer. At most two pairs
    live at a time, so that the sender can be switched over without a gap."""

    source = models.ForeignKey(
        AlertSource, models.PROTECT, related_name="keys", verbose_name=_("alert source")
    )
    url_digest = models.CharField(max_length=64, unique=True, editable=False)
    bearer_digest = models.CharField(max_length=64, editable=False)
    hint = models.CharField(_("address begins with"), max_length=12, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    slot = models.PositiveSmallIntegerField(editable=False)
    refusals = models.PositiveIntegerField(_("refused"), default=0, editable=False)
    refused_at = models.DateTimeField(_("last refused at"), null=True, editable=False)

    objects = SourceKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("source key")
        verbose_name_plural = _("source keys")
        ordering = ("-pk",)
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                name="integrations_sourcekey_two_live",
                fields=["source", "slot"],
                condition=Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="integrations_sourcekey_slots", condition=Q(slot__in=[1, 2])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.hint}…"


class AlertEvent(models.Model):
    """One request of a source as it came in, card numbers masked. Kept for thirty days."""

    source = models.ForeignKey(
        AlertSource, models.PROTECT, related_name="events", verbose_name=_("alert source")
    )
    received_at = models.DateTimeField(_("received at"), db_default=models.functions.Now())
    payload = models.JSONField(_("payload"))
    sha256 = models.CharField(max_length=64, editable=False, help_text="Of the body as received.")
    state = models.CharField(
        _("state"), max_length=10, choices=EventState, default=EventState.RECEIVED, editable=False
    )
    due_at = models.DateTimeField(
        _("not before"), db_default=models.functions.Now(), editable=False
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    fault = models.CharField(
        _("error"), max_length=20, choices=Fault, blank=True, default="", editable=False
    )
    fault_facts = models.JSONField(default=dict, editable=False)
    digested_at = models.DateTimeField(_("digested at"), null=True, editable=False)
    replays = models.PositiveSmallIntegerField(_("replays"), default=0, editable=False)

    objects = AlertEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert event")
        verbose_name_plural = _("alert events")
        ordering = ("-pk",)
        default_permissions = ("view", "change")
        indexes = [
            models.Index(
                name="integrations_event_waiting",
                fields=["id"],
                condition=Q(state=EventState.RECEIVED),
            ),
            models.Index(
                name="integrations_event_dead", fields=["-id"], condition=Q(state=EventState.DEAD)
            ),
            models.Index(name="integrations_event_received", fields=["received_at"]),
        ]
        triggers = [WakeWorkers(task="integrations.digest_events")]

    def __str__(self) -> str:
        return f"{self.source} #{self.pk}"

    @property
    def error(self) -> str:
        """What is wrong with it, in the language in force; empty where nothing is."""
        return self.get_fault_display() % self.fault_facts if self.fault else ""


class Alert(models.Model):
    """One alert, by its fingerprint, in one incident: firing until the source says resolved."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="alerts")
    source = models.ForeignKey(AlertSource, models.PROTECT, related_name="alerts")
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    name = models.CharField(_("alert"), max_length=200)
    severity = models.CharField(_("severity"), max_length=40, blank=True)
    labels = models.JSONField(_("labels"), default=dict)
    annotations = models.JSONField(_("annotations"), default=dict)
    generator_url = models.CharField(_("source address"), max_length=2000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=AlertState, editable=False)
    starts_at = models.DateTimeField(_("started at"))
    ends_at = models.DateTimeField(_("ended at"), null=True)
    first_event = models.BigIntegerField(editable=False)
    last_event = models.BigIntegerField(editable=False)
    count = models.PositiveIntegerField(_("times received"), default=1)
    last_received_at = models.DateTimeField(_("last received at"))

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ("pk",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="integrations_alert_once", fields=["incident", "source", "fingerprint"]
            )
        ]
        indexes = [
            models.Index(
                name="integrations_alert_firing",
                fields=["incident"],
                condition=Q(state=AlertState.FIRING),
            ),
            models.Index(name="integrations_alert_latest", fields=["source", "fingerprint", "-id"]),
            models.Index(name="integrations_alert_named", fields=["source", "name", "-id"]),
        ]

    def __str__(self) -> str:
        return self.name
