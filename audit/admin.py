"""The audit trail in the portal, read only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.lists import AuditTrailList, action, actor, subject, told
from audit.models import LedgerEntry
from core.admin import Panel, ScopedModelAdmin


@admin.register(LedgerEntry)
class AuditTrailAdmin(ScopedModelAdmin):
    list_class = AuditTrailList
    ordering = ("-pk",)
    fields = ("at", "what", "operation", "key", "database_role")
    list_title = _("Audit trail")

    @admin.display(description=_("what"))
    def what(self, entry: LedgerEntry) -> str:
        return subject(entry)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated  # one's own actions; the queryset says whose else

    def get_header(self, request: HttpRequest, record: LedgerEntry) -> dict[str, Any]:
        title = action(record)
        facts = [(_("actor"), actor(record)), (_("reason"), told(record, "reason") or "–")]
        return {"reference": f"#{record.pk}", "title": title, "badges": [], "facts": facts}

    def get_panels(self, request: HttpRequest, record: LedgerEntry) -> list[Panel]:
        seen = {"before": record.before, "after": record.after, "context": record.context}
        return [Panel("data", _("Data"), "portal/json.html", {"value": seen})]
