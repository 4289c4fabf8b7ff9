"""Who works here and in which team: people apart from their accounts."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from people.enums import Country, TeamTier
from people.querysets import MembershipQuerySet, PersonQuerySet, SubsidiaryQuerySet, TeamQuerySet


class Subsidiary(models.Model):
    """A company of the group, in one country."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    country = models.CharField(_("country"), max_length=2, choices=Country)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = SubsidiaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("subsidiary")
        verbose_name_plural = _("subsidiaries")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A human being who works with us. Two accounts of one person are one person to every rule."""

    full_name = models.CharField(_("full name"), max_length=150)
    employee_number = models.CharField(
        _("employee number"), max_length=40, unique=True, null=True, blank=True
    )
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    subsidiary = models.ForeignKey(
        Subsidiary, models.PROTECT, related_name="people", verbose_name=_("subsidiary")
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("full_name",)

    def __str__(self) -> str:
        return self.full_name


class Team(models.Model):
    """A group of people that records are assigned to, in one country."""

    slug = models.SlugField(
        _("short name"), max_length=60, unique=True, help_text=_("As used in the API.")
    )
    name = models.CharField(_("name"), max_length=120)
    tier = models.CharField(_("tier"), max_length=20, choices=TeamTier)
    subsidiary = models.ForeignKey(
        Subsidiary, models.PROTECT, related_name="teams", verbose_name=_("subsidiary")
    )
    country = models.CharField(_("country"), max_length=2, choices=Country)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's time in a team, from a day until before another one (open: still there).

    One that ends on the day it starts never counts: it was a mistake."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="memberships", verbose_name=_("team")
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(
        _("ends on"), null=True, blank=True, help_text=_("First day that no longer counts.")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(read_by=("person",))  # reviews ask what changed since
    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("team", "person", "starts_on")
        constraints = [
            models.CheckConstraint(
                name="people_membership_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A membership cannot end before it starts."),
            ),
            models.UniqueConstraint(
                name="people_membership_one_open",
                fields=["person", "team"],
                condition=Q(ends_on__isnull=True),
                violation_error_message=_("This person is already in the team."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.team}"
