"""Calls for help to whoever leads the shift. The record stays with its owner."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from audit.history import History
from incidents.enums import HelpState, HelpUrgency
from incidents.triggers import KeepsItsFacts
from people.models import Team
from sla.models import Life


class HelpRequest(models.Model):
    """One ask for help about a record: who is on duty for its team takes it and answers. Not taken
    in time it goes to those above, once. Of a record at most one is open."""

    life = models.ForeignKey(Life, models.PROTECT, related_name="help_requests", db_index=False)
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="+", db_index=False, verbose_name=_("team")
    )
    urgency = models.CharField(_("urgency"), max_length=10, choices=HelpUrgency)
    question = models.TextField(_("what is needed"), max_length=2000)
    was_on_rota = models.BooleanField(
        _("asked by the rota"), help_text=_("Otherwise no rota knew the team, and its leads heard.")
    )
    asked_at = models.DateTimeField(_("asked at"), default=told_moment)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    take_by = models.DateTimeField(_("to be taken by"))
    escalated_at = models.DateTimeField(_("escalated at"), null=True)
    state = models.CharField(
        _("state"), max_length=10, choices=HelpState, default=HelpState.ASKED, editable=False
    )
    taken_at = models.DateTimeField(_("taken at"), null=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("taken by"),
    )
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    ended_at = models.DateTimeField(_("answered or withdrawn at"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("answered or withdrawn by"),
        help_text=_("Empty: the portal, as the record was over."),
    )

    history = History(read_by=("life",))

    class Meta:
        verbose_name = _("ask for help")
        verbose_name_plural = _("asks for help")
        default_permissions = ()
        permissions = [("take_helprequest", "Can take what colleagues ask help for")]
        ordering = ("asked_at", "pk")
        indexes = [
            models.Index(name="incidents_help_of", fields=["life", "asked_at"]),
            models.Index(
                name="incidents_help_waiting",
                fields=["team", "take_by"],
                include=["life"],
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(
                name="incidents_help_untaken",
                fields=["take_by"],
                condition=Q(state=HelpState.ASKED, escalated_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="incidents_help_one_open", fields=["life"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="incidents_help_taken_pair",
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_help_ended_pair",
                condition=Q(state=HelpState.ASKED, taken_at=None, ended_at=None, ended_by=None)
                | Q(state=HelpState.TAKEN, taken_at__isnull=False, ended_at=None, ended_by=None)
                | Q(
                    state=HelpState.ANSWERED,
                    taken_at__isnull=False,
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                )
                | Q(state=HelpState.WITHDRAWN, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_help_says_something",
                condition=Q(state=HelpState.ANSWERED) & ~Q(answer="")
                | ~Q(state=HelpState.ANSWERED) & Q(answer=""),
            ),
            models.CheckConstraint(
                name="incidents_help_by_another",
                condition=Q(taken_by__isnull=True) | ~Q(taken_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="incidents_help_taken_later", condition=Q(take_by__gt=F("asked_at"))
            ),
        ]
        triggers = [
            KeepsItsFacts(
                later=("escalated_at", "state", "taken_at", "taken_by_id", "answer", "ended_by_id"),
                settled="ended_at",
            )
        ]

    def __str__(self) -> str:
        return self.question[:60]
