"""Boards and approval policies in the portal: who decides about which change, and how."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.attendance import chairs
from changes.configuration_lists import BoardList, PolicyList, board_badge, policy_badge
from changes.enums import Quorum
from changes.forms.configuring import EndSeatForm, SeatMemberForm
from changes.forms.meetings import CallMeetingForm, RhythmForm
from changes.forms.policies import STEPS, PolicyForm, names_of, set_by_form
from changes.models import ApprovalPolicy, Board, BoardSeat, PolicyStep
from changes.services.configuring import found_board
from core.admin import Button, Panel, ScopedModelAdmin
from core.admin_pages import row_of_buttons
from core.showing import badge, duration, shown


@admin.register(Board)
class BoardAdmin(ScopedModelAdmin):
    create_with = staticmethod(found_board)
    action_forms = {
        form.action: form for form in (SeatMemberForm, EndSeatForm, CallMeetingForm, RhythmForm)
    }
    list_class = BoardList
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "is_emergency")
    record_template = "changes/board.html"
    edits_on_request = True

    def get_header(self, request: HttpRequest, record: Board) -> dict[str, Any]:
        return {
            "reference": "",
            "title": record.name,
            "badges": [board_badge(record)],
            "facts": [(_("rhythm"), _rhythm(record))],
        }

    def get_facts(self, request: HttpRequest, record: Board) -> list[tuple[Any, Any]]:
        return []

    def get_action_forms(self, request: HttpRequest, record: Board) -> Mapping[str, Any]:
        """Who configures boards gives seats; the chair calls meetings; both set the rhythm."""
        offered: set[str] = set()
        if request.user.has_perm("changes.change_board"):
            offered |= {SeatMemberForm.action, EndSeatForm.action, RhythmForm.action}
        if chairs(record.pk, timezone.now(), request.user):
            offered |= {CallMeetingForm.action, RhythmForm.action}
        return {name: form for name, form in self.action_forms.items() if name in offered}

    def get_buttons(self, request: HttpRequest, record: Board) -> list[Button]:
        """A seat is ended where it stands."""
        return [
            replace(button, is_prominent=button.action == SeatMemberForm.action)
            for button in super().get_buttons(request, record)
            if button.action != EndSeatForm.action
        ]

    def page_context(self, request: HttpRequest, record: Board) -> dict[str, Any]:
        ends = EndSeatForm.action in self.get_action_forms(request, record)
        seats = record.seats.select_related("user__person")
        ordered = sorted(
            seats.order_by("-is_chair", "user__person__full_name"),
            key=lambda seat: _is_over(seat),
        )
        columns = [
            pgettext_lazy("seat", "Member"),
            pgettext_lazy("seat", "Part"),
            _("Since"),
            _("Until"),
        ]
        return super().page_context(request, record) | {
            "first_tab": _("Seats"),
            "seats": {
                "columns": [*columns, _("Actions")] if ends else columns,
                "rows": [self._row(record, seat, ends) for seat in ordered],
                "nothing": _("Nobody has a seat yet."),
            },
        }

    def _row(self, record: Board, seat: BoardSeat, ends: bool) -> tuple[Any, ...]:
        name = seat.user.get_full_name()
        if _is_over(seat):
            part = badge(pgettext_lazy("seat", "Over"))
        elif seat.is_chair:
            part = badge(pgettext_lazy("seat", "Chair"), "violet")
        else:
            part = badge(pgettext_lazy("seat", "Member"), "blue")
        row = (name, part, seat.starts_on, seat.ends_on)
        if not ends:
            return row
        if seat.ends_on is not None:
            return (*row, "")
        url = self.url_of_action(record, EndSeatForm, seat=seat.pk)
        label = _("End the seat of %(name)s") % {"name": name}
        return (
            *row,
            row_of_buttons(
                [Button("end_seat", pgettext_lazy("seat", "End"), url, full_label=label)]
            ),
        )


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(ScopedModelAdmin):
    form = PolicyForm
    create_with = staticmethod(set_by_form)
    record_template = "changes/policy.html"
    edits_on_request = True
    list_class = PolicyList
    search_fields = ("name",)
    ordering = ("type", "risk")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        steps = [
            (
                _("Step %(number)s") % {"number": number},
                {"fields": [tuple(names_of(number))], "classes": ["policy-step"]},
            )
            for number in STEPS
        ]
        return [(None, {"fields": ["name", ("type", "risk")]}), *steps]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        for number in STEPS:
            form.base_fields[f"board_{number}"].queryset = Board.objects.visible_to(request.user)
        return form

    def get_header(self, request: HttpRequest, record: ApprovalPolicy) -> dict[str, Any]:
        return {
            "reference": "",
            "title": record.name,
            "badges": [policy_badge(record)],
            "facts": [
                (_("type"), record.get_type_display()),
                (_("risk"), record.get_risk_display() or pgettext_lazy("risk", "Any")),
            ],
        }

    def get_facts(self, request: HttpRequest, record: ApprovalPolicy) -> list[tuple[Any, Any]]:
        return []

    def get_panels(self, request: HttpRequest, record: ApprovalPolicy) -> list[Panel]:
        return []

    def page_context(self, request: HttpRequest, record: ApprovalPolicy) -> dict[str, Any]:
        steps = record.steps.select_related("board").order_by("position")
        return super().page_context(request, record) | {
            "first_tab": _("Steps"),
            "steps": [(step, _facts_of(step)) for step in steps],
        }


def _rhythm(board: Board) -> Any:
    if not board.rhythm or board.meets_clock is None or board.meets_for is None:
        return _("when it is called")
    told = {"clock": f"{board.meets_clock:%H:%M}", "lasts": duration(board.meets_for)}
    return f"{board.rhythm} · " + _("at %(clock)s, for %(lasts)s") % told + f" · {board.time_zone}"


def _is_over(seat: BoardSeat) -> bool:
    return seat.ends_on is not None and seat.ends_on <= timezone.localdate()


def _facts_of(step: PolicyStep) -> list[tuple[Any, Any]]:
    """A step in words: its rule, how many, until when, and whether programs vote in it."""
    told = {"number": step.needed}
    rule: Any = step.get_quorum_display()
    if step.quorum == Quorum.N_OF_M:
        rule = _("At least %(number)s approve") % told
    if step.quorum == Quorum.PERCENT:
        rule = _("At least %(number)s %% approve") % told
    return [
        (_("rule"), rule),
        (_("take part at least"), step.present),
        (_("due in"), duration(step.due_in)),
        (_("votes by API"), shown(step.accepts_tokens)),
    ]
