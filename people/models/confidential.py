"""Records that are read by those who take part alone: their keys, participants, sealed texts, and
the access that two others may open when it has to be."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from people.confidential.enums import EntryKind, GlassStatus, Part, RecordKind
from people.confidential.querysets import (
    ConfidentialRecordQuerySet,
    GlassAccessQuerySet,
    SealedEntryQuerySet,
)
from people.confidential.triggers import (
    IsOpenedByTwoOthers,
    IsOpenForADay,
    IsWrittenByParticipants,
)

OPEN_FOR = timedelta(hours=24)
_OPENED = [GlassStatus.OPEN, GlassStatus.ENDED]


class ConfidentialRecord(models.Model):
    """Something that its participants alone read. What is said in it stands in sealed entries."""

    reference = reference_field("CNF")
    kind = models.CharField(_("kind"), max_length=20, choices=RecordKind, editable=False)
    opened_at = models.DateTimeField(_("opened at"), editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(restricted=True)
    objects = ConfidentialRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("confidential record")
        verbose_name_plural = _("confidential records")
        ordering = ("-pk",)
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.reference)


class RecordKey(models.Model):
    """The key of a record's texts, wrapped by the portal's; for the private notes of each author
    another one. Where it is deleted, the texts are gone wherever copies of them lie."""

    record = models.ForeignKey(ConfidentialRecord, models.PROTECT, related_name="keys")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    wrapped = models.BinaryField()

    class Meta:
        verbose_name = _("key of a confidential record")
        verbose_name_plural = _("keys of confidential records")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="people_recordkey_once", fields=["record", "author"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}/{self.author_id or '-'}"


class Participant(models.Model):
    """Somebody's part in a confidential record, from its beginning to its end."""

    record = models.ForeignKey(ConfidentialRecord, models.PROTECT, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="confidential_parts",
        verbose_name=_("participant"),
    )
    part = models.CharField(_("part"), max_length=20, choices=Part)

    history = History(restricted=True)

    class Meta:
        verbose_name = _("participant of a confidential record")
        verbose_name_plural = _("participants of confidential records")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="people_participant_once", fields=["record", "user"]),
            models.UniqueConstraint(name="people_participant_part", fields=["record", "part"]),
        ]

    def __str__(self) -> str:
        return f"{self.user}"


class SealedEntry(models.Model):
    """One text of a confidential record, as ciphertext: a topic, a note, an action, the reference
    of pinned evidence, or how somebody was. Topics and actions stay open until they are ticked."""

    record = models.ForeignKey(ConfidentialRecord, models.PROTECT, related_name="entries")
    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind, editable=False)
    meeting = models.ForeignKey(
        "people.OneOnOne",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("1:1"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("1:1", "who does it"),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    sealed = models.BinaryField(editable=False)
    written_at = models.DateTimeField(_("written at"), editable=False)
    closed_at = models.DateTimeField(_("ticked at"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("ticked by"),
    )
    moved_from = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="moved_to"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(restricted=True)
    objects = SealedEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("sealed entry")
        verbose_name_plural = _("sealed entries")
        ordering = ("written_at", "pk")
        default_permissions = ()
        triggers = [IsWrittenByParticipants()]
        indexes = [models.Index(name="people_sealedentry_of", fields=["record", "kind"])]
        constraints = [
            models.CheckConstraint(
                name="people_sealedentry_closed_pair",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="people_sealedentry_ticked_kinds",
                condition=Q(closed_at__isnull=True)
                | Q(kind__in=[EntryKind.TOPIC, EntryKind.ACTION]),
            ),
            models.CheckConstraint(
                name="people_sealedentry_actions_have_owners",
                condition=Q(kind=EntryKind.ACTION, owner__isnull=False, due_on__isnull=False)
                | (~Q(kind=EntryKind.ACTION) & Q(owner__isnull=True, due_on__isnull=True)),
            ),
            models.UniqueConstraint(
                name="people_sealedentry_one_mood",
                fields=["meeting", "author"],
                condition=Q(kind=EntryKind.MOOD),
            ),
            models.UniqueConstraint(
                name="people_sealedentry_moves_once",
                fields=["moved_from"],
                condition=Q(moved_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.code)

    @property
    def is_private(self) -> bool:
        return self.kind == EntryKind.PRIVATE

    def place(self, part: str = "text") -> str:
        """Where the text stands, so that no other can be put in its place."""
        return f"people.sealedentry:{self.record_id}:{self.code}:{part}"


class GlassAccess(models.Model):
    """Break-glass: somebody asks to read a confidential record in which they have no part. Two
    others approve; then it is open for a day, to read what the participants share."""

    reference = reference_field("BRK")
    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    record = models.ForeignKey(
        ConfidentialRecord,
        models.PROTECT,
        related_name="glass_accesses",
        verbose_name=_("confidential record"),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=GlassStatus,
        default=GlassStatus.ASKED,
        editable=False,
    )
    sealed_reason = models.BinaryField(editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    closes_at = models.DateTimeField(_("open until"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(restricted=True)
    objects = GlassAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("break-glass access")
        verbose_name_plural = _("break-glass accesses")
        ordering = ("-pk",)
        default_permissions = ()
        permissions = [
            ("ask_glassaccess", "Can ask to open confidential records"),
            ("approve_glassaccess", "Can approve opening confidential records"),
        ]
        triggers = [IsOpenForADay()]
        constraints = [
            models.UniqueConstraint(
                name="people_glassaccess_one_open",
                fields=["record", "asked_by"],
                condition=Q(status__in=[GlassStatus.ASKED, GlassStatus.OPEN]),
            ),
            models.CheckConstraint(
                name="people_glassaccess_open_for_a_day",
                condition=Q(opened_at__isnull=True, closes_at__isnull=True)
                | Q(opened_at__isnull=False, closes_at=F("opened_at") + OPEN_FOR),
            ),
            models.CheckConstraint(
                name="people_glassaccess_opened_has_end",
                condition=Q(
                    status__in=[GlassStatus.OPEN, GlassStatus.ENDED], opened_at__isnull=False
                )
                | (
                    ~Q(status__in=[GlassStatus.OPEN, GlassStatus.ENDED]) & Q(opened_at__isnull=True)
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)

    def place(self) -> str:
        return f"people.glassaccess:{self.record_id}:{self.code}:reason"


class GlassApproval(models.Model):
    """One of the two approvals of a break-glass access."""

    access = models.ForeignKey(GlassAccess, models.PROTECT, related_name="approvals")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), editable=False)

    history = History(restricted=True)

    class Meta:
        verbose_name = _("approval of a break-glass access")
        verbose_name_plural = _("approvals of break-glass accesses")
        default_permissions = ()
        triggers = [IsOpenedByTwoOthers()]
        constraints = [
            models.UniqueConstraint(
                name="people_glassapproval_once", fields=["access", "approved_by"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approved_by}"
