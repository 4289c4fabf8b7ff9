"""The request list of an audit: what was asked for, by whom, until when, and what was given."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from audit.history import History
from core.references import reference_field
from evidence.engagement_querysets import AuditRequestPartQuerySet, AuditRequestQuerySet
from evidence.enums import TO_BE_ANSWERED, RequestStatus
from evidence.models.engagements import Engagement, account
from records.models import Attachment, Comment


class AuditRequest(models.Model):
    """Something that an auditor asks to be given: a line of the request list."""

    reference = reference_field("PBC")
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, related_name="requests", verbose_name=_("engagement")
    )
    control = models.CharField(
        _("control"), max_length=40, blank=True, help_text=_("Such as PCI-6.5.1.")
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what is asked for"), max_length=10_000, blank=True)
    status = models.CharField(
        _("status"),
        max_length=15,
        choices=RequestStatus,
        default=RequestStatus.OPEN,
        editable=False,
    )
    owner = account(_("owner"), related_name="audit_requests", help_text=_("Who answers it."))
    due_on = models.DateField(_("due on"))
    asked_at = models.DateTimeField(_("asked at"), default=told_moment, editable=False)
    asked_by = account(_("asked by"), related_name="asked_requests", editable=False)
    answer = models.TextField(_("answer"), max_length=10_000, blank=True, editable=False)
    pack_reference = models.CharField(
        _("evidence pack"), max_length=40, blank=True, default="", editable=False
    )
    provided_at = models.DateTimeField(_("provided at"), null=True, editable=False)
    provided_by = account(_("provided by"), null=True, editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = AuditRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit request")
        verbose_name_plural = _("audit requests")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(name="evidence_request_engagement", fields=["engagement", "-id"]),
            models.Index(name="evidence_request_owner", fields=["owner", "-id"]),
            models.Index(name="evidence_request_status", fields=["status", "-id"]),
            models.Index(name="evidence_request_due", fields=["due_on", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="evidence_auditrequest_statuses",
                condition=Q(status__in=RequestStatus.values),
            ),
            models.CheckConstraint(
                name="evidence_auditrequest_provided_pair",
                condition=Q(provided_at__isnull=True, provided_by__isnull=True)
                | Q(provided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="evidence_auditrequest_provided_with_something",
                condition=~Q(status__in=[RequestStatus.PROVIDED, RequestStatus.ACCEPTED])
                | Q(provided_at__isnull=False) & ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="evidence_auditrequest_given_by_others",
                condition=Q(provided_by__isnull=True) | ~Q(provided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="evidence_auditrequest_settled",
                condition=Q(
                    status__in=[RequestStatus.ACCEPTED, RequestStatus.WITHDRAWN],
                    settled_at__isnull=False,
                )
                | ~Q(status__in=[RequestStatus.ACCEPTED, RequestStatus.WITHDRAWN])
                & Q(settled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_overdue(self) -> bool:
        return self.status in TO_BE_ANSWERED and self.due_on < timezone.localdate()


class AuditRequestComment(Comment):
    """What the auditor and those who answer say to each other about a request."""

    request = models.ForeignKey(AuditRequest, models.PROTECT, related_name="comments")

    history = History()
    objects = AuditRequestPartQuerySet.as_manager()

    class Meta(Comment.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ()
        indexes = [models.Index(name="evidence_comment_of", fields=["request", "id"])]


class AuditRequestAttachment(Attachment):
    """A file given as an answer to a request."""

    request = models.ForeignKey(AuditRequest, models.PROTECT, related_name="attachments")

    history = History()
    objects = AuditRequestPartQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        default_permissions = ()
