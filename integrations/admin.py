"""Alert sources and what they sent, in the portal."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import Panel, ScopedModelAdmin
from core.showing import badge
from integrations import services
from integrations.enums import SourceKind
from integrations.forms import ReplayForm, RevokeKeyForm, RotateKeyForm
from integrations.lists import AlertEventList, AlertSourceList, activity_badge, state_badge
from integrations.models import AlertEvent, AlertSource, SourceKey


class SourceForm(forms.ModelForm):
    """Severities are shown readable, not on one line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "severities" in self.fields:
            self.fields["severities"].required = False


@admin.register(AlertSource)
class AlertSourceAdmin(ScopedModelAdmin):
    form = SourceForm
    create_with = staticmethod(services.add_source)
    change_with = staticmethod(services.edit_source)
    action_forms = {"rotate": RotateKeyForm, "revoke": RevokeKeyForm}
    list_class = AlertSourceList
    search_fields = ("name",)
    ordering = ("name",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        facts = ["name", "default_service", "severities", "max_per_minute"]
        if obj and obj.kind == SourceKind.DEPLOYMENTS:
            facts = ["name", "max_per_minute"]
        return [*facts, "is_active"] if obj else ["name", "kind", *facts[1:]]

    def get_header(self, request: HttpRequest, record: AlertSource) -> dict[str, Any]:
        return {"reference": "", "title": record.name, "badges": [activity_badge(record)]}

    def get_action_forms(self, request: HttpRequest, record: AlertSource) -> Mapping[str, Any]:
        return self.action_forms if self.has_change_permission(request, record) else {}

    def get_panels(self, request: HttpRequest, record: AlertSource) -> list[Panel]:
        keys = list(
            SourceKey.objects.visible_to(request.user)
            .filter(source=record)
            .select_related("created_by")[:50]
        )
        content = {
            "columns": [
                _("Address begins with"),
                _("State"),
                _("Made"),
                _("By"),
                _("Revoked"),
                _("refused"),
                _("last refused at"),
            ],
            "rows": [
                (
                    key.hint,
                    badge(_("Revoked")) if key.revoked_at else badge(_("Live"), "green"),
                    key.created_at,
                    key.created_by,
                    key.revoked_at,
                    key.refusals,
                    key.refused_at,
                )
                for key in keys
            ],
            "note": _("At most two pairs live at a time, so that the sender can be switched over."),
            "nothing": _("No keys yet: nothing can be sent. Make a pair."),
        }
        return [Panel("keys", _("Keys"), "portal/table.html", content, len(keys))]


@admin.register(AlertEvent)
class AlertEventAdmin(ScopedModelAdmin):
    action_forms = {"replay": ReplayForm}
    list_class = AlertEventList
    ordering = ("-pk",)
    fields = (
        "source",
        "received_at",
        "state",
        "attempts",
        "what_is_wrong",
        "digested_at",
        "replays",
    )
    list_title = _("Received events")

    @admin.display(description=_("error"))
    def what_is_wrong(self, event: AlertEvent) -> str:
        return event.error

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_header(self, request: HttpRequest, record: AlertEvent) -> dict[str, Any]:
        badges = [state_badge(record)]
        return {"reference": f"#{record.pk}", "title": str(record.source), "badges": badges}

    def get_action_forms(self, request: HttpRequest, record: AlertEvent) -> Mapping[str, Any]:
        may = request.user.has_perm("integrations.change_alertevent")
        return self.action_forms if may else {}

    def get_panels(self, request: HttpRequest, record: AlertEvent) -> list[Panel]:
        return [Panel("payload", _("Payload"), "portal/json.html", {"value": record.payload})]
