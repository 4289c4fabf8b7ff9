"""Files of assets: give one, look at what it would do, confirm, see what became of every row."""

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from assets import services
from assets.enums import RowOutcome
from assets.forms import IMPORT_ACTIONS, UploadForm
from assets.import_page import progress_of, rows_of, status_badge, steps_of
from assets.importing.columns import COLUMNS
from assets.importing.files import CONTENT_TYPES, report_file, template_file
from assets.lists import AssetImportList
from assets.models import AssetImport
from assets.permissions import may_import_assets
from assets.workflow import IMPORT_WORKFLOW
from core.admin import Button, ScopedModelAdmin
from core.showing import ago


@admin.register(AssetImport)
class AssetImportAdmin(ScopedModelAdmin):
    form = UploadForm
    workflow = IMPORT_WORKFLOW
    action_forms = IMPORT_ACTIONS
    create_with = staticmethod(services.upload_assets)
    change_form_template = "assets/import_add.html"
    record_template = "assets/import.html"
    edits_on_request = True
    list_class = AssetImportList
    search_fields = ("name",)
    ordering = ("-pk",)
    fields = ("file",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_import_assets(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_import_assets(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_import_assets(request.user)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("job", "uploaded_by")

    def get_header(self, request: HttpRequest, record: AssetImport) -> dict[str, Any]:
        return {
            "reference": f"#{record.pk}",
            "title": record.name,
            "badges": [status_badge(record)],
            "facts": [
                (_("rows"), record.total),
                (_("read as"), record.read_as),
                (_("given"), ago(record.uploaded_at)),
            ],
        }

    def get_facts(self, request: HttpRequest, record: AssetImport) -> list[tuple[Any, Any]]:
        columns = {column.code: capfirst(column.label) for column in COLUMNS}
        facts = [
            (_("columns"), ", ".join(str(columns.get(code, code)) for code in record.columns)),
            (_("columns not taken"), ", ".join(record.left_out)),
            (_("SHA-256 of the file"), format_html("<code>{}</code>", record.sha256)),
        ]
        return [(label, value) for label, value in facts if value]

    def page_context(self, request: HttpRequest, record: AssetImport) -> dict[str, Any]:
        return super().page_context(request, record) | {
            "first_tab": _("Rows"),
            "steps": steps_of(record),
            "rows": rows_of(record, request.GET, self.url_of(record, "report", "xlsx")),
            "progress": progress_of(record),
            "progress_url": self.url_of(record, "progress"),
        }

    def get_buttons(self, request: HttpRequest, record: AssetImport) -> list[Button]:
        """Going on is offered only where an import has come to a stop."""
        buttons = super().get_buttons(request, record)
        return [
            replace(button, is_prominent=button.action != "discard" and not button.reasons)
            for button in buttons
            if button.action != "resume" or not button.reasons
        ]

    def render_change_form(self, request: Any, context: Any, **kwargs: Any) -> HttpResponse:
        context |= {
            "title": _("Import assets"),
            "steps": steps_of(None),
            "columns": COLUMNS,
            "templates": [
                (kind.upper(), reverse("admin:assets_assetimport_template", args=[kind]))
                for kind in ("xlsx", "csv")
            ],
        }
        return super().render_change_form(request, context, **kwargs)

    # --- Pages of our own -----------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "assets_assetimport"
        return [
            path("template.<slug:kind>", view(self.template_view), name=f"{name}_template"),
            path("<int:pk>/report.<slug:kind>", view(self.report_view), name=f"{name}_report"),
            path("<int:pk>/progress/", view(self.progress_view), name=f"{name}_progress"),
            *super().get_urls(),
        ]

    def template_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """An empty file with the columns, and what may stand in them."""
        if not may_import_assets(request.user):
            raise PermissionDenied
        if kind not in CONTENT_TYPES:
            raise Http404
        return _download(template_file(kind, request.user), f"assets.{kind}", kind)

    def report_view(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """The rows that were not possible, to be mended and given again."""
        record = self.get_object(request, str(pk))
        if kind not in CONTENT_TYPES:
            raise Http404
        rows = record.rows.filter(outcome=RowOutcome.REFUSED).order_by("line")
        data = report_file(kind, rows.iterator(), record.columns)
        return _download(data, f"assets-{record.pk}-not-possible.{kind}", kind)

    def progress_view(self, request: HttpRequest, pk: int) -> JsonResponse:
        """How far a worker is with it; for the page that waits."""
        record = self.get_object(request, str(pk))
        return JsonResponse(progress_of(record))


def _download(data: bytes, name: str, kind: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type=CONTENT_TYPES[kind], headers=headers)
