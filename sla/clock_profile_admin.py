"""Clock profiles in the portal: read by all who see incidents, kept by administrators."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import ScopedModelAdmin
from core.lists import Column, RecordList
from core.showing import badge, moment
from sla.clock_profile_services import add_clock_profile, change_clock_profile, is_settled
from sla.clocks import MANDATE
from sla.durations import read_target, written
from sla.enums import MarkKind
from sla.models import ClockProfile

_WITHIN = [f"{target.metric}_within" for target in MANDATE]
_HINT = _("Such as 1 min, 90 s, 5 min or PT10M.")


class LengthField(forms.CharField):
    """A length of time as people write it."""

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else written(value)

    def to_python(self, value: Any) -> Any:
        return read_target(value) if (value or "").strip() else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != (data or "").strip()


class ClockProfileForm(forms.ModelForm):
    """The times as people write them."""

    detect_within = LengthField(label=_("detect: within"), help_text=_HINT)
    investigate_within = LengthField(label=_("investigate: within"), help_text=_HINT)
    remediate_within = LengthField(label=_("remediate: within"), help_text=_HINT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, target in zip(_WITHIN, MANDATE, strict=True):
            if name in self.fields and not self.instance.pk:
                self.initial.setdefault(name, target.within)


class ClockProfileList(RecordList):
    orderings = {"starts_at": ("starts_at", "pk")}
    ordering = "-starts_at"
    columns = (
        Column("scope", _("for"), show=str, leads_to_record=True, phone="title"),
        Column(
            "starts_at",
            show=lambda row: moment(row.starts_at, True),
            export=lambda row: row.starts_at,
            ordering="starts_at",
            phone="meta",
        ),
        Column("state", _("state"), show=lambda row: state_badge(row), phone="meta"),
        Column("detect_within", _("detect"), show=lambda row: times_of(row)[0]),
        Column("investigate_within", _("investigate"), show=lambda row: times_of(row)[1]),
        Column("remediate_within", _("remediate"), show=lambda row: times_of(row)[2]),
        Column("reason"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("service")


@admin.register(ClockProfile)
class ClockProfileAdmin(ScopedModelAdmin):
    form = ClockProfileForm
    create_with = staticmethod(add_clock_profile)
    change_with = staticmethod(change_clock_profile)
    list_class = ClockProfileList
    search_fields = ("reason",)
    ordering = ("-starts_at",)
    autocomplete_fields = ("service",)
    fieldsets = (
        (None, {"fields": ["service", "country", "priority", "starts_at", "reason"]}),
        *(
            (
                target.label,
                {"fields": [tuple(f"{target.metric}_{end}" for end in ("from", "to", "within"))]},
            )
            for target in MANDATE
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("service")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_kept = super().has_change_permission(request, obj)
        return is_kept and not (isinstance(obj, ClockProfile) and is_settled(obj))


def state_badge(row: ClockProfile) -> Any:
    """What is settled no longer changes."""
    if is_settled(row):
        return badge(pgettext_lazy("clock profile", "Settled"), "green")
    return badge(pgettext_lazy("clock profile", "To come"), "blue")


def times_of(row: ClockProfile) -> list[str]:
    """By metric: from which mark to which, within what."""
    return [_time(row, target.metric) for target in MANDATE]


def _time(row: ClockProfile, metric: str) -> str:
    starts, stops = (MarkKind(getattr(row, f"{metric}_{end}")).label for end in ("from", "to"))
    return f"{starts} → {stops}: {written(getattr(row, f'{metric}_within'))}"
