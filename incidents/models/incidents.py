"""Incidents and what hangs on them. Who may change what, and when, stands in other files."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Service
from audit.history import History
from changes.models import Change
from core.references import reference_field
from core.search import search_document
from incidents.enums import (
    ENDED,
    OPEN,
    Impact,
    IncidentChannel,
    LinkKind,
    Priority,
    ResolutionCode,
    Status,
    Tier,
    Urgency,
)
from incidents.querysets import IncidentPartQuerySet, IncidentQuerySet
from incidents.triggers import KeepsFamiliesTrees
from people.models import Team
from records.models import Attachment, Comment, Link, Share, Watcher
from sla.models import Client, Life
from vendors.models import Vendor


class Incident(models.Model):
    """Something is broken or degraded, from the first sign of it until it is closed."""

    reference = reference_field("INC")
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(
        _("description"), max_length=100_000, blank=True, help_text=_("Markdown.")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=Status, default=Status.NEW, editable=False
    )
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="incidents", verbose_name=_("service")
    )
    assets = models.ManyToManyField(
        Asset, through="AffectedAsset", blank=True, verbose_name=_("affected assets")
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="incidents", verbose_name=_("team"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_incidents",
        verbose_name=_("owner"),
    )
    client = models.ForeignKey(
        Client,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents",
        verbose_name=_("client"),
    )
    vendor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents",
        verbose_name=_("attributed to vendor"),
    )
    caused_by_change = models.ForeignKey(
        Change,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="caused_incidents",
        verbose_name=_("caused by the change"),
        help_text=_("The change without which it would not have happened."),
    )
    tier = models.CharField(_("tier"), max_length=10, choices=Tier, default=Tier.L1)
    channel = models.CharField(
        _("channel"), max_length=12, choices=IncidentChannel, default=IncidentChannel.PORTAL
    )
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Impact, default=Impact.MEDIUM)
    urgency = models.PositiveSmallIntegerField(
        _("urgency"), choices=Urgency, default=Urgency.MEDIUM
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, editable=False)
    priority_reason = models.CharField(
        _("reason for another priority"), max_length=300, blank=True, editable=False
    )
    resolution_code = models.CharField(
        _("resolution code"), max_length=20, choices=ResolutionCode, blank=True, editable=False
    )
    resolution = models.TextField(_("resolution"), max_length=20_000, blank=True, editable=False)
    is_drill = models.BooleanField(
        _("drill"), default=False, help_text=_("An exercise: no figure counts it.")
    )
    alert_key = models.CharField(
        _("alert group"), max_length=300, blank=True, default="", editable=False
    )
    life = models.OneToOneField(Life, models.PROTECT, related_name="incident", editable=False)
    opened_at = models.DateTimeField(_("opened at"), editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("opened by"),
    )
    resolved_at = models.DateTimeField(_("resolved at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    search = models.GeneratedField(
        expression=search_document(title="A", description="B"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [
            ("override_priority", "Can set a priority other than the matrix gives"),
            ("share_incident", "Can share an incident with one person"),
            ("judge_incident", "Can say that an incident is a drill and why a target was missed"),
        ]
        indexes = [
            GinIndex(name="incidents_incident_search", fields=["search"]),
            models.Index(name="incidents_incident_queue", fields=["status", "priority", "-id"]),
            # What is open is counted on every visit of the home page: from the index alone.
            models.Index(
                name="incidents_incident_open",
                fields=["priority", "-id"],
                include=["team", "owner", "opened_at", "life"],
                condition=Q(status__in=OPEN),
            ),
            # A queue is read from its front: the most pressing first, the oldest before the others.
            models.Index(
                name="incidents_incident_work",
                fields=["priority", "id"],
                include=["team", "owner", "status"],
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                name="incidents_incident_waits",
                fields=["team", "status", "priority", "id"],
                include=["owner", "opened_at"],
                condition=Q(status__in=OPEN),
            ),
            models.Index(name="incidents_incident_prio", fields=["priority", "-id"]),
            models.Index(name="incidents_incident_team", fields=["team", "-id"]),
            models.Index(name="incidents_incident_owner", fields=["owner", "-id"]),
            models.Index(name="incidents_incident_service", fields=["service", "-id"]),
            models.Index(name="incidents_incident_client", fields=["client", "-id"]),
            models.Index(name="incidents_incident_vendor", fields=["vendor", "-id"]),
            models.Index(
                name="incidents_incident_caused",
                fields=["caused_by_change", "-id"],
                condition=Q(caused_by_change__isnull=False),
            ),
            models.Index(
                name="incidents_incident_drills", fields=["-id"], condition=Q(is_drill=True)
            ),
            models.Index(name="incidents_incident_opened", fields=["-opened_at", "-id"]),
            models.Index(name="incidents_incident_channel", fields=["channel", "-id"]),
            models.Index(name="incidents_incident_ended", fields=["-resolved_at", "-id"]),
            models.Index(
                name="incidents_incident_resolved",
                fields=["resolved_at"],
                condition=Q(status=Status.RESOLVED),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="incidents_incident_one_open_per_alert_group",
                fields=["alert_key"],
                condition=Q(status__in=OPEN) & ~Q(alert_key=""),
            ),
            models.CheckConstraint(
                name="incidents_incident_resolution_complete",
                condition=~Q(status__in=[Status.RESOLVED, Status.CLOSED])
                | (Q(resolved_at__isnull=False) & ~Q(resolution_code="") & ~Q(resolution="")),
            ),
            models.CheckConstraint(
                name="incidents_incident_closed_pair",
                condition=Q(status__in=ENDED, closed_at__isnull=False)
                | (~Q(status__in=ENDED) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="incidents_incident_waits_for_a_vendor",
                condition=~Q(status=Status.PENDING_VENDOR) | Q(vendor__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_incident_work_has_an_owner",
                condition=~Q(status=Status.IN_PROGRESS) | Q(owner__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_incident_statuses", condition=Q(status__in=Status.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class AffectedAsset(models.Model):
    """An asset that an incident affects."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="affected_assets")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="affected_by")

    history = History(read_by=("incident",))

    class Meta:
        verbose_name = _("affected asset")
        verbose_name_plural = _("affected assets")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="incidents_affectedasset_once", fields=["incident", "asset"]
            )
        ]

    def __str__(self) -> str:
        return str(self.asset)


