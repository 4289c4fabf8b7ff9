"""The audit trail in the portal, read only."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audit.entry_page import (
    circumstances_of,
    neighbours_of,
    proof_of,
    record_of_entry,
    values_of,
)
from audit.lists import AuditTrailList, action, actor, subject, told
from audit.models import LedgerEntry
from core.admin import Panel, ScopedModelAdmin
from core.record.side import Block, Fact, Row


@admin.register(LedgerEntry)
class AuditTrailAdmin(ScopedModelAdmin):
    list_class = AuditTrailList
    ordering = ("-at", "-pk")
    list_title = _("Audit trail")
    edits_on_request = True
    record_template = "audit/entry.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated  # one's own actions; the queryset says whose else

    def get_header(self, request: HttpRequest, record: LedgerEntry) -> dict[str, Any]:
        facts = [(_("actor"), actor(record)), (_("reason"), told(record, "reason") or "–")]
        about = record_of_entry(record, request.user) or subject(record)
        badges = [format_html('<span class="badge">{}</span>', record.get_operation_display())]
        return {
            "reference": f"#{record.pk}",
            "title": format_html("{}: {}", action(record), about),
            "badges": badges,
            "facts": facts,
        }

    def page_context(self, request: HttpRequest, record: LedgerEntry) -> dict[str, Any]:
        rows = [(v.label, v.old, v.new) for v in values_of(record, request.user)]
        values = {
            "columns": [_("field"), _("before"), _("after")],
            "rows": rows,
            "nothing": _("This event tells no values."),
        }
        first = _("What changed")
        return {**super().page_context(request, record), "values": values, "first_tab": first}

    def get_panels(self, request: HttpRequest, record: LedgerEntry) -> list[Panel]:
        envelope = json.loads(record.envelope)
        return [Panel("envelope", _("Envelope"), "portal/json.html", {"value": envelope})]

    def get_side(self, request: HttpRequest, record: LedgerEntry) -> list[Block]:
        on = [
            Row(format_html('<a href="{}">{}</a>', url, label))
            for label, url in neighbours_of(record, request.user)
        ]
        return [
            Block("circumstances", _("Who, when and from where"), _facts(circumstances_of(record))),
            Block("neighbours", _("Look on"), rows=tuple(on), nothing=_("Nothing here.")),
            Block("proof", _("What proves it"), _facts(proof_of(record))),
        ]


def _facts(pairs: list[tuple[str, Any]]) -> tuple[Fact, ...]:
    return tuple(Fact(label, value) for label, value in pairs)
