"""Service reviews of vendors: agenda with minutes, and who was there."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from vendors.models.scorecards import Scorecard
from vendors.models.vendors import Vendor
from vendors.reviews.enums import AgendaKind, ReviewStatus, Side
from vendors.reviews.querysets import ReviewPartQuerySet, ServiceReviewQuerySet
from vendors.reviews.triggers import IsOfAMovingReview, StaysAsClosed

_UNHELD = Q(status__in=(ReviewStatus.PLANNED, ReviewStatus.CANCELLED))


class ServiceReview(models.Model):
    """The meeting with a vendor about a scorecard of a month or quarter. Closing it locks the
    scorecard and freezes agenda, minutes and attendees under a digest."""

    reference = reference_field("SRV")
    vendor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        editable=False,
        related_name="service_reviews",
        verbose_name=_("vendor"),
    )
    scorecard = models.ForeignKey(
        Scorecard,
        models.PROTECT,
        related_name="service_reviews",
        verbose_name=_("scorecard"),
        help_text=_("Of a quarter: the months in it are gone through with it."),
    )
    planned_at = models.DateTimeField(_("planned for"))
    place = models.CharField(
        _("place or link"), max_length=300, help_text=_("A room, or the address of the call.")
    )
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("chair")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ReviewStatus,
        default=ReviewStatus.PLANNED,
        editable=False,
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    held_at = models.DateTimeField(_("held at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )
    digest = models.CharField(
        _("digest"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("SHA-256 of agenda, minutes, attendees and scorecards when it was closed."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ServiceReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("service review")
        verbose_name_plural = _("service reviews")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [("minute_servicereview", "Can write minutes of service reviews")]
        triggers = [StaysAsClosed()]
        indexes = [
            models.Index(name="vendors_servicereview_status", fields=["status", "-id"]),
            models.Index(name="vendors_servicereview_planned", fields=["-planned_at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="vendors_servicereview_once",
                fields=["scorecard"],
                condition=~Q(status=ReviewStatus.CANCELLED),
                violation_error_message=_("There is a review of this scorecard already."),
            ),
            models.CheckConstraint(
                name="vendors_servicereview_statuses", condition=Q(status__in=ReviewStatus.values)
            ),
            models.CheckConstraint(
                name="vendors_servicereview_held",
                condition=(_UNHELD & Q(held_at__isnull=True))
                | (~_UNHELD & Q(held_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="vendors_servicereview_closed_pair",
                condition=(
                    ~Q(status=ReviewStatus.CLOSED)
                    & Q(closed_at__isnull=True, closed_by__isnull=True, digest="")
                )
                | (
                    Q(status=ReviewStatus.CLOSED)
                    & Q(closed_at__isnull=False, closed_by__isnull=False)
                    & Q(digest__regex=r"^[0-9a-f]{64}$")
                ),
            ),
            models.CheckConstraint(
                name="vendors_servicereview_cancelled_says_why",
                condition=(Q(status=ReviewStatus.CANCELLED) & ~Q(reason=""))
                | (~Q(status=ReviewStatus.CANCELLED) & Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ReviewItem(models.Model):
    """One item of an agenda: what it is about, the records behind it, and what was agreed."""

    review = models.ForeignKey(ServiceReview, models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(pgettext_lazy("agenda", "kind"), max_length=12, choices=AgendaKind)
    title = models.CharField(_("title"), max_length=200, blank=True)
    rows = models.JSONField(_("rows"), default=list, editable=False)
    takes = models.PositiveSmallIntegerField(
        _("minutes planned"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    minutes = models.TextField(_("what was agreed"), max_length=4_000, blank=True)
    minuted_at = models.DateTimeField(_("written at"), null=True, editable=False)
    minuted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
    )

    history = History(read_by=("review",))
    objects = ReviewPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a service review")
        verbose_name_plural = _("items of service reviews")
        ordering = ("review", "number")
        default_permissions = ()
        triggers = [IsOfAMovingReview()]
        constraints = [
            models.UniqueConstraint(name="vendors_reviewitem_once", fields=["review", "number"]),
            models.CheckConstraint(
                name="vendors_reviewitem_kinds", condition=Q(kind__in=AgendaKind.values)
            ),
            models.CheckConstraint(
                name="vendors_reviewitem_titled",
                condition=~Q(kind=AgendaKind.OWN) | ~Q(title=""),
            ),
            models.CheckConstraint(
                name="vendors_reviewitem_takes", condition=Q(takes__gte=1, takes__lte=240)
            ),
            models.CheckConstraint(
                name="vendors_reviewitem_minuted_pair",
                condition=Q(minuted_at__isnull=True, minuted_by__isnull=True, minutes="")
                | Q(minuted_at__isnull=False, minuted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title or self.get_kind_display()}"


class ReviewAttendee(models.Model):
    """Somebody asked to a review: an account of ours, or a person by name. Names are copies, so
    that a contact who goes later stays in the minutes."""

    review = models.ForeignKey(ServiceReview, models.PROTECT, related_name="attendees")
    side = models.CharField(pgettext_lazy("side", "side"), max_length=6, choices=Side)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(pgettext_lazy("contact", "role"), max_length=120, blank=True)
    was_there = models.BooleanField(_("was there"), null=True, blank=True)

    history = History(read_by=("review",))
    objects = ReviewPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendee of a service review")
        verbose_name_plural = _("attendees of service reviews")
        ordering = ("review", "side", "pk")
        default_permissions = ()
        triggers = [IsOfAMovingReview()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_reviewattendee_user_once",
                fields=["review", "user"],
                violation_error_message=_("This person is on the list already."),
            ),
            models.UniqueConstraint(
                name="vendors_reviewattendee_name_once",
                fields=["review", "side", "name"],
                condition=~Q(name=""),
                violation_error_message=_("This person is on the list already."),
            ),
            models.CheckConstraint(
                name="vendors_reviewattendee_somebody",
                condition=Q(side=Side.OURS, user__isnull=False, name="")
                | (Q(user__isnull=True, side__in=Side.values) & ~Q(name="")),
            ),
        ]

    def __str__(self) -> str:
        return self.user.get_full_name() if self.user else self.name
