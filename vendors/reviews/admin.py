"""Service reviews in the portal, and their PDF."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from core.admin import Button, Panel, ScopedModelAdmin
from core.showing import link, shown
from vendors import services
from vendors.models import ServiceReview
from vendors.reviews import page
from vendors.reviews.enums import ReviewStatus
from vendors.reviews.forms import REVIEW_ACTIONS
from vendors.reviews.lists import ServiceReviewList, status_badge
from vendors.reviews.offered import BESIDE, offered_to
from vendors.reviews.sheet import sheet_response
from vendors.reviews.workflow import REVIEW_WORKFLOW
from vendors.scorecards.words import period_name

_FACTS = ("planned_at", "place", "chair")


@admin.register(ServiceReview)
class ServiceReviewAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.plan_review)
    change_with = staticmethod(services.edit_review)
    workflow = REVIEW_WORKFLOW
    action_forms = REVIEW_ACTIONS
    list_class = ServiceReviewList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "vendor__name")
    ordering = ("-planned_at",)
    fields = ("scorecard", *_FACTS)
    autocomplete_fields = ("scorecard", "chair")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("vendor", "scorecard", "chair__person", "closed_by__person")
        return super().get_queryset(request).select_related(*related)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else _FACTS

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and "chair" in form.base_fields:
            form.base_fields["chair"].initial = request.user.pk
        return form

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status == ReviewStatus.PLANNED

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.sheet_view)
        address = "<int:object_id>/minutes-<slug:language>.pdf"
        return [path(address, view, name="vendors_servicereview_sheet"), *super().get_urls()]

    def sheet_view(self, request: HttpRequest, object_id: int, language: str) -> HttpResponse:
        """The PDF of the review; taking it away is on record."""
        review = self.get_object(request, str(object_id))
        if review is None or language not in dict(settings.LANGUAGES):
            raise Http404
        return sheet_response(review, request.user, language)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": f"{record.vendor.name} · {period_name(record.scorecard)}",
            "badges": [status_badge(record)],
            "facts": [
                (_("planned for"), shown(record.planned_at)),
                (_("chair"), record.chair.get_full_name()),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        who = record.closed_by
        sheets = ((self.url_of(record, "sheet", code), name) for code, name in settings.LANGUAGES)
        return [
            (_("vendor"), link(record.vendor)),
            (_("scorecard"), link(record.scorecard, record.scorecard.reference)),
            (_("place or link"), record.place),
            (_("minutes"), format_html_join(" · ", '<a href="{}">PDF, {}</a>', sheets)),
            (_("held at"), record.held_at),
            (_("closed by"), who and who.get_full_name()),
            (_("closed at"), record.closed_at),
            (_("reason"), record.reason),
            (_("digest"), record.digest and format_html("<code>{}</code>", record.digest)),
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        button = self._button_for(request, record)
        return [
            page.attendees_panel(record, button),
            page.actions_panel(record, button),
            page.plans_panel(record, button),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        button = self._button_for(request, record)
        return super().page_context(request, record) | {
            "first_tab": _("Agenda and minutes"),
            "lead_tables": [page.agenda_panel(record, request.user, button)],
        }

    def _button_for(self, request: HttpRequest, record: Any) -> page.ButtonFor:
        offered = self.get_action_forms(request, record)

        def button(action: str, label: Any, look: str = "", **answers: Any) -> Any:
            if action not in offered:
                return None
            url = self.url_of_action(record, offered[action], **answers)
            return format_html('<a class="{}" href="{}" data-dialog>{}</a>', look, url, label)

        return button

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """What is about one row stands beside it."""
        return [one for one in super().get_buttons(request, record) if one.action not in BESIDE]

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        names = offered_to(request.user, record)
        return {name: form for name, form in self.action_forms.items() if name in names}
