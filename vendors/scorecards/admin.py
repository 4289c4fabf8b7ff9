"""Scorecards and their models in the portal, and the vendors side by side."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from core.admin import Button, Panel, ScopedModelAdmin
from core.showing import link
from vendors import services
from vendors.models import Scorecard, ScoreModel
from vendors.scorecards import comparison, page
from vendors.scorecards.enums import CardStatus, KpiSource, ModelStatus
from vendors.scorecards.forms import SCORE_MODEL_ACTIONS, SCORECARD_ACTIONS
from vendors.scorecards.lists import ScorecardList, ScoreModelList, status_badge
from vendors.scorecards.permissions import (
    may_approve_score_models,
    may_draft_score_models,
    may_keep_scorecards,
    may_mark_vendors,
)
from vendors.scorecards.sheet import sheet_response
from vendors.scorecards.words import period_name, points
from vendors.scorecards.workflow import SCORE_MODEL_WORKFLOW, SCORECARD_WORKFLOW


@admin.register(ScoreModel)
class ScoreModelAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.draft_score_model)
    change_with = staticmethod(services.edit_score_model)
    workflow = SCORE_MODEL_WORKFLOW
    action_forms = SCORE_MODEL_ACTIONS
    list_class = ScoreModelList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "title")
    ordering = ("-pk",)
    fields = ("title",)

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("drafted_by__person", "approved_by__person")
        return super().get_queryset(request).select_related(*related)

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status == ModelStatus.DRAFT

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [status_badge(record)],
            "facts": [(_("number"), record.number)],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        approver = record.approved_by
        return [
            (_("drafted by"), record.drafted_by.get_full_name()),
            (_("approved by"), approver and approver.get_full_name()),
            (_("approved at"), record.approved_at),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        kpis = list(record.kpis.order_by("pk"))
        offered = self.get_action_forms(request, record)

        def buttons(kpi: Any) -> list[Any]:
            told = {"key": kpi.key, "source": kpi.source, "unit": kpi.unit}
            told |= {"weight": kpi.weight, "floor": kpi.floor, "target": kpi.target}
            told["named"] = "" if kpi.source == KpiSource.COMPUTED else kpi.title
            change = self.url_of_action(record, offered["set_kpi"], **told)
            remove = self.url_of_action(record, offered["remove_kpi"], key=kpi.key)
            html = '<a href="{}" data-dialog>{}</a>'
            return [
                format_html(html, change, _("Set a figure")),
                format_html(html, remove, _("Take a figure out")),
            ]

        table = page.kpi_rows(kpis, buttons if "set_kpi" in offered else None)
        panel = Panel("kpis", _("Figures"), page.TABLE, table, len(kpis))
        return super().page_context(request, record) | {"lead_tables": [panel]}

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        offered: set[str] = set()
        if record.status == ModelStatus.DRAFT:
            offered |= {"set_kpi", "remove_kpi"} if may_draft_score_models(request.user) else set()
            offered |= {"activate"} if may_approve_score_models(request.user) else set()
        return {name: form for name, form in self.action_forms.items() if name in offered}

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Figures are taken out where they stand."""
        return [one for one in super().get_buttons(request, record) if one.action != "remove_kpi"]


@admin.register(Scorecard)
class ScorecardAdmin(ScopedModelAdmin):
    workflow = SCORECARD_WORKFLOW
    action_forms = SCORECARD_ACTIONS
    list_class = ScorecardList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "vendor__name")
    ordering = ("-pk",)
    fields = ("comment",)

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("vendor", "model", "locked_by__person")
        return super().get_queryset(request).select_related(*related)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path("compare/", view(self.compare_view), name="vendors_scorecard_compare"),
            path(
                "<int:object_id>/sheet-<slug:language>.pdf",
                view(self.sheet_view),
                name="vendors_scorecard_sheet",
            ),
        ]
        return [*own, *super().get_urls()]

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        return comparison.page(self.admin_site, request)

    def sheet_view(self, request: HttpRequest, object_id: int, language: str) -> HttpResponse:
        """The PDF for the meeting; taking it away is on record."""
        card = self.get_object(request, str(object_id))
        if card is None or language not in dict(settings.LANGUAGES):
            raise Http404
        return sheet_response(card, request.user, language)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": f"{record.vendor.name} · {period_name(record)}",
            "badges": [status_badge(record)],
            "facts": [
                (_("score"), points(record.score) or _("Not known")),
                (_("confidence"), f"{record.confidence:.0f} %"),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        who = record.locked_by
        digest = record.digest and format_html("<code>{}</code>", record.digest)
        compare = format_html(
            '<a href="{}">{}</a>', comparison.url_for(record), _("Beside the other vendors")
        )
        return [
            (_("vendor"), link(record.vendor)),
            (_("period"), period_name(record)),
            (_("comparison"), compare),
            (_("for the meeting"), self._sheets(record)),
            (_("model"), link(record.model)),
            (_("measured at"), record.measured_at),
            (_("what the vendor says"), record.comment),
            (_("locked by"), who and who.get_full_name()),
            (_("locked at"), record.locked_at),
            (_("digest"), digest),
        ]

    def _sheets(self, record: Any) -> Any:
        """The PDF in each language, named in itself."""
        links = ((self.url_of(record, "sheet", code), name) for code, name in settings.LANGUAGES)
        return format_html_join(" · ", '<a href="{}">PDF, {}</a>', links)

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        return page.panels(record, page.lines_of(record), request.user)

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return super().page_context(request, record) | {
            "first_tab": _("Overview"),
            "lead_tables": page.lead_panels(record, page.lines_of(record)),
        }

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """What the figures of its model ask for, to those who give it."""
        offered: set[str] = set()
        if record.status == CardStatus.OPEN:
            sources = set(record.model.kpis.values_list("source", flat=True))
            if may_keep_scorecards(request.user):
                offered |= {"measure", "quote", "lock"}
                offered |= {"figure"} if KpiSource.MANUAL in sources else set()
            if may_mark_vendors(request.user) and KpiSource.SURVEY in sources:
                offered.add("mark")
        return {name: form for name, form in self.action_forms.items() if name in offered}
