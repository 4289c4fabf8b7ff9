"""A change and what hangs on it. Who may change what, and when, stands in other files."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from assets.enums import Environment
from assets.models import Asset, Service
from audit.history import History
from changes.conflict_triggers import NotesAlteration, NotesReplanning, WaitsForItsConflicts
from changes.enums import IN_PLAY, ChangeType, CheckSubject, Outcome, Risk, Status
from changes.freeze_triggers import KeepsOutOfFreezes
from changes.meeting_triggers import WaitsForConditions
from changes.models.templates import ChangeTemplate
from changes.querysets import ChangePartQuerySet, ChangeQuerySet
from changes.triggers import EndsConfirmed, KeepsItsApproval, StaysAsFrozen
from core.references import reference_field
from core.search import search_document
from people.models import Team
from records.models import Attachment, Comment, Share, Watcher
from sla.models import Client, Life

LONGEST_TEXT = 20_000
_WITH_ACTUAL_START = (Status.IMPLEMENTING, Status.VERIFYING, Status.REVIEWING, Status.CLOSED)
_WITH_OUTCOME = (Status.CLOSED,)


def _account(name: str, related_name: str, **options: object) -> models.ForeignKey:
    """Somebody who plays a part in a change."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name=related_name,
        verbose_name=name,
        **options,
    )


