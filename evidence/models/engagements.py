"""Audits from outside: who audits what, and until when they may read it."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from audit.history import History
from core.references import reference_field
from evidence.engagement_querysets import EngagementPartQuerySet, EngagementQuerySet
from evidence.enums import EngagementState, Framework
from evidence.period import Period
from people.enums import Country
from people.models import RoleGrant, Team


def account(name: str, **options: object) -> models.ForeignKey:
    options.setdefault("related_name", "+")
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=name, **options)  # type: ignore[misc]  # -- the plugin wants literal options


class Engagement(models.Model):
    """A firm audits us by some frameworks for a period. Its people read what is in scope, and only
    until it ends: their grants end with it."""

    reference = reference_field("ENG")
    firm = models.CharField(_("firm"), max_length=150)
    frameworks = ArrayField(
        models.CharField(max_length=10, choices=Framework), verbose_name=_("frameworks")
    )
    period_starts_on = models.DateField(_("period from"))
    period_ends_on = models.DateField(
        _("period until"), help_text=_("First day that no longer belongs to it.")
    )
    is_everywhere = models.BooleanField(_("everywhere"), default=True, editable=False)
    countries = ArrayField(
        models.CharField(max_length=2, choices=Country),
        verbose_name=_("countries"),
        default=list,
        blank=True,
        help_text=_("Without countries and teams the auditors see everything."),
    )
    teams = models.ManyToManyField(
        Team, through="EngagementTeam", blank=True, verbose_name=_("teams")
    )
    owner = account(
        _("owner"), help_text=_("Who answers what has no other owner."), related_name="engagements"
    )
    begun_at = models.DateTimeField(_("begun at"), default=told_moment, editable=False)
    begun_by = account(_("begun by"), null=True, editable=False)
    expires_at = models.DateTimeField(
        _("access until"), help_text=_("Then the auditors' access ends by itself.")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    ended_by = account(_("ended by"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit engagement")
        verbose_name_plural = _("audit engagements")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [("view_exceptions", "Can open the exception reports")]
        constraints = [
            models.CheckConstraint(
                name="evidence_engagement_period",
                condition=Q(period_ends_on__gt=F("period_starts_on")),
                violation_error_message=_("It ends before it starts."),
            ),
            models.CheckConstraint(
                name="evidence_engagement_frameworks",
                condition=~Q(frameworks=[]),
                violation_error_message=_("Name at least one framework."),
            ),
            models.CheckConstraint(
                name="evidence_engagement_ended_pair",
                condition=Q(ended_at__isnull=False) | Q(ended_by__isnull=True),
            ),
            models.CheckConstraint(
                name="evidence_engagement_scope",
                condition=Q(is_everywhere=False) | Q(countries=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.firm}"

    @property
    def period(self) -> Period:
        return Period(self.period_starts_on, self.period_ends_on, settings.DEFAULT_TIME_ZONE)

    def state_at(self, at: datetime) -> EngagementState:
        is_over = self.ended_at is not None or self.expires_at <= at
        return EngagementState.ENDED if is_over else EngagementState.RUNNING


class EngagementTeam(models.Model):
    """A team whose records an engagement is about."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="scope_teams")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("team"))

    history = History(read_by=("engagement",))
    objects = EngagementPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("team in scope")
        verbose_name_plural = _("teams in scope")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="evidence_engagementteam_once", fields=["engagement", "team"]
            )
        ]

    def __str__(self) -> str:
        return str(self.team)


class EngagementAuditor(models.Model):
    """Somebody audits for an engagement, from a moment on until they are taken out of it."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="auditors")
    user = account(_("account"), related_name="audits")
    added_at = models.DateTimeField(_("added at"), default=told_moment, editable=False)
    added_by = account(_("added by"), null=True, editable=False)
    removed_at = models.DateTimeField(_("removed at"), null=True, editable=False)
    removed_by = account(_("removed by"), null=True, editable=False)

    history = History(read_by=("engagement",))
    objects = EngagementPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("auditor of an engagement")
        verbose_name_plural = _("auditors of engagements")
        ordering = ("pk",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="evidence_engagementauditor_once",
                fields=["engagement", "user"],
                condition=Q(removed_at__isnull=True),
                violation_error_message=_("This account is in the engagement already."),
            ),
            models.CheckConstraint(
                name="evidence_engagementauditor_removed_pair",
                condition=Q(removed_at__isnull=False) | Q(removed_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class AuditorGrant(models.Model):
    """A role grant that an auditor has because of an engagement, and that ends with it."""

    auditor = models.ForeignKey(EngagementAuditor, models.PROTECT, related_name="grants")
    grant = models.OneToOneField(RoleGrant, models.PROTECT, related_name="engagement")

    history = History(read_by=("auditor",))

    class Meta:
        verbose_name = _("grant of an auditor")
        verbose_name_plural = _("grants of auditors")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.grant)
