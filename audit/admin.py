"""The audit trail in the portal: read only, without a count, paged by id."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.keyset import KeysetList, NewestBefore
from audit.models import OutboxEntry
from core.admin import Panel, ScopedModelAdmin
from core.admin_lists import ListFilter, choice_filter
from core.showing import moment


class RelationFilter(ListFilter):
    """By table, or all events that are no change of a row."""

    title = _("what")
    parameter_name = "relation"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        tracked = [m for m in apps.get_models() if _is_tracked(m)]
        named = [(m._meta.db_table, m._meta.verbose_name_plural) for m in tracked]
        tables = sorted(named, key=lambda pair: str(pair[1]))
        return [("event", _("events: sign-ins, tokens, exports")), *tables]

    def narrow(self, request: Any, queryset: Any) -> Any:
        if self.value() == "event":
            return queryset.filter(operation=OutboxEntry.Operation.EVENT)
        return queryset.filter(relation=self.value())


class ActorFilter(ListFilter):
    """By username, typed; it is no secret list of accounts."""

    title = _("actor")
    parameter_name = "actor"
    template = "portal/filter_text.html"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return []

    def described(self) -> str:
        return str(self.value())

    def queryset(self, request: Any, queryset: Any) -> Any:
        name = (self.value() or "").replace("\x00", "")[:150]
        return queryset.filter(context__name=name) if name else queryset


@admin.register(OutboxEntry)
class AuditTrailAdmin(ScopedModelAdmin):
    list_display = ("number", "when", "actor", "action", "operation", "relation", "key", "reason")
    list_display_links = ("number",)
    list_filter = (
        RelationFilter,
        ActorFilter,
        choice_filter("operation", _("operation"), OutboxEntry.Operation),
        NewestBefore,
    )
    ordering = ("-pk",)
    sortable_by = ()
    fields = ("at", "relation", "operation", "key", "database_role")
    list_title = _("Audit trail")
    list_note = _("Everything that was changed, as the database saw it. Newest first.")

    @admin.display(description="#")
    def number(self, entry: OutboxEntry) -> str:
        return str(entry.pk)

    @admin.display(description=_("at"))
    def when(self, entry: OutboxEntry) -> Any:
        return moment(entry.at, seconds=True)

    @admin.display(description=_("actor"))
    def actor(self, entry: OutboxEntry) -> Any:
        return _told(entry, "name") or _("not signed: %s") % entry.database_role

    @admin.display(description=_("action"))
    def action(self, entry: OutboxEntry) -> str:
        return _told(entry, "action")

    @admin.display(description=_("reason"))
    def reason(self, entry: OutboxEntry) -> str:
        return _told(entry, "reason")[:200]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetList]:
        return KeysetList

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated  # one's own actions; the queryset says whose else

    def get_header(self, request: HttpRequest, record: OutboxEntry) -> dict[str, Any]:
        title = _told(record, "action") or record.relation
        facts = [(_("actor"), self.actor(record)), (_("reason"), self.reason(record) or "–")]
        return {"reference": f"#{record.pk}", "title": title, "badges": [], "facts": facts}

    def get_panels(self, request: HttpRequest, record: OutboxEntry) -> list[Panel]:
        seen = {"before": record.before, "after": record.after, "context": record.context}
        return [Panel("data", _("Data"), "portal/json.html", {"value": seen})]


def _told(entry: OutboxEntry, name: str) -> str:
    return str((entry.context or {}).get(name) or "")


def _is_tracked(model: Any) -> bool:
    return hasattr(model._meta, "simple_history_manager_attribute")
