"""Vendors in the portal; contracts register their own pages. Those who see names only see a name,
and no history, here as in the API."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Button, Panel, ScopedModelAdmin
from core.errors import Refused
from records.download import attachment_response
from vendors import contract_admin, services
from vendors.assurance.actions import VENDOR_ACTIONS, actions_for, parts_of_page
from vendors.assurance.page import assurance_panels, review_cell
from vendors.attestations import admin as attestation_admin
from vendors.attestations.page import vendor_panel as attestations_panel
from vendors.credits import admin as credit_admin
from vendors.credits.page import vendor_claims
from vendors.exit_plans import admin as exit_plan_admin
from vendors.exit_plans.page import vendor_panel as exit_plans_panel
from vendors.lists import VendorList, status_badge
from vendors.models import DiligenceDocument, Vendor
from vendors.obligations import admin as obligation_admin
from vendors.obligations.page import vendor_obligations
from vendors.opex import admin as opex_admin
from vendors.page import grouped, panels_of_vendor
from vendors.permissions import may_read_about_vendors
from vendors.renewals import admin as renewal_admin
from vendors.responsibilities import admin as responsibility_admin
from vendors.responsibilities.page import vendor_panel as responsibilities_panel
from vendors.reviews import admin as service_review_admin
from vendors.reviews.page import of_vendor as service_reviews_panel
from vendors.scorecards import admin as scorecard_admin
from vendors.scorecards.page import vendor_panel
from vendors.vendor_workflow import VENDOR_WORKFLOW

__all__ = [
    "VendorAdmin",
    "attestation_admin",
    "contract_admin",
    "credit_admin",
    "exit_plan_admin",
    "obligation_admin",
    "opex_admin",
    "renewal_admin",
    "responsibility_admin",
    "scorecard_admin",
    "service_review_admin",
]

_FACTS = (
    *("name", "tier", "country", "manager", "owner", "could_affect_security"),
    *("services", "data_access", "data_provided", "legal_name", "representative"),
    *("systems", "interfaces", "authorisation_number", "authorised_on"),
)
_PEOPLE = ("manager", "owner")


@admin.register(Vendor)
class VendorAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.add_vendor)
    change_with = staticmethod(services.edit_vendor)
    workflow = VENDOR_WORKFLOW
    action_forms = VENDOR_ACTIONS
    list_class = VendorList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("name", "=reference")
    ordering = ("name",)
    fields = _FACTS
    autocomplete_fields = _PEOPLE

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("manager__person", "owner__person")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return _FACTS if _reads(request) else ("name",)

    def get_header(self, request: HttpRequest, record: Vendor) -> dict[str, Any]:
        header = {"reference": record.reference, "title": record.name, "badges": []}
        if _reads(request):
            header["badges"] = [status_badge(record)]
            header["facts"] = [
                (_("tier"), record.get_tier_display()),
                (_("next review"), review_cell(record)),
                (_("vendor manager"), _name_of(record.manager)),
            ]
        return header

    def get_facts(self, request: HttpRequest, record: Vendor) -> list[tuple[Any, Any]]:
        if not _reads(request):
            return [(_("name"), record.name)]
        return [
            (_("services"), record.services),
            (_("access to data"), record.get_data_access_display()),
            (_("data provided"), record.data_provided),
            (_("could affect security"), record.could_affect_security),
            (_("country"), record.get_country_display()),
            (pgettext_lazy("vendor", "owner"), _name_of(record.owner)),
            (_("engaged on"), record.engaged_on),
            (_("taken over on"), record.taken_over_on),
            (_("exited on"), record.exited_on),
            (_("legal name"), record.legal_name),
            (_("legal representative"), record.representative),
            (_("supporting systems"), record.systems),
            (_("interfaces"), record.interfaces),
            (_("authorisation number"), record.authorisation_number),
            (_("authorised on"), record.authorised_on),
        ]

    def get_panels(self, request: HttpRequest, record: Vendor) -> list[Panel]:
        others = panels_of_vendor(record, request.user)
        if not _reads(request):
            return grouped(others)
        offered = self.get_action_forms(request, record)

        def button(action: str, label: Any, full: Any = "", **answers: Any) -> Button | None:
            if action not in offered:
                return None
            url = self.url_of_action(record, offered[action], **answers)
            return Button(action, label, url, full_label=full)

        def url_of_file(one: Any) -> str:
            return self.url_of(record, "document", str(one.pk))

        judged = (
            vendor_panel(record, request.user),
            vendor_claims(record, request.user),
            service_reviews_panel(record, request.user),
            exit_plans_panel(record, request.user),
            vendor_obligations(record, request.user),
        )
        own = [
            *assurance_panels(record, request.user, button, url_of_file),
            attestations_panel(record, request.user, button),
            responsibilities_panel(record, request.user),
        ]
        return grouped([*own, *(panel for panel in judged if panel), *others])

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Those of the parts stand beside what they are about."""
        buttons = super().get_buttons(request, record)
        return [one for one in buttons if one.action not in parts_of_page()]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        context = super().page_context(request, record)
        if not _reads(request):
            return context | {"history_url": "", "talk": None}
        return context | {"first_tab": _("Overview")}

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        return actions_for(request.user, record)

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> HttpResponse:
        if not _reads(request):
            raise Http404
        return super().history_view(request, object_id, extra_context)

    # --- Documents ------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.document_view)
        address = "<int:object_id>/evidence/<int:file_id>/"
        return [path(address, view, name="vendors_vendor_document"), *super().get_urls()]

    def document_view(self, request: HttpRequest, object_id: int, file_id: int) -> HttpResponse:
        """Evidence about a vendor that one reads, always as a download."""
        record = self.get_object(request, str(object_id))
        seen = DiligenceDocument.objects.visible_to(request.user)
        try:
            return attachment_response(seen.filter(diligence__vendor=record, pk=file_id).first())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.url_of(record))


def _reads(request: HttpRequest) -> bool:
    """Most people see vendors' names only, here as in the API."""
    return may_read_about_vendors(request.user)


def _name_of(person: Any) -> Any:
    return person.get_full_name() if person else None
