"""Meetings in the portal: their list, their page with agenda or minutes, and the PDF."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from changes.attendance import steps_of
from changes.enums import MeetingStatus
from changes.forms.meetings import MEETING_ACTIONS, DissentForm, SignForm
from changes.meeting_lists import MeetingList, status_badge
from changes.meeting_workflow import MEETING_WORKFLOW
from changes.minutes_page import labels, shown_minutes
from changes.minutes_pdf import minutes_pdf
from changes.models import Change, Meeting
from changes.page import STEP_TONES, risk_badge, window_of
from changes.room import room, room_url
from core.admin import Button, ScopedModelAdmin
from core.showing import badge, link, shown, span
from people.stepup import require_confirmation

_IN_THE_ROOM = {DissentForm.action, "box_item"}


@admin.register(Meeting)
class MeetingAdmin(ScopedModelAdmin):
    workflow = MEETING_WORKFLOW
    action_forms = MEETING_ACTIONS | {SignForm.action: SignForm}
    list_class = MeetingList
    record_template = "changes/meeting.html"
    edits_on_request = True
    ordering = ("-starts_at",)
    fields = ("board", "starts_at", "ends_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("board", "opened_by__person")

    def before_action(self, request: HttpRequest, form_class: Any) -> None:
        if getattr(form_class, "wants_confirmation", False):
            require_confirmation(request)

    def get_header(self, request: HttpRequest, record: Meeting) -> dict[str, Any]:
        facts = [(_("planned"), span(record.starts_at, record.ends_at))]
        if record.opened_by:
            facts.append((_("chaired by"), record.opened_by.get_full_name()))
        return {
            "reference": record.reference,
            "title": record.board.name,
            "badges": [status_badge(record)],
            "facts": facts,
        }

    def get_facts(self, request: HttpRequest, record: Meeting) -> list[tuple[Any, Any]]:
        return []

    def get_action_forms(self, request: HttpRequest, record: Meeting) -> Mapping[str, Any]:
        if not request.user.has_perm("changes.approve_change"):
            return {}
        return self.action_forms

    def get_buttons(self, request: HttpRequest, record: Meeting) -> list[Button]:
        """The way into the room first; what is done in there is not offered here."""
        found = []
        if record.status in (MeetingStatus.PLANNED, MeetingStatus.IN_SESSION):
            label = _("Enter the meeting")
            found.append(Button("enter", label, room_url(record), is_dialog=False, shortcut="o",
                                is_prominent=True))  # fmt: skip
        if record.status in (MeetingStatus.CLOSED, MeetingStatus.SIGNED):
            url = reverse("admin:changes_meeting_pdf", args=[record.pk])
            found.append(Button("pdf", _("Minutes as PDF"), url, is_dialog=False, shortcut="p"))
        for button in super().get_buttons(request, record):
            if button.action in _IN_THE_ROOM or button.action == "open":
                continue
            urged = button.action == "sign" and not button.reasons
            key = "s" if button.action == "sign" else ""
            found.append(replace(button, is_prominent=urged, is_main=True, shortcut=key))
        return found

    def page_context(self, request: HttpRequest, record: Meeting) -> dict[str, Any]:
        has_minutes = record.status in (MeetingStatus.CLOSED, MeetingStatus.SIGNED)
        return super().page_context(request, record) | {
            "first_tab": _("Minutes") if has_minutes else _("Agenda"),
            "minutes": shown_minutes(record) if has_minutes else None,
            "words": labels(),
            "agenda": None if has_minutes else self._agenda(request, record),
        }

    def _agenda(self, request: HttpRequest, record: Meeting) -> dict[str, Any]:
        seen = Change.objects.visible_to(request.user)
        steps = steps_of(record)
        items = record.items.select_related("change").defer("change__search")
        visible = set(seen.filter(agenda_items__meeting=record).values_list("pk", flat=True))
        rows = []
        for number, item in enumerate(items.order_by("position", "pk"), start=1):
            change, step = item.change, steps.get(item.change_id)
            name = f"{change.reference} {change.title}"
            rows.append(
                (
                    f"{number}.",
                    link(change, name) if change.pk in visible else name,
                    shown(risk_badge(change)),
                    window_of(change),
                    _("%(minutes)s min") % {"minutes": item.minutes},
                    badge(step.get_status_display(), STEP_TONES.get(step.status, ""))
                    if step
                    else None,
                )
            )
        return {
            "columns": ["", _("Change"), _("Risk"), _("planned window"), _("Time box"), _("State")],
            "rows": rows,
            "nothing": _("Nothing awaits the board. The agenda follows what does."),
        }

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/room/", view(room), name="changes_meeting_room"),
            path("<int:pk>/minutes.pdf", view(self.pdf_view), name="changes_meeting_pdf"),
        ]
        return [*own, *super().get_urls()]

    def pdf_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The minutes of a meeting that one may see, in one's language."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        meeting = self.get_object(request, str(pk))
        if not hasattr(meeting, "minutes"):
            raise Http404
        return pdf_response(meeting)


def pdf_response(meeting: Meeting) -> HttpResponse:
    response = HttpResponse(minutes_pdf(meeting), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{meeting.reference}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