class IncidentComment(Comment):
    """A comment on an incident. `unheard` names those whom it mentions in vain, where it was just
    written: nobody of that name may see the incident."""

    unheard: tuple[str, ...] = ()

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="comments")

    history = History()
    objects = IncidentPartQuerySet.as_manager()

    class Meta(Comment.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ()
        indexes = [models.Index(name="incidents_comment_of", fields=["incident", "id"])]


class IncidentAttachment(Attachment):
    """A file given to an incident."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="attachments")

    history = History()
    objects = IncidentPartQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        default_permissions = ()


class IncidentWatcher(Watcher):
    """Somebody who wants to hear about an incident."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="watchers")

    history = History(read_by=("incident",))

    class Meta(Watcher.Meta):
        constraints = [
            models.UniqueConstraint(
                name="incidents_incidentwatcher_once", fields=["incident", "user"]
            )
        ]


class IncidentLink(Link):
    """One incident relates to another, read from left to right."""

    source = models.ForeignKey(Incident, models.PROTECT, related_name="links")
    kind = models.CharField(_("relation"), max_length=15, choices=LinkKind)
    target = models.ForeignKey(Incident, models.PROTECT, related_name="linked_from")
    follows = models.BooleanField(
        _("follows"),
        default=True,
        help_text=_("Of a part: whether it takes over what the whole passes on."),
    )

    history = History(read_by=("source", "target"))

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="incidents_incidentlink_once", fields=["source", "kind", "target"]
            ),
            models.CheckConstraint(
                name="incidents_incidentlink_not_to_itself", condition=~Q(source=F("target"))
            ),
            models.UniqueConstraint(
                name="incidents_incidentlink_one_whole",
                fields=["source"],
                condition=Q(kind=LinkKind.CHILD_OF),
            ),
        ]
        triggers = [KeepsFamiliesTrees()]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class IncidentShare(Share):
    """One incident shown to one person until a moment."""

    content_object = models.ForeignKey(Incident, models.PROTECT, related_name="shares")

    history = History(read_by=("content_object",))

    class Meta(Share.Meta): ...
