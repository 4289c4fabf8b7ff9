"""What any record carries. The abstract parts get their foreign key in the record's app."""

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from audit.history import History
from notifications.wakeup import WakeWorkers
from records.enums import JobState
from records.job_titles import title_of
from records.querysets import CardNumberFindingQuerySet, JobQuerySet, SavedViewQuerySet


class Comment(models.Model):
    """Something a person said about a record. Internal: for colleagues, never for the client."""

    text = models.TextField(_("comment"), max_length=20_000)
    is_internal = models.BooleanField(_("internal"), default=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return self.text[:60]


def attachment_path(attachment: "Attachment", filename: str) -> str:
    """Files are named by their content, so that a name tells nothing and equal files are one."""
    return f"attachments/{attachment.sha256[:2]}/{attachment.sha256}"


def attachment_storage() -> object:
    return storages["default"]


class Attachment(models.Model):
    """A file given to a record. Its hash is that of the bytes as stored."""

    file = models.FileField(
        _("file"), upload_to=attachment_path, storage=attachment_storage, max_length=200
    )
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded at"), default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return self.name


class Watcher(models.Model):
    """Somebody who wants to hear about a record."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("account")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)


class Share(UserObjectPermissionBase):
    """One record shown to one person until a moment; guardian's row for the single exception. The
    record's app adds it as `content_object`, with `shares` as its way back."""

    until = models.DateTimeField(_("until"))
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("shared by")
    )

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)


class Link(models.Model):
    """A relation between two records; the record's app adds both ends and the kinds."""

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class CardNumberFinding(models.Model):
    """Card numbers were masked in something that was about to be stored. The number is not kept."""

    where = models.CharField(_("where"), max_length=100, help_text=_("The table and the field."))
    reference = models.CharField(_("record"), max_length=30, blank=True)
    count = models.PositiveIntegerField(_("numbers found"))
    found_at = models.DateTimeField(_("found at"), auto_now_add=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("given by"),
    )

    history = History()
    objects = CardNumberFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("card number finding")
        verbose_name_plural = _("card number findings")
        ordering = ("-pk",)
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.where} {self.reference}"


class Job(models.Model):
    """Long work that a worker does: what, how far, with what result. A lease says who has it."""

    kind = models.CharField(_("kind"), max_length=60)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState, default=JobState.QUEUED, editable=False
    )
    params = models.JSONField(default=dict)
    result = models.JSONField(null=True, editable=False)
    error = models.TextField(_("error"), blank=True, editable=False)
    done = models.PositiveIntegerField(_("done"), default=0, editable=False)
    total = models.PositiveIntegerField(_("total"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    run_after = models.DateTimeField(_("not before"), db_default=models.functions.Now())
    lease_until = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    created_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ("-pk",)
        default_permissions = ("view",)
        permissions = [("export_list", "Can export lists")]
        indexes = [
            models.Index(
                name="records_job_due",
                fields=["run_after"],
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
            ),
            models.Index(name="records_job_creator", fields=["created_by", "-id"]),
        ]
        triggers = [WakeWorkers(task="records.run_due_jobs")]

    def __str__(self) -> str:
        return f"{self.title} {self.pk}"

    @property
    def title(self) -> str:
        """What people call this kind of work, in the language in force."""
        return str(title_of(self.kind))

    @property
    def what_is_wrong(self) -> str:
        """Why it failed, as far as anybody could say; empty for a job that did not."""
        if self.state == JobState.FAILED and not self.error:
            return gettext("Its worker died every time it was tried.")
        return self.error


class IdempotencyKey(models.Model):
    """The first answer to a POST that carried a key, kept to be given again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="records_idempotencykey_once", fields=["user", "key"])
        ]

    def __str__(self) -> str:
        return self.key


class SavedView(models.Model):
    """Filters, order and columns of a list that somebody keeps under a name."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=pgettext_lazy("saved view", "owner"),
    )
    list_name = models.CharField(_("list"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    query = models.JSONField(default=dict, blank=True)
    is_shared = models.BooleanField(_("shared with everybody"), default=False)

    history = History()
    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                name="records_savedview_name",
                fields=["owner", "list_name", "name"],
                violation_error_message=_("You have a view of this name."),
            ),
            models.CheckConstraint(
                name="records_savedview_parameters",
                condition=Exact(
                    Func(F("query"), function="jsonb_typeof", output_field=models.TextField()),
                    Value("object"),
                ),
                violation_error_message=_("A view is kept as parameters with their values."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
