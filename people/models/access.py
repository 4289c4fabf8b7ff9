"""What an account may do and where: role grants and API tokens."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.history import History
from people.enums import Country, TokenScope
from people.models.teams import Team
from people.querysets import ApiTokenQuerySet, RoleGrantQuerySet
from people.roles import Role


class RoleGrant(models.Model):
    """A role given to an account for a team, a country or (neither) everywhere, for some time."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="grants", verbose_name=_("team")
    )
    country = models.CharField(_("country"), max_length=2, choices=Country, blank=True, default="")
    starts_at = models.DateTimeField(_("starts at"), default=timezone.now)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("granted by"),
    )
    reason = models.CharField(_("reason"), max_length=300)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(read_by=("user",))  # reviews ask what changed since
    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        ordering = ("user", "role", "starts_at")
        constraints = [
            models.CheckConstraint(
                name="people_rolegrant_team_or_country",
                condition=Q(team__isnull=True) | Q(country=""),
                violation_error_message=_("Grant a role for a team or for a country, not both."),
            ),
            models.CheckConstraint(
                name="people_rolegrant_ends_after_start",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                violation_error_message=_("A grant cannot end before it starts."),
            ),
            models.CheckConstraint(
                name="people_rolegrant_auditor_expires",
                condition=~Q(role=Role.AUDITOR) | Q(ends_at__isnull=False),
                violation_error_message=_("An auditor's grant needs an end."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.where}"

    @property
    def where(self) -> str:
        """The team, the country, or everywhere."""
        if self.team_id:
            return str(self.team)
        return self.get_country_display() if self.country else str(_("everywhere"))


class ApiToken(models.Model):
    """A key by which a program acts as an account. Only its SHA-256 is kept: the key itself is a
    long random secret, so a slow hash would add nothing but a delay to every request."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=100)
    hint = models.CharField(_("begins with"), max_length=20, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=10, choices=TokenScope), verbose_name=_("scopes")
    )
    made_on_command_line = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("-created_at",)
        constraints = [
            models.CheckConstraint(
                name="people_apitoken_expires_within_a_year",
                condition=Q(expires_at__lte=F("created_at") + timedelta(days=366)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"
