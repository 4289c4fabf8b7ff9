"""Reviews of access: who has which access at one moment, and what somebody else says about it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from people.enums import Country, ReviewDecision, ReviewStatus
from people.models.access import RoleGrant
from people.models.teams import Person, Team
from people.review_querysets import (
    AccessRemovalQuerySet,
    AccessReviewItemQuerySet,
    AccessReviewQuerySet,
)
from people.review_triggers import (
    IsReviewedByAnother,
    RemovesWhatIsGone,
    StaysAsSigned,
)


class AccessReview(models.Model):
    """One campaign in which the access of all accounts, or of a country's or a team's, is looked
    through. The list of accounts is taken once, when it starts, and never again."""

    reference = reference_field("ACR")
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ReviewStatus,
        default=ReviewStatus.ANNOUNCED,
        editable=False,
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        choices=Country,
        blank=True,
        default="",
        help_text=_("Neither country nor team: all accounts."),
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("access review", "owner"),
        help_text=_("Sees to it that it is done, and reviews who has no lead."),
    )
    starts_on = models.DateField(
        _("starts on"), help_text=_("The list of accounts is taken on this day.")
    )
    due_on = models.DateField(_("decisions due on"))
    extracted_at = models.DateTimeField(_("list taken at"), null=True, editable=False)
    extract_sha256 = models.CharField(
        _("SHA-256 of the list"), max_length=64, blank=True, default="", editable=False
    )
    extract_count = models.PositiveIntegerField(
        _("accounts on the list"), null=True, editable=False
    )
    accounts_total = models.PositiveIntegerField(
        _("accounts there were"),
        null=True,
        editable=False,
        help_text=_("In the whole portal, at that moment."),
    )
    signed_at = models.DateTimeField(_("signed off at"), null=True, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("signed off by"),
    )
    note = models.TextField(_("note"), max_length=2_000, blank=True, default="", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = AccessReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("access review")
        verbose_name_plural = _("access reviews")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [("sign_accessreview", "Can sign off access reviews")]
        triggers = [StaysAsSigned()]
        constraints = [
            models.CheckConstraint(
                name="people_accessreview_country_or_team",
                condition=Q(team__isnull=True) | Q(country=""),
                violation_error_message=_("Review a country or a team, not both."),
            ),
            models.CheckConstraint(
                name="people_accessreview_due_after_start",
                condition=Q(due_on__gte=F("starts_on")),
                violation_error_message=_("Decisions cannot be due before the review starts."),
            ),
            models.CheckConstraint(
                name="people_accessreview_signed_pair",
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="people_accessreview_closed_is_signed",
                condition=Q(status=ReviewStatus.CLOSED, signed_at__isnull=False)
                | (~Q(status=ReviewStatus.CLOSED) & Q(signed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="people_accessreview_running_has_list",
                condition=~Q(status__in=[ReviewStatus.RUNNING, ReviewStatus.CLOSED])
                | Q(
                    extracted_at__isnull=False,
                    extract_count__isnull=False,
                    accounts_total__isnull=False,
                )
                & ~Q(extract_sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.scope}"

    @property
    def scope(self) -> str:
        """Whose access is reviewed, in words."""
        if self.team_id:
            return str(self.team)
        return self.get_country_display() if self.country else str(_("all accounts"))


class AccessReviewItem(models.Model):
    """One account on the list of a review: the access it had then, and what became of it.

    `line` is the account's line of the extracted list, as it was hashed: canonical JSON."""

    review = models.ForeignKey(
        AccessReview, models.PROTECT, related_name="items", verbose_name=_("access review")
    )
    number = models.PositiveIntegerField("#")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="access_reviews",
        verbose_name=_("account"),
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    was_active = models.BooleanField(_("active then"))
    line = models.TextField(_("line of the list"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    decision = models.CharField(
        _("decision"), max_length=10, choices=ReviewDecision, blank=True, default="", editable=False
    )
    comment = models.CharField(_("comment"), max_length=1_000, blank=True, default="")
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(read_by=("review",))
    objects = AccessReviewItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("reviewed account")
        verbose_name_plural = _("reviewed accounts")
        ordering = ("review", "number")
        default_permissions = ("view", "change")
        triggers = [IsReviewedByAnother()]
        indexes = [
            models.Index(
                name="people_reviewitem_waiting",
                fields=["reviewer", "review"],
                condition=Q(decision=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="people_accessreviewitem_once", fields=["review", "account"]
            ),
            models.UniqueConstraint(
                name="people_accessreviewitem_number", fields=["review", "number"]
            ),
            models.CheckConstraint(
                name="people_accessreviewitem_decided_pair",
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="people_accessreviewitem_by_its_reviewer",
                condition=Q(decided_by__isnull=True) | Q(decided_by=F("reviewer")),
            ),
            models.CheckConstraint(
                name="people_accessreviewitem_says_why",
                condition=Q(decision__in=["", ReviewDecision.KEEP]) | ~Q(comment=""),
                violation_error_message=_("Say why, where access is not kept."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}"


class AccessRemoval(models.Model):
    """What a review takes away: one grant, or the whole account. Done when the database says that
    the grant has ended, or that the account is disabled."""

    item = models.ForeignKey(
        AccessReviewItem, models.PROTECT, related_name="removals", verbose_name=_("account")
    )
    grant = models.ForeignKey(
        RoleGrant,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("role grant"),
        help_text=_("Empty: the whole account."),
    )
    asked_at = models.DateTimeField(_("asked at"))
    due_on = models.DateField(_("due on"))
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(read_by=("item",))
    objects = AccessRemovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("removal of access")
        verbose_name_plural = _("removals of access")
        ordering = ("asked_at", "pk")
        default_permissions = ()
        triggers = [RemovesWhatIsGone()]
        indexes = [
            models.Index(
                name="people_accessremoval_open",
                fields=["asked_at"],
                condition=Q(done_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="people_accessremoval_once",
                fields=["item", "grant"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.grant_id or '*'}"
