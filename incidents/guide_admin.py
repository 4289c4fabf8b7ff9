"""Checklists for diagnosis in the portal: the list, and the form that writes their versions."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from core.admin import Panel, ScopedModelAdmin
from core.lists import Column, RecordList
from core.showing import badge, moment
from incidents.models import Guide
from incidents.services.diagnosing import add_guide, edit_guide, newest_version

_AREA = {"rows": 12}


class GuideForm(forms.ModelForm):
    """A line is a step, and the same line says it in the other language."""

    steps_en = forms.CharField(
        label=_("Steps in English"),
        help_text=_("One in each line."),
        widget=UnfoldAdminTextareaWidget(_AREA),
    )
    steps_es = forms.CharField(
        label=_("Steps in Spanish"),
        help_text=_("The same steps in the same order. Other steps are a new version."),
        widget=UnfoldAdminTextareaWidget(_AREA),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            newest = newest_version(self.instance)
            self.initial["steps_en"] = "\n".join(newest.steps_en)
            self.initial["steps_es"] = "\n".join(newest.steps_es)

    def clean_steps_en(self) -> list[str]:
        return _lines(self.cleaned_data["steps_en"])

    def clean_steps_es(self) -> list[str]:
        return _lines(self.cleaned_data["steps_es"])


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class GuideList(RecordList):
    orderings = {"key": ("key", "pk")}
    ordering = "key"
    columns = (
        Column("key", ordering="key", leads_to_record=True, phone="title"),
        Column("title_en", phone="meta"),
        Column("title_es"),
        Column("for_kind", phone="meta"),
        Column("service"),
        Column("is_offered"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("service")


@admin.register(Guide)
class GuideAdmin(ScopedModelAdmin):
    form = GuideForm
    create_with = staticmethod(add_guide)
    change_with = staticmethod(edit_guide)
    list_class = GuideList
    search_fields = ("title_en", "title_es", "=key")
    ordering = ("key",)
    fields = ("key", "title_en", "title_es", "for_kind", "service", "is_offered")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        writes = self.has_change_permission(request, obj) if obj else True
        return (*self.fields, "steps_en", "steps_es") if writes else self.fields

    def get_header(self, request: HttpRequest, record: Guide) -> dict[str, Any]:
        offered = badge(_("Offered"), "green") if record.is_offered else badge(_("Not offered"), "")
        return {"reference": record.key, "title": str(record), "badges": [offered]}

    def get_panels(self, request: HttpRequest, record: Guide) -> list[Panel]:
        versions = record.versions.select_related("made_by").order_by("-number")
        rows = [
            (v.number, moment(v.made_at), v.made_by, " · ".join(v.steps)) for v in versions[:20]
        ]
        content = {"columns": [_("Version"), _("Made"), _("By"), _("Steps")], "rows": rows}
        return [Panel("versions", _("Versions"), "portal/table.html", content, len(rows))]
