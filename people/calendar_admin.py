"""Working calendars in the portal."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin import Button, Panel, ScopedModelAdmin
from people import services
from people.calendar_forms import (
    AdoptForm,
    BeginWeekForm,
    CloseDayForm,
    DraftForm,
    OpenDayForm,
    WithdrawWeekForm,
)
from people.calendar_lists import WorkCalendarList, state_badge, week_now
from people.calendar_page import closing_panel, facts_of, picture_of, weeks_panel, year_panel
from people.models import WorkCalendar

_WEEK = ("starts_on", "time_zone", "country", *(f"day_{day}" for day in range(7)))


@admin.register(WorkCalendar)
class WorkCalendarAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.draft_calendar)
    change_with = staticmethod(services.edit_calendar)
    action_forms = {
        form.action: form
        for form in (AdoptForm, CloseDayForm, OpenDayForm, BeginWeekForm, WithdrawWeekForm)
    }
    list_class = WorkCalendarList
    record_template = "people/calendar.html"
    edits_on_request = True
    search_fields = ("name", "slug")
    ordering = ("name",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return ((None, {"fields": ("name", "subsidiary")}),)
        first = (None, {"fields": ("name", "slug", "subsidiary")})
        return (first, (_("First week"), {"fields": _WEEK}))

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = forms.ModelForm if change else DraftForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_header(self, request: HttpRequest, record: WorkCalendar) -> dict[str, Any]:
        return {"reference": record.slug, "title": record.name, "badges": [state_badge(record)]}

    def get_facts(self, request: HttpRequest, record: WorkCalendar) -> list[tuple[Any, Any]]:
        return facts_of(record)

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        week = week_now(record)
        return super().page_context(request, record) | {
            "first_tab": _("Overview"),
            "week": picture_of(week) if week else [],
            "week_starts_on": week and week.starts_on,
        }

    def get_panels(self, request: HttpRequest, record: WorkCalendar) -> list[Panel]:
        if week_now(record) is None:
            return [weeks_panel(record)]
        year = timezone.localdate().year
        return [year_panel(record, year), closing_panel(record, year), weeks_panel(record)]

    def get_action_forms(self, request: HttpRequest, record: WorkCalendar) -> Mapping[str, Any]:
        if not self.has_change_permission(request, record):
            return {}
        hidden = {"adopt"} if record.adopted_at else set()
        return {name: form for name, form in self.action_forms.items() if name not in hidden}

    def get_buttons(self, request: HttpRequest, record: WorkCalendar) -> list[Button]:
        buttons = super().get_buttons(request, record)
        if self.has_change_permission(request, record):
            edit = Button("edit", _("Edit"), "?edit=1", is_dialog=False, shortcut="e")
            buttons.insert(0, edit)
        return buttons
