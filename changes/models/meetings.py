"""Meetings of boards: when, about what, who was there, and the minutes that are kept of them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.history import History
from audit.triggers import AppendOnly
from changes.enums import AttendanceKind, Authentication, MeetingStatus
from changes.meeting_querysets import MeetingPartQuerySet, MeetingQuerySet
from changes.meeting_triggers import KeepsItsMinutes, StaysInMinutes
from changes.models.boards import Board
from changes.models.change import Change
from core.references import reference_field
from people.models import Person

TIME_BOX = 10  # minutes for an item, unless the chair says otherwise


class _Sha256(Func):
    """The SHA-256 of a text in hexadecimal, by the database's own function."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = models.CharField(max_length=64)


def _done_by(name: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=name,
    )


def _pair(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"changes_meeting_{name}_pair",
        condition=Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})
        | Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False}),
    )


@pgtrigger.register(KeepsItsMinutes())
class Meeting(models.Model):
    """One meeting of a board, from its planning until the chair has signed its minutes."""

    reference = reference_field("CAB")
    board = models.ForeignKey(
        Board, models.PROTECT, related_name="meetings", verbose_name=_("board")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=MeetingStatus,
        default=MeetingStatus.PLANNED,
        editable=False,
    )
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    opened_by = _done_by(_("opened by"))
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    closed_by = _done_by(_("closed by"))
    signed_at = models.DateTimeField(_("signed at"), null=True, editable=False)
    signed_by = _done_by(_("signed by"))
    signed_hash = models.CharField(
        _("hash of the minutes"), max_length=64, blank=True, default="", editable=False
    )
    authentication = models.CharField(
        _("authenticated by"),
        max_length=10,
        choices=Authentication,
        blank=True,
        default="",
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("-starts_at",)
        default_permissions = ("view",)
        indexes = [
            models.Index(name="changes_meeting_start", fields=["starts_at", "id"]),
            models.Index(name="changes_meeting_status", fields=["status", "starts_at"]),
        ]
        constraints = [
            models.UniqueConstraint(name="changes_meeting_once", fields=["board", "starts_at"]),
            models.UniqueConstraint(
                name="changes_meeting_one_in_session",
                fields=["board"],
                condition=Q(status=MeetingStatus.IN_SESSION),
            ),
            models.CheckConstraint(
                name="changes_meeting_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("It ends before it starts."),
            ),
            _pair("opened"),
            _pair("closed"),
            _pair("signed"),
            models.CheckConstraint(
                name="changes_meeting_statuses",
                condition=Q(
                    status__in=[MeetingStatus.PLANNED, MeetingStatus.CANCELLED],
                    opened_at__isnull=True,
                )
                | Q(
                    status=MeetingStatus.IN_SESSION,
                    opened_at__isnull=False,
                    closed_at__isnull=True,
                )
                | Q(status=MeetingStatus.CLOSED, closed_at__isnull=False, signed_at__isnull=True)
                | Q(status=MeetingStatus.SIGNED, signed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.board}"


@pgtrigger.register(StaysInMinutes())
class AgendaItem(models.Model):
    """A change that a meeting talks about; the one that has begun and not ended is the current."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    change = models.ForeignKey(Change, models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField(_("order"))
    minutes = models.PositiveSmallIntegerField(_("time box (minutes)"), default=TIME_BOX)
    started_at = models.DateTimeField(_("begun at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    note = models.TextField(_("what was said"), max_length=5_000, blank=True, default="")

    history = History(read_by=("meeting",))
    objects = MeetingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ("meeting", "position", "pk")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="changes_agendaitem_once", fields=["meeting", "change"]),
            models.UniqueConstraint(
                name="changes_agendaitem_one_current",
                fields=["meeting"],
                condition=Q(started_at__isnull=False, ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="changes_agendaitem_ends_after_start",
                condition=Q(ended_at__isnull=True)
                | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="changes_agendaitem_time_box",
                condition=Q(minutes__gte=1, minutes__lte=240),
                violation_error_message=_("A time box is of 1 to 240 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.change}"


@pgtrigger.register(StaysInMinutes())
class Attendance(models.Model):
    """Somebody was in a meeting, from when until when, and for whose seat."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("account")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    kind = models.CharField(_("as"), max_length=10, choices=AttendanceKind)
    seat_of = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("for the seat of")
    )
    arrived_at = models.DateTimeField(_("arrived at"), default=timezone.now, editable=False)
    left_at = models.DateTimeField(_("left at"), null=True, editable=False)

    history = History(read_by=("meeting",))
    objects = MeetingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ("arrived_at", "pk")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="changes_attendance_here_once",
                fields=["meeting", "person"],
                condition=Q(left_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="changes_attendance_one_a_seat",
                fields=["meeting", "seat_of"],
                condition=Q(left_at__isnull=True),
            ),
            models.CheckConstraint(
                name="changes_attendance_leaves_after_arrival",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at")),
            ),
            models.CheckConstraint(
                name="changes_attendance_seat",
                condition=Q(kind=AttendanceKind.GUEST, seat_of__isnull=True)
                | Q(kind=AttendanceKind.MEMBER, seat_of=F("person"))
                | (Q(kind=AttendanceKind.SUBSTITUTE) & ~Q(seat_of=F("person"))),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


@pgtrigger.register(AppendOnly(), StaysInMinutes())
class Dissent(models.Model):
    """Somebody on the board thinks otherwise than was decided, and wants that kept."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="dissents")
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="dissents")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    text = models.TextField(_("opinion"), max_length=5_000)
    said_at = models.DateTimeField(_("said at"), default=timezone.now, editable=False)

    history = History(read_by=("meeting",))
    objects = MeetingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("dissent")
        verbose_name_plural = _("dissents")
        ordering = ("pk",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="changes_dissent_once", fields=["item", "user"]),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.text[:60]}"


@pgtrigger.register(AppendOnly())
class Minutes(models.Model):
    """What happened in a meeting, as it stood when it closed: frozen, and named by its hash."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    content = models.TextField(_("content"), help_text=_("Canonical JSON."))
    sha256 = models.CharField(_("hash"), max_length=64)
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    history = History(read_by=("meeting",))
    objects = MeetingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="changes_minutes_hash_is_of_the_content",
                condition=Q(sha256=_Sha256(F("content"))),
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} ({self.sha256[:12]})"
