"""Questions from the team that has a record to another one, which never takes it over."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from audit.history import History
from incidents.enums import ConsultationState
from incidents.triggers import KeepsItsFacts
from people.models import Team
from sla.models import AgreementVersion, Life


class Consultation(models.Model):
    """A question to another team, with a time of its own to answer it. While it waits, and a day
    after the answer, the asked team reads the record; its owner stays its owner."""

    life = models.ForeignKey(Life, models.PROTECT, related_name="consultations", db_index=False)
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="+", db_index=False, verbose_name=_("asked team")
    )
    question = models.TextField(_("question"), max_length=2000)
    asked_at = models.DateTimeField(_("asked at"), default=told_moment)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    target = models.DurationField(_("to be answered within"))
    agreement_version = models.ForeignKey(
        AgreementVersion,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("agreed in"),
        help_text=_("The asked team's agreement that sets the time; empty: the portal's rule."),
    )
    due_at = models.DateTimeField(_("due at"))
    late_told_at = models.DateTimeField(_("told of being late at"), null=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ConsultationState,
        default=ConsultationState.ASKED,
        editable=False,
    )
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    ended_at = models.DateTimeField(_("answered or withdrawn at"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("answered or withdrawn by"),
    )

    history = History(read_by=("life",))

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        default_permissions = ()
        ordering = ("asked_at", "pk")
        indexes = [
            models.Index(name="incidents_consultation_of", fields=["life", "asked_at"]),
            models.Index(
                name="incidents_consultation_waiting",
                fields=["team", "due_at"],
                include=["life"],
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(
                name="incidents_consultation_late",
                fields=["due_at"],
                condition=Q(ended_at__isnull=True, late_told_at__isnull=True),
            ),
            models.Index(
                name="incidents_consultation_ended",
                fields=["team", "ended_at"],
                include=["life"],
                condition=Q(state=ConsultationState.ANSWERED),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="incidents_consultation_ended_pair",
                condition=Q(state=ConsultationState.ASKED, ended_at=None, ended_by=None, answer="")
                | Q(
                    ~Q(state=ConsultationState.ASKED),
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="incidents_consultation_says_something",
                condition=~Q(state=ConsultationState.ANSWERED, answer=""),
            ),
            models.CheckConstraint(
                name="incidents_consultation_due_later", condition=Q(due_at__gt=F("asked_at"))
            ),
        ]
        triggers = [
            KeepsItsFacts(
                later=("late_told_at", "state", "answer", "ended_by_id"), settled="ended_at"
            )
        ]

    def __str__(self) -> str:
        return self.question[:60]
