"""What is asked of us: requests, and what they carry. What is broken is an incident."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.history import History
from core.references import reference_field
from core.search import search_document
from incidents.enums import IncidentChannel, Priority
from incidents.models.collaboration import Merge
from incidents.models.incidents import Incident
from incidents.request_enums import (
    REQUEST_ENDED,
    REQUEST_IN_HAND,
    REQUEST_NOT_COUNTED,
    REQUEST_OPEN,
    AskingKind,
    RequestLinkKind,
    RequestOutcome,
    RequestStatus,
)
from incidents.request_querysets import RequestPartQuerySet, RequestQuerySet
from incidents.triggers import KeepsFamiliesTrees
from people.models import Team
from records.models import Attachment, Comment, Link, Share, Watcher
from sla.enums import RequestKind
from sla.models import Client, ClientContact, Life
from vendors.models import Vendor

LANGUAGES = [("en", "English"), ("es-mx", "Español (México)")]
_ENDED = [RequestStatus.RESOLVED, RequestStatus.CLOSED]


class Request(models.Model):
    """Something that a client or a colleague asks of us, from the first word until it is closed."""

    reference = reference_field("REQ")
    kind = models.CharField(_("kind"), max_length=20, choices=RequestKind)
    request_type = models.SlugField(
        _("type"),
        max_length=40,
        blank=True,
        db_index=False,
        help_text=_("A short name such as new-terminal, where agreements tell types apart."),
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(
        _("description"), max_length=100_000, blank=True, help_text=_("Markdown.")
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=RequestStatus,
        default=RequestStatus.NEW,
        editable=False,
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.P4
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("service"),
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="requests", verbose_name=_("team"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_requests",
        verbose_name=_("owner"),
    )
    client = models.ForeignKey(
        Client,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("client"),
    )
    contact = models.ForeignKey(
        ClientContact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("contact"),
    )
    asked_by = models.CharField(
        _("who asks"),
        max_length=200,
        blank=True,
        help_text=_("Name and address as they gave them, where it is no known contact."),
    )
    vendor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("vendor"),
    )
    channel = models.CharField(
        _("channel"), max_length=12, choices=IncidentChannel, default=IncidentChannel.PORTAL
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=LANGUAGES,
        default="es-mx",
        help_text=_("To answer in."),
    )
    entitlement_note = models.CharField(
        _("outside what the client is entitled to"), max_length=300, blank=True, editable=False
    )
    message_id = models.CharField(max_length=300, blank=True, default="", editable=False)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=RequestOutcome, blank=True, editable=False
    )
    resolution = models.TextField(_("resolution"), max_length=20_000, blank=True, editable=False)
    life = models.OneToOneField(Life, models.PROTECT, related_name="request", editable=False)
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
    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [("share_request", "Can share a request with one person")]
        indexes = [
            GinIndex(name="incidents_request_search", fields=["search"]),
            models.Index(name="incidents_request_queue", fields=["status", "priority", "-id"]),
            models.Index(
                name="incidents_request_open",
                fields=["priority", "-id"],
                include=["team", "owner", "opened_at", "life"],
                condition=Q(status__in=REQUEST_OPEN),
            ),
            # A queue is read from its front: the oldest of the most pressing.
            models.Index(
                name="incidents_request_work",
                fields=["priority", "id"],
                include=["team", "owner", "status"],
                condition=Q(status__in=REQUEST_OPEN),
            ),
            models.Index(
                name="incidents_request_waits",
                fields=["team", "status", "priority", "id"],
                include=["owner"],
                condition=Q(status__in=REQUEST_OPEN),
            ),
            models.Index(name="incidents_request_prio", fields=["priority", "-id"]),
            models.Index(name="incidents_request_kind", fields=["kind", "-id"]),
            models.Index(name="incidents_request_type", fields=["request_type", "-id"]),
            models.Index(name="incidents_request_team", fields=["team", "-id"]),
            models.Index(name="incidents_request_owner", fields=["owner", "-id"]),
            models.Index(name="incidents_request_service", fields=["service", "-id"]),
            models.Index(name="incidents_request_client", fields=["client", "-id"]),
            models.Index(name="incidents_request_vendor", fields=["vendor", "-id"]),
            models.Index(name="incidents_request_channel", fields=["channel", "-id"]),
            models.Index(name="incidents_request_opened", fields=["-opened_at", "-id"]),
            models.Index(name="incidents_request_ended", fields=["-resolved_at", "-id"]),
            models.Index(
                name="incidents_request_resolved",
                fields=["resolved_at"],
                condition=Q(status=RequestStatus.RESOLVED),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="incidents_request_once_for_a_message",
                fields=["message_id"],
                condition=~Q(message_id=""),
            ),
            models.CheckConstraint(
                name="incidents_request_statuses", condition=Q(status__in=RequestStatus.values)
            ),
            models.CheckConstraint(
                name="incidents_request_kinds", condition=Q(kind__in=RequestKind.values)
            ),
            models.CheckConstraint(
                name="incidents_request_has_one_owner",
                condition=Q(status__in=[RequestStatus.NEW, *REQUEST_NOT_COUNTED])
                | Q(owner__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_request_waits_for_a_vendor",
                condition=~Q(status=RequestStatus.PENDING_VENDOR) | Q(vendor__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_request_resolution_complete",
                condition=~Q(status__in=_ENDED)
                | (Q(resolved_at__isnull=False) & ~Q(outcome="") & ~Q(resolution="")),
            ),
            models.CheckConstraint(
                name="incidents_request_closed_pair",
                condition=Q(status__in=REQUEST_ENDED, closed_at__isnull=False)
                | (~Q(status__in=REQUEST_ENDED) & Q(closed_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.status in REQUEST_OPEN

    @property
    def is_in_hand(self) -> bool:
        return self.status in REQUEST_IN_HAND


class RequestComment(Comment):
    """A comment on a request: for colleagues, or for who asked as well. `unheard` names those whom
    it mentions in vain, where it was just written."""

    unheard: tuple[str, ...] = ()

    request = models.ForeignKey(Request, models.PROTECT, related_name="comments")

    history = History()
    objects = RequestPartQuerySet.as_manager()

    class Meta(Comment.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ()
        indexes = [models.Index(name="incidents_reqcomment_of", fields=["request", "id"])]


class RequestAttachment(Attachment):
    """A file given to a request."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="attachments")

    history = History()
    objects = RequestPartQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        default_permissions = ()


