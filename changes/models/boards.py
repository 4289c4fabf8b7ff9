"""Boards that advise on changes, who sits on them, and who stands in for whom."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from changes.querysets import AbsenceQuerySet, BoardQuerySet


class Board(models.Model):
    """A change advisory board (CAB), or the small one for emergencies (ECAB)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    is_emergency = models.BooleanField(_("for emergencies (ECAB)"), default=False)
    rhythm = models.CharField(
        _("rhythm"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("As in calendars: FREQ=WEEKLY;BYDAY=TH. Empty: it meets when it is called."),
    )
    meets_from_on = models.DateField(_("first day"), null=True, blank=True)
    meets_clock = models.TimeField(_("time of day"), null=True, blank=True)
    meets_for = models.DurationField(_("duration"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="America/Mexico_City")
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = BoardQuerySet.as_manager()

    class Meta:
        verbose_name = _("board")
        verbose_name_plural = _("boards")
        ordering = ("name",)
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(
                name="changes_board_whole_rhythm",
                condition=Q(
                    rhythm="",
                    meets_from_on__isnull=True,
                    meets_clock__isnull=True,
                    meets_for__isnull=True,
                )
                | Q(
                    ~Q(rhythm=""),
                    meets_from_on__isnull=False,
                    meets_clock__isnull=False,
                    meets_for__isnull=False,
                ),
                violation_error_message=_(
                    "A rhythm is a rule with its first day, time of day and duration."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class BoardSeat(models.Model):
    """A person's seat on a board, from a day until before another one (open: still)."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="seats")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="board_seats",
        verbose_name=_("member"),
    )
    is_chair = models.BooleanField(_("chair"), default=False)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    history = History(read_by=("board",))

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ("board", "-is_chair", "user")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="changes_boardseat_one_open",
                fields=["board", "user"],
                condition=Q(ends_on__isnull=True),
            ),
            models.CheckConstraint(
                name="changes_boardseat_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A seat cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.board} · {self.user}"


class Absence(models.Model):
    """Somebody is away, and somebody else votes for them meanwhile."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="absences",
        verbose_name=_("who is away"),
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="stands_in",
        verbose_name=_("substitute"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(read_by=("user",))
    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ("-starts_at",)
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(
                name="changes_absence_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("An absence must end after it starts."),
            ),
            models.CheckConstraint(
                name="changes_absence_not_oneself",
                condition=~Q(user=F("substitute")),
                violation_error_message=_("Nobody stands in for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.get_full_name()} → {self.substitute.get_full_name()}"
