"""Telephone calls as they came in, were answered and ended."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from core.references import reference_field
from incidents.models.incidents import Incident
from incidents.models.requests import Request
from incidents.request_enums import CallOutcome, CallStatus
from incidents.request_querysets import CallQuerySet
from people.models import Team
from sla.models import Client, ClientContact, Life


class PhoneCall(models.Model):
    """One call to a team: who rang, how long it rang, who took it, and what came of it."""

    reference = reference_field("CLL")
    caller = models.CharField(_("caller"), max_length=200, help_text=_("Name or number."))
    team = models.ForeignKey(Team, models.PROTECT, related_name="calls", verbose_name=_("team"))
    client = models.ForeignKey(
        Client,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("client"),
    )
    contact = models.ForeignKey(
        ClientContact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("contact"),
    )
    came_in_at = models.DateTimeField(_("came in at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("handled by"),
    )
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=CallOutcome, blank=True, editable=False
    )
    note = models.TextField(_("note"), max_length=5000, blank=True)
    request = models.ForeignKey(
        Request,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="calls",
        verbose_name=_("request"),
    )
    incident = models.ForeignKey(
        Incident,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="calls",
        verbose_name=_("incident"),
    )
    life = models.OneToOneField(Life, models.PROTECT, related_name="call", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("telephone call")
        verbose_name_plural = _("telephone calls")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(name="incidents_call_came_in", fields=["-came_in_at", "-id"]),
            models.Index(name="incidents_call_team", fields=["team", "-id"]),
            models.Index(name="incidents_call_client", fields=["client", "-id"]),
            models.Index(name="incidents_call_handler", fields=["handled_by", "-id"]),
            models.Index(name="incidents_call_outcome", fields=["outcome", "-id"]),
            models.Index(name="incidents_call_caller", fields=["caller"]),
            models.Index(
                name="incidents_call_under_way",
                fields=["team", "-id"],
                condition=Q(ended_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="incidents_call_in_order",
                condition=(Q(answered_at__isnull=True) | Q(answered_at__gte=F("came_in_at")))
                & (
                    Q(ended_at__isnull=True)
                    | Q(ended_at__gte=F("came_in_at"), answered_at__isnull=True)
                    | Q(ended_at__gte=F("answered_at"))
                ),
                violation_error_message=_("A call comes in, is answered and ends, in this order."),
            ),
            models.CheckConstraint(
                name="incidents_call_answered_pair",
                condition=Q(answered_at__isnull=True, handled_by__isnull=True)
                | Q(answered_at__isnull=False, handled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_call_ended_with_an_outcome",
                condition=Q(ended_at__isnull=True, outcome="")
                | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="incidents_call_about_one_record",
                condition=Q(request__isnull=True) | Q(incident__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.caller}"

    @property
    def status(self) -> str:
        """Where it stands, which follows from its moments."""
        if self.ended_at:
            return CallStatus.ENDED
        return CallStatus.ANSWERED if self.answered_at else CallStatus.RINGING

    def get_status_display(self) -> str:
        return str(CallStatus(self.status).label)
