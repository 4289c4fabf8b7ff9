"""What happened in a life, and the segments that follow from it: who held the record when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from audit.history import History
from people.models import Team
from sla.enums import EventKind, Holder
from sla.models.agreements import Agreement, AgreementVersion
from sla.models.lives import Life
from sla.triggers import KeepsWhatWasTold
from vendors.models import Vendor

_WITH_TEAM = Q(team__isnull=False)
_WITH_VENDOR = Q(vendor__isnull=False)


class LifeEvent(models.Model):
    """Something that happened to a record and moves its segments or clocks. A correction supersedes
    it; both stay. An opening also tells the first team and priority."""

    life = models.ForeignKey(Life, models.PROTECT, related_name="events")
    kind = models.CharField(_("event"), max_length=20, choices=EventKind)
    at = models.DateTimeField(_("at"))
    known_at = models.DateTimeField(_("known at"), default=told_moment, editable=False)
    superseded_at = models.DateTimeField(_("superseded at"), null=True, editable=False)
    place = models.PositiveIntegerField(
        _("place within the instant"),
        default=0,
        help_text=_("As the source numbers what it tells, where it does."),
    )
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("team"),
    )
    vendor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("vendor"),
    )
    priority = models.PositiveSmallIntegerField(_("priority"), null=True)
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("agreement"),
    )
    agreement_version = models.ForeignKey(
        AgreementVersion,
        models.PROTECT,
        null=True,
        related_name="events",
        verbose_name=_("version"),
        help_text=_("Empty: the agreement no longer applies."),
    )
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("told by"),
    )

    history = History()

    class Meta:
        verbose_name = _("event of a life")
        verbose_name_plural = _("events of lives")
        ordering = ("at", "pk")
        default_permissions = ("view",)
        triggers = [KeepsWhatWasTold()]
        constraints = [
            models.UniqueConstraint(
                name="sla_lifeevent_opens_once",
                fields=["life"],
                condition=Q(kind=EventKind.OPENED, superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="sla_lifeevent_kinds", condition=Q(kind__in=EventKind.values)
            ),
            models.CheckConstraint(
                name="sla_lifeevent_waits_for_a_vendor",
                condition=Q(kind=EventKind.WAITED_FOR_VENDOR, vendor__isnull=False)
                | (~Q(kind=EventKind.WAITED_FOR_VENDOR) & ~_WITH_VENDOR),
            ),
            models.CheckConstraint(
                name="sla_lifeevent_has_a_priority",
                condition=~Q(kind=EventKind.PRIORITIZED) | Q(priority__isnull=False),
            ),
            models.CheckConstraint(
                name="sla_lifeevent_applies_an_agreement",
                condition=Q(kind=EventKind.AGREED, agreement__isnull=False)
                | Q(agreement__isnull=True, agreement_version__isnull=True)
                & ~Q(kind=EventKind.AGREED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M:%S}Z"


class Segment(models.Model):
    """Who holds the record from a moment until the next segment starts. Follows from the events;
    an end is not stored, so that neither gap nor overlap can be."""

    life = models.ForeignKey(Life, models.PROTECT, related_name="segments", db_index=False)
    started_at = models.DateTimeField(_("started at"))
    holder = models.CharField(_("holder"), max_length=10, choices=Holder)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("team")
    )
    vendor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("vendor"),
    )
    is_running = models.BooleanField(_("running"))

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ("started_at",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="sla_segment_tiles", fields=["life", "started_at"]),
            models.CheckConstraint(
                name="sla_segment_holder",
                condition=Q(holder=Holder.TEAM, is_running=True) & _WITH_TEAM & ~_WITH_VENDOR
                | Q(holder=Holder.VENDOR, is_running=True) & _WITH_VENDOR & ~_WITH_TEAM
                | Q(holder__in=[Holder.CUSTOMER, Holder.APPROVAL], is_running=False)
                & ~_WITH_VENDOR
                & ~_WITH_TEAM
                | Q(holder=Holder.NONE) & ~_WITH_VENDOR & ~_WITH_TEAM,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_holder_display()} {self.started_at:%Y-%m-%d %H:%M:%S}Z"
