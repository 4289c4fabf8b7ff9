"""Claims of service credits in the portal; their clauses stand on the contracts' pages."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Panel, ScopedModelAdmin
from core.showing import link
from vendors.credits import page
from vendors.credits.enums import SETTLED
from vendors.credits.forms import CLAIM_ACTIONS, SETTLING
from vendors.credits.lists import ClaimList, status_badge
from vendors.credits.permissions import may_keep_claims, may_settle_claims
from vendors.credits.words import month_name
from vendors.credits.workflow import CLAIM_WORKFLOW
from vendors.models import CreditClaim
from vendors.money import written


@admin.register(CreditClaim)
class CreditClaimAdmin(ScopedModelAdmin):
    workflow = CLAIM_WORKFLOW
    action_forms = CLAIM_ACTIONS
    list_class = ClaimList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "clause__contract__title", "clause__contract__vendor__name")
    ordering = ("-pk",)
    fields = ("clause", "month")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("clause__contract__vendor", "sent_by__person")
        return super().get_queryset(request).select_related(*related)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They are drafted on the page of their contract."""
        return False

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return False

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        contract = record.clause.contract
        return {
            "reference": record.reference,
            "title": f"{contract.title} · {month_name(record.month)}",
            "badges": [status_badge(record)],
            "facts": [
                (_("vendor"), link(contract.vendor)),
                (pgettext_lazy("credit", "claimed"), written(record.amount, record.currency)),
                (
                    pgettext_lazy("credit", "accepted"),
                    written(record.accepted_amount, record.currency),
                ),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        who = record.sent_by
        return [
            (_("contract"), link(record.clause.contract)),
            (_("clause"), str(record.clause)),
            (_("drafted at"), record.drafted_at),
            (_("sent at"), record.sent_at),
            (_("sent by"), who and who.get_full_name()),
            (_("sent to"), record.sent_to),
            (_("answer due on"), record.due_on),
            (_("what the vendor says"), record.answer),
            (_("digest"), format_html("<code>{}</code>", record.digest)),
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        return [page.settlements_panel(record, request.user)]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        lead = [page.calculation_panel(record), page.segments_panel(record, request.user)]
        told = {"first_tab": _("Overview"), "lead_tables": lead}
        return super().page_context(request, record) | told

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """Keepers of claims and finance are offered what is theirs; others nothing."""
        offered: set[str] = set()
        if record.status not in SETTLED:
            offered |= set(CLAIM_ACTIONS) - SETTLING if may_keep_claims(request.user) else set()
            offered |= SETTLING if may_settle_claims(request.user) else set()
        return {name: form for name, form in self.action_forms.items() if name in offered}