class RequestWatcher(Watcher):
    """Somebody who wants to hear about a request."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="watchers")

    history = History(read_by=("request",))

    class Meta(Watcher.Meta):
        constraints = [
            models.UniqueConstraint(
                name="incidents_requestwatcher_once", fields=["request", "user"]
            )
        ]


class RequestLink(Link):
    """One request relates to another, read from left to right."""

    source = models.ForeignKey(Request, models.PROTECT, related_name="links")
    kind = models.CharField(_("relation"), max_length=15, choices=RequestLinkKind)
    target = models.ForeignKey(Request, models.PROTECT, related_name="linked_from")
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
                name="incidents_requestlink_once", fields=["source", "kind", "target"]
            ),
            models.CheckConstraint(
                name="incidents_requestlink_not_to_itself", condition=~Q(source=F("target"))
            ),
            models.UniqueConstraint(
                name="incidents_requestlink_one_whole",
                fields=["source"],
                condition=Q(kind=RequestLinkKind.CHILD_OF),
            ),
        ]
        triggers = [KeepsFamiliesTrees()]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class RequestIncident(Link):
    """An incident that a request asks about, or that caused it."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="incident_links")
    kind = models.CharField(
        _("relation"), max_length=15, choices=AskingKind, default=AskingKind.ABOUT
    )
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="request_links")
    carried_by = models.ForeignKey(
        Merge,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="carried",
        help_text=_("The merge that brought it here; undoing that takes it back."),
    )

    history = History(read_by=("request", "incident"))

    class Meta:
        verbose_name = _("incident of a request")
        verbose_name_plural = _("incidents of requests")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="incidents_requestincident_once", fields=["request", "incident"]
            ),
            models.CheckConstraint(
                name="incidents_requestincident_kinds", condition=Q(kind__in=AskingKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.incident_id}"


class RequestShare(Share):
    """One request shown to one person until a moment."""

    content_object = models.ForeignKey(Request, models.PROTECT, related_name="shares")

    history = History(read_by=("content_object",))

    class Meta(Share.Meta): ...
