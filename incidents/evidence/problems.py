"""Problems as evidence: which cause was found behind incidents, and what removed it (ISO 20000
8.6.3, SOC 2 CC7.5)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import Population, columns
from evidence.telling import facts
from incidents.models import Problem, ProblemChange, ProblemComment, ProblemIncident


def _members(period: Period) -> QuerySet[Problem]:
    raised = Problem.objects.filter(raised_at__gte=period.start, raised_at__lt=period.end)
    related = ("service", "team", "owner", "vendor", "raised_by")
    return raised.select_related(*related).defer("search").order_by("pk")


def _story(problems: list[Any]) -> dict[int, dict[str, Any]]:
    """The incidents behind it, the changes against it, and what was said."""
    found: dict[int, dict[str, list[Any]]] = {
        row.pk: {"incidents": [], "changes": [], "comments": []} for row in problems
    }
    told: dict[str, tuple[Any, str]] = {
        "incidents": (ProblemIncident.objects.select_related("incident"), "incident"),
        "changes": (ProblemChange.objects.select_related("change"), "change"),
    }
    for section, (links, name) in told.items():
        heavy = (f"{name}__search", f"{name}__description")
        for link in links.filter(problem__in=found).defer(*heavy).order_by("pk"):
            row = facts(link, "created_at", reference=getattr(link, name).reference)
            found[link.problem_id][section].append(row)
    said = ProblemComment.objects.filter(problem__in=found).select_related("author")
    for comment in said.order_by("pk"):
        row = facts(comment, "created_at", "author", "text")
        found[comment.problem_id]["comments"].append(row)
    return dict(found)


PROBLEMS = Population(
    name="problems",
    title=_("Problems"),
    definition=_("Every problem, known errors and rejected candidates too."),
    membership=_("Raised in the period."),
    model=Problem,
    everything=lambda: Problem.objects.all(),
    members=_members,
    identity=lambda row: row.reference,
    moment_of=lambda row: row.raised_at,
    attributes=columns(
        Problem,
        {
            "title": _("What it is called."),
            "symptom": _("How one recognizes it."),
            "service": _("Which service it is in."),
            "team": _("Whose problem it was."),
            "owner": _("Who worked on it last."),
            "vendor": _("To which vendor it is attributed."),
            "priority": _("How pressing it was: 1 to 5."),
            "status": _("Where it stands."),
            "raised_at": _("When it was raised: what membership goes by."),
            "raised_by": _("Who raised it."),
            "root_cause": _("The cause that was found."),
            "no_cause_reason": _("Why none was found."),
            "workaround": _("How one lives with it until then."),
            "closed_at": _("When it was closed."),
        },
    ),
    rows_of=rows_of_parts(
        Problem,
        Part(ProblemIncident, "problem"),
        Part(ProblemChange, "problem"),
        Part(ProblemComment, "problem"),
    ),
    story=_story,
    numbered="PRB",
    absent=lambda row: _("raised outside the period"),
    strata=lambda row: row.status,
)