@pgtrigger.register(
    KeepsItsApproval(),
    KeepsOutOfFreezes(),
    EndsConfirmed(),
    WaitsForConditions(),
    WaitsForItsConflicts(),
    NotesReplanning(),
)
class Change(models.Model):
    """Something will be altered: from the wish to do so until it was reviewed.

    The texts are the facts that PCI DSS 6.5.1 asks for, each a field of its own.
    """

    reference = reference_field("CHG")
    type = models.CharField(_("type"), max_length=10, choices=ChangeType, default=ChangeType.NORMAL)
    template = models.ForeignKey(
        ChangeTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        verbose_name=_("standard change"),
        help_text=_("The approved template that a standard change follows."),
    )
    template_revision = models.PositiveIntegerField(
        _("version of the standard change"), null=True, editable=False
    )
    title = models.CharField(_("title"), max_length=200)
    reason = models.TextField(
        _("reason"), max_length=LONGEST_TEXT, blank=True, help_text=_("Why it is wanted.")
    )
    description = models.TextField(
        _("description"),
        max_length=LONGEST_TEXT,
        blank=True,
        help_text=_("What is altered, where and how. Markdown."),
    )
    security_impact = models.TextField(
        _("security impact"),
        max_length=LONGEST_TEXT,
        blank=True,
        help_text=_("What it means for security; if nothing, why."),
    )
    test_plan = models.TextField(_("test plan"), max_length=LONGEST_TEXT, blank=True)
    test_result = models.TextField(
        _("test result"),
        max_length=LONGEST_TEXT,
        blank=True,
        help_text=_("What was tested, with what result, and where the evidence is."),
    )
    backout_plan = models.TextField(
        _("back-out plan"),
        max_length=LONGEST_TEXT,
        blank=True,
        help_text=_("How to return to a secure state."),
    )
    communication_plan = models.TextField(
        _("communication plan"),
        max_length=LONGEST_TEXT,
        blank=True,
        help_text=_("Who is told what, and when."),
    )
    environment = models.CharField(
        _("environment"), max_length=12, choices=Environment, default=Environment.PRODUCTION
    )
    is_significant = models.BooleanField(
        _("significant change"),
        default=False,
        help_text=_("PCI DSS 6.5.2: applicable requirements must be confirmed afterwards."),
    )
    services = models.ManyToManyField(
        Service, through="AffectedService", blank=True, verbose_name=_("services")
    )
    assets = models.ManyToManyField(
        Asset, through="ChangedAsset", blank=True, verbose_name=_("assets")
    )
    clients = models.ManyToManyField(
        Client, through="AffectedClient", blank=True, verbose_name=_("affected clients")
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="changes", verbose_name=_("team"))
    planned_start_at = models.DateTimeField(_("planned start"), null=True, blank=True)
    planned_end_at = models.DateTimeField(_("planned end"), null=True, blank=True)
    actual_start_at = models.DateTimeField(_("actual start"), null=True, editable=False)
    actual_end_at = models.DateTimeField(_("actual end"), null=True, editable=False)
    requester = _account(_("requester"), "requested_changes")
    builder = _account(
        _("builder"), "built_changes", null=True, blank=True, help_text=_("Who made what changes.")
    )
    implementer = _account(_("implementer"), "implemented_changes", null=True, blank=True)
    tester = _account(_("tester"), "tested_changes", null=True, blank=True)
    risk = models.CharField(
        _("risk"), max_length=10, choices=Risk, blank=True, default="", editable=False
    )
    status = models.CharField(
        _("status"), max_length=20, choices=Status, default=Status.DRAFT, editable=False
    )
    on_hold = models.BooleanField(_("on hold"), default=False, editable=False)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=Outcome, blank=True, default="", editable=False
    )
    backout_used = models.BooleanField(_("back-out used"), default=False, editable=False)
    review = models.TextField(
        _("review"), max_length=LONGEST_TEXT, blank=True, default="", editable=False
    )
    version_hash = models.CharField(
        _("hash of the content"), max_length=64, blank=True, default="", editable=False
    )
    life = models.OneToOneField(Life, models.PROTECT, related_name="change", editable=False)
    raised_at = models.DateTimeField(_("raised at"), editable=False)
    ended_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    search = models.GeneratedField(
        expression=search_document(title="A", description="B", reason="B"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [
            ("implement_change", "Can start, complete and back out changes"),
            ("approve_change", "Can be asked to approve changes"),
            ("share_change", "Can share a change with one person"),
        ]
        indexes = [
            GinIndex(name="changes_change_search", fields=["search"]),
            models.Index(name="changes_change_queue", fields=["status", "-id"]),
            models.Index(name="changes_change_team", fields=["team", "-id"]),
            models.Index(name="changes_change_type", fields=["type", "-id"]),
            models.Index(name="changes_change_risk", fields=["risk", "-id"]),
            models.Index(name="changes_change_start", fields=["planned_start_at", "-id"]),
            GistIndex(
                Func(F("planned_start_at"), F("planned_end_at"), function="tstzrange"),
                name="changes_change_window",
                condition=Q(planned_start_at__isnull=False),
            ),
            GistIndex(
                Func(F("planned_start_at"), F("planned_end_at"), function="tstzrange"),
                name="changes_change_planned_span",
                condition=Q(status__in=IN_PLAY, planned_start_at__isnull=False),
            ),
            models.Index(name="changes_change_requester", fields=["requester", "-id"]),
            models.Index(name="changes_change_implementer", fields=["implementer", "-id"]),
            models.Index(name="changes_change_finished", fields=["actual_end_at"]),
            models.Index(name="changes_change_begun", fields=["actual_start_at"]),
            models.Index(name="changes_change_ended", fields=["ended_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="changes_change_statuses", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="changes_change_planned_window",
                condition=Q(planned_start_at__isnull=True, planned_end_at__isnull=True)
                | Q(planned_end_at__gt=F("planned_start_at")),
                violation_error_message=_("The planned end must come after the planned start."),
            ),
            models.CheckConstraint(
                name="changes_change_work_has_begun",
                condition=~Q(status__in=_WITH_ACTUAL_START) | Q(actual_start_at__isnull=False),
            ),
            models.CheckConstraint(
                name="changes_change_closed_with_outcome",
                condition=~Q(status__in=_WITH_OUTCOME) | ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="changes_change_ended_pair",
                condition=Q(status__in=[Status.CLOSED, Status.CANCELLED], ended_at__isnull=False)
                | (~Q(status__in=[Status.CLOSED, Status.CANCELLED]) & Q(ended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="changes_change_standard_has_template",
                condition=Q(type=ChangeType.STANDARD, template__isnull=False)
                | (~Q(type=ChangeType.STANDARD) & Q(template__isnull=True)),
                violation_error_message=_("A standard change follows a template; no other does."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def window(self) -> tuple[datetime, datetime] | None:
        """From when to when it is planned; None while nobody has said."""
        if self.planned_start_at is None or self.planned_end_at is None:
            return None
        return self.planned_start_at, self.planned_end_at


@pgtrigger.register(StaysAsFrozen(), NotesAlteration(CheckSubject.CHANGE, "change_id"))
class AffectedService(models.Model):
    """A service that a change touches."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="affected_services")
    service = models.ForeignKey(Service, models.PROTECT, related_name="touched_by")

    history = History(read_by=("change",))

    class Meta:
        verbose_name = _("affected service")
        verbose_name_plural = _("affected services")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="changes_affectedservice_once", fields=["change", "service"]
            )
        ]

    def __str__(self) -> str:
        return str(self.service)


@pgtrigger.register(StaysAsFrozen(), NotesAlteration(CheckSubject.CHANGE, "change_id"))
class ChangedAsset(models.Model):
    """An asset that a change alters."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="changed_assets")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="altered_by")

    history = History(read_by=("change",))

    class Meta:
        verbose_name = _("changed asset")
        verbose_name_plural = _("changed assets")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="changes_changedasset_once", fields=["change", "asset"])
        ]

    def __str__(self) -> str:
        return str(self.asset)


@pgtrigger.register(StaysAsFrozen())
class AffectedClient(models.Model):
    """A client who notices a change."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="affected_clients")
    client = models.ForeignKey(Client, models.PROTECT, related_name="changes")

    history = History(read_by=("change",))

    class Meta:
        verbose_name = _("affected client")
        verbose_name_plural = _("affected clients")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="changes_affectedclient_once", fields=["change", "client"])
        ]

    def __str__(self) -> str:
        return str(self.client)


@pgtrigger.register(StaysAsFrozen())
class ChangeCommit(models.Model):
    """A commit or an artefact that a change brings to production."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="commits")
    repository = models.CharField(_("repository"), max_length=200)
    commit = models.CharField(_("commit or digest"), max_length=100)

    history = History(read_by=("change",))

    class Meta:
        verbose_name = _("commit")
        verbose_name_plural = _("commits")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="changes_changecommit_once", fields=["change", "repository", "commit"]
            )
        ]
        indexes = [
            # What deploys says the commit, mostly whole, and asks for its change.
            models.Index(
                name="changes_changecommit_found",
                fields=["repository", "commit"],
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.repository}@{self.commit[:12]}"


class ChangeComment(Comment):
    """A comment on a change."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="comments")

    history = History()
    objects = ChangePartQuerySet.as_manager()

    class Meta(Comment.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ()
        indexes = [models.Index(name="changes_comment_of", fields=["change", "id"])]


class ChangeAttachment(Attachment):
    """A file given to a change: a test report, a rule diff."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="attachments")

    history = History()
    objects = ChangePartQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        default_permissions = ()


class ChangeWatcher(Watcher):
    """Somebody who wants to hear about a change."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="watchers")

    history = History(read_by=("change",))

    class Meta(Watcher.Meta):
        constraints = [
            models.UniqueConstraint(name="changes_changewatcher_once", fields=["change", "user"])
        ]


class ChangeShare(Share):
    """One change shown to one person until a moment."""

    content_object = models.ForeignKey(Change, models.PROTECT, related_name="shares")

    history = History(read_by=("content_object",))

    class Meta(Share.Meta): ...
