"""Clients in the portal. Marks are shown on the page of their record."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import Panel, ScopedModelAdmin
from sla import agreement_admin, client_services  # noqa: F401 -- registers agreements
from sla.client_page import CLIENT_ACTIONS, client_panels
from sla.entitlement_forms import ENTITLEMENT_ACTIONS
from sla.entitlement_page import entitlements_panel, portfolio_panel
from sla.forms import ContactsForm
from sla.lists import ClientList
from sla.models import Client


@admin.register(Client)
class ClientAdmin(ScopedModelAdmin):
    create_with = staticmethod(client_services.add_client)
    change_with = staticmethod(client_services.edit_client)
    action_forms = {"contacts": ContactsForm, **ENTITLEMENT_ACTIONS}
    list_class = ClientList
    search_fields = ("name", "slug")
    ordering = ("name",)
    fields = ("name", "slug", "country", "language")

    def get_action_forms(self, request: HttpRequest, record: Client) -> Mapping[str, Any]:
        own = self.action_forms if self.has_change_permission(request, record) else {}
        offered = {name: offer(request.user) for name, offer in CLIENT_ACTIONS}
        return {**own, **{name: form for name, form in offered.items() if form}}

    def get_panels(self, request: HttpRequest, record: Client) -> list[Panel]:
        contacts = list(record.contacts.all())
        content = {
            "columns": [_("Name"), _("E-mail"), _("Telephone")],
            "rows": [(c.name, c.email, c.phone) for c in contacts],
            "nothing": _("No contacts yet."),
        }
        own = Panel("contacts", _("Contacts"), "portal/table.html", content, len(contacts))
        return [
            *client_panels(record, request.user),
            own,
            portfolio_panel(record, request.user),
            entitlements_panel(record),
        ]


# They register themselves when the portal reads this module.
from sla import (  # noqa: E402 -- as in other apps
    clock_profile_admin,  # noqa: F401 -- as above
    feedback_admin,  # noqa: F401 -- as above
)
