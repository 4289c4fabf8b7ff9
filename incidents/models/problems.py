"""Problems: the cause behind incidents, and what is linked to it."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.history import History
from changes.models import Change
from core.references import reference_field
from core.search import search_document
from incidents.enums import Priority
from incidents.models.incidents import Incident
from incidents.problem_enums import OPEN, WORKED_AROUND, ProblemStatus
from incidents.problem_querysets import ProblemPartQuerySet, ProblemQuerySet
from incidents.problem_triggers import FixIsLinked, KeepsTheFix
from people.models import Team
from records.models import Comment, Link
from sla.models import Life
from vendors.models import Vendor


@pgtrigger.register(FixIsLinked())
class Problem(models.Model):
    """The cause of one or more incidents, known or not, until it is removed or lived with."""

    reference = reference_field("PRB")
    title = models.CharField(_("title"), max_length=200)
    symptom = models.TextField(
        _("symptom"),
        max_length=20_000,
        blank=True,
        help_text=_("How one recognizes it. Markdown."),
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=ProblemStatus,
        default=ProblemStatus.CANDIDATE,
        editable=False,
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.P3
    )
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="problems", verbose_name=_("service")
    )
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="problems", verbose_name=_("team"), editable=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="owned_problems",
        verbose_name=_("owner"),
    )
    vendor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="problems",
        verbose_name=_("attributed to vendor"),
    )
    root_cause = models.TextField(_("root cause"), max_length=20_000, blank=True)
    no_cause_reason = models.TextField(
        _("why no root cause was found"), max_length=2_000, blank=True, editable=False
    )
    workaround = models.TextField(
        _("workaround"),
        max_length=20_000,
        blank=True,
        help_text=_("Shown on every linked incident. Markdown."),
    )
    life = models.OneToOneField(Life, models.PROTECT, related_name="problem", editable=False)
    raised_at = models.DateTimeField(_("raised at"), editable=False)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("raised by"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    search = models.GeneratedField(
        expression=search_document(title="A", symptom="B", workaround="C"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        indexes = [
            GinIndex(name="incidents_problem_search", fields=["search"]),
            models.Index(name="incidents_problem_queue", fields=["status", "priority", "-id"]),
            models.Index(
                name="incidents_problem_work",
                fields=["priority", "id"],
                include=["team", "owner", "status"],
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                name="incidents_problem_waits",
                fields=["team", "status", "priority", "id"],
                include=["owner"],
                condition=Q(status__in=OPEN),
            ),
            models.Index(name="incidents_problem_priority", fields=["priority", "-id"]),
            models.Index(name="incidents_problem_team", fields=["team", "-id"]),
            models.Index(name="incidents_problem_owner", fields=["owner", "-id"]),
            models.Index(name="incidents_problem_service", fields=["service", "-id"]),
            models.Index(name="incidents_problem_vendor", fields=["vendor", "-id"]),
            models.Index(name="incidents_problem_raised", fields=["-raised_at", "-id"]),
            models.Index(
                name="incidents_problem_around",
                fields=["service", "-id"],
                condition=Q(status__in=WORKED_AROUND),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="incidents_problem_statuses", condition=Q(status__in=ProblemStatus.values)
            ),
            models.CheckConstraint(
                name="incidents_problem_known_error_is_worked_around",
                condition=~Q(status=ProblemStatus.KNOWN_ERROR) | ~Q(workaround=""),
            ),
            models.CheckConstraint(
                name="incidents_problem_closed_with_cause_or_reason",
                condition=~Q(status=ProblemStatus.CLOSED)
                | ~Q(root_cause="")
                | ~Q(no_cause_reason=""),
            ),
            models.CheckConstraint(
                name="incidents_problem_closed_when_over",
                condition=Q(status__in=OPEN, closed_at__isnull=True)
                | (~Q(status__in=OPEN) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="incidents_problem_investigation_has_an_owner",
                condition=~Q(status=ProblemStatus.INVESTIGATING) | Q(owner__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class ProblemIncident(Link):
    """An incident that a problem causes or explains."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="incident_links")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="problem_links")

    history = History(read_by=("problem", "incident"))

    class Meta:
        verbose_name = _("incident of a problem")
        verbose_name_plural = _("incidents of problems")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="incidents_problemincident_once", fields=["problem", "incident"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.incident_id}"


@pgtrigger.register(KeepsTheFix())
class ProblemChange(Link):
    """A change that is to remove the cause of a problem."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="change_links")
    change = models.ForeignKey(Change, models.PROTECT, related_name="problem_links")

    history = History(read_by=("problem",))

    class Meta:
        verbose_name = _("change for a problem")
        verbose_name_plural = _("changes for problems")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="incidents_problemchange_once", fields=["problem", "change"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.change_id}"


class ProblemComment(Comment):
    """A comment on a problem, for colleagues."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="comments")

    history = History()
    objects = ProblemPartQuerySet.as_manager()

    class Meta(Comment.Meta):
        verbose_name = _("comment on a problem")
        verbose_name_plural = _("comments on problems")
        default_permissions = ()
        indexes = [models.Index(name="incidents_problemcomment_of", fields=["problem", "id"])]
