"""The list of problems; its tab of known errors is what one searches first at night."""

from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lists import Column, RecordList, Tab
from core.showing import ago
from incidents.problem_enums import OVER
from incidents.problem_filters import ORDERINGS, ProblemFilters
from incidents.problem_page import problem_badge, problem_priority

_SHORT = 140


def _open(problems: Any, user: Any) -> Any:
    return problems.open()


def _mine(problems: Any, user: Any) -> Any:
    return problems.open().filter(owner=user.pk)


def _known(problems: Any, user: Any) -> Any:
    return problems.worked_around()


def _over(problems: Any, user: Any) -> Any:
    return problems.filter(status__in=OVER)


class ProblemList(RecordList):
    filterset = ProblemFilters
    main_filters = ("status", "priority", "service", "team", "owner")
    orderings = ORDERINGS
    ordering = "priority"
    tabs = (
        Tab("open", pgettext_lazy("problems", "Open"), _open),
        Tab("known", _("Known errors"), _known),
        Tab("mine", pgettext_lazy("problems", "Mine"), _mine),
        Tab("over", pgettext_lazy("problems", "Over"), _over, is_counted=False),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title", leads_to_record=True, phone="title"),
        Column("status", show=problem_badge, phone="meta"),
        Column("priority", show=problem_priority, ordering="priority", phone="meta"),
        Column("service"),
        Column(
            "workaround",
            show=lambda problem: Truncator(problem.workaround).chars(_SHORT),
            export=lambda problem: problem.workaround,
        ),
        Column("incident_count", _("incidents"), show=lambda problem: problem.incident_count),
        Column("team", show=lambda problem: problem.team.slug),
        Column("owner"),
        Column(
            "raised_at",
            _("raised"),
            show=lambda problem: ago(problem.raised_at),
            export=lambda problem: problem.raised_at,
            ordering="raised_at",
        ),
        Column("vendor", is_default=False),
        Column("closed_at", is_default=False),
    )
    search_hint = _("Words of title, symptom or workaround, or PRB-000042")

    def prepared(self, rows: Any) -> Any:
        rows = rows.select_related("service", "team", "owner", "vendor")
        return rows.with_counts(self.user).defer("symptom", "root_cause", "search")
