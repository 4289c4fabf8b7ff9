"""Problems in the portal: the list with the known errors, and the page of one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import Button, Panel, ScopedModelAdmin
from core.record.once import new_token
from core.record.side import Block
from core.showing import ago, link
from incidents import problem_page as page
from incidents.forms.problems import PROBLEM_ACTIONS, CommentForm
from incidents.models import Problem
from incidents.problem_lists import ProblemList
from incidents.problem_rules import is_within_reach_of_problem
from incidents.problem_timeline import PROBLEM_TIMELINE
from incidents.problem_workflow import PROBLEM_WORKFLOW
from incidents.services import problems

_NEXT = {"accept", "investigate", "declare_known_error", "monitor"}
_ASIDE = {"reject", "investigate_again"}
_ELSEWHERE = {
    "comment",  # in the add box
    *("link_incident", "unlink_incident", "link_change", "unlink_change"),  # in the tabs
}


@admin.register(Problem)
class ProblemAdmin(ScopedModelAdmin):
    workflow = PROBLEM_WORKFLOW
    action_forms = PROBLEM_ACTIONS
    create_with = staticmethod(problems.raise_problem)
    change_with = staticmethod(problems.edit_problem)
    record_template = "incidents/problem.html"
    edits_on_request = True
    keeps_drafts = True
    timeline = PROBLEM_TIMELINE
    list_class = ProblemList
    search_fields = ("title",)
    ordering = ("-pk",)
    autocomplete_fields = ("vendor",)
    fields = ("title", "service", "priority", "symptom", "workaround", "root_cause", "vendor")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("service", "team", "owner", "vendor", "raised_by")
        return super().get_queryset(request).select_related(*related).defer("search")

    def is_workable(self, request: HttpRequest, record: Problem) -> bool:
        return is_within_reach_of_problem(record, request.user) is None

    def get_header(self, request: HttpRequest, record: Problem) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [page.problem_badge(record), page.problem_priority(record)],
            "facts": [
                (_("service"), link(record.service)),
                (_("team"), link(record.team)),
                (_("owner"), str(record.owner or _("Nobody yet"))),
                (_("raised"), ago(record.raised_at)),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Problem) -> list[tuple[Any, Any]]:
        return []  # they stand beside the record

    def page_context(self, request: HttpRequest, record: Problem) -> dict[str, Any]:
        told = [(name, label, getattr(record, name)) for name, label in page.TEXTS]
        return {**super().page_context(request, record), "texts": [row for row in told if row[2]]}

    def get_panels(self, request: HttpRequest, record: Problem) -> list[Panel]:
        works = self.has_change_permission(request, record)

        def button(action: str, label: Any, full: Any = "", **answers: Any) -> Button | None:
            if not works:
                return None
            url = self.url_of_action(record, PROBLEM_ACTIONS[action], **answers)
            return Button(action, label, url, full_label=full)

        return [
            page.incidents_panel(record, request.user, button),
            page.changes_panel(record, request.user, button),
        ]

    def get_side(self, request: HttpRequest, record: Problem) -> list[Block]:
        return list(page.problem_side(record, request.user))

    def get_talk(self, request: HttpRequest, record: Problem) -> dict[str, Any] | None:
        if not self.has_change_permission(request, record):
            return None
        form = CommentForm(record=record, actor=request.user, auto_id="comment_%s")
        url = self.url_of_action(record, CommentForm)
        told = {"form": form, "action_url": url, "once": new_token()}
        return {**told, "is_plain": True, "is_without_files": True}

    def get_action_forms(self, request: HttpRequest, record: Problem) -> Mapping[str, Any]:
        return PROBLEM_ACTIONS

    def get_buttons(self, request: HttpRequest, record: Problem) -> list[Button]:
        """Only who works on problems is offered the work."""
        if not super().has_change_permission(request):
            return []
        reach = is_within_reach_of_problem(record, request.user)
        found = []
        for button in super().get_buttons(request, record):
            if button.action in _ELSEWHERE:
                continue
            move = PROBLEM_WORKFLOW.target(record.status, button.action)
            is_main = bool(move and button.action not in _ASIDE) or button.action == "assign"
            reasons = button.reasons or ((reach,) if reach else ())
            if not (move or reach or record.is_open):
                reasons = (_("what is over is no longer edited"),)
            is_next = button.action in _NEXT and not reasons
            found.append(
                replace(button, is_main=is_main, is_prominent=is_next, reasons=tuple(reasons))
            )
        against = (reach,) if reach else ()
        if not against and not record.is_open:
            against = (_("what is over is no longer edited"),)
        edit = Button("edit", _("Edit"), "?edit=1", against, is_dialog=False, shortcut="e")
        return sorted([*found, edit], key=lambda b: 0 if b.is_prominent else 1)
