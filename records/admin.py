"""Jobs with their progress, and where card numbers were masked, in the portal."""

from typing import Any

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy as _

from core.admin import Panel, ScopedModelAdmin
from records.exports import exported_file, has_file
from records.lists import FindingList, JobList, place_in_words, progress_bar, state_badge
from records.models import CardNumberFinding, Job


@admin.register(Job)
class JobAdmin(ScopedModelAdmin):
    list_class = JobList
    search_fields = ("kind",)
    ordering = ("-pk",)
    fields = ("work", "state", "attempts", "wrong", "created_by", "created_at", "finished_at")

    @admin.display(description=_("kind"))
    def work(self, job: Job) -> str:
        return job.title

    @admin.display(description=_("error"))
    def wrong(self, job: Job) -> str:
        return job.what_is_wrong

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated  # everybody's own; the queryset says whose else

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.file_view)
        return [path("<int:object_id>/file/", view, name="records_job_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """What an export has made, for who asked for it."""
        response = exported_file(self.get_object(request, str(object_id)), request.user)
        if response is None:
            raise Http404
        return response

    def get_header(self, request: HttpRequest, record: Job) -> dict[str, Any]:
        badges = [state_badge(record), progress_bar(record)]
        return {"reference": f"#{record.pk}", "title": record.title, "badges": badges}

    def get_panels(self, request: HttpRequest, record: Job) -> list[Panel]:
        given = {"value": {"params": record.params, "result": record.result}}
        if has_file(record, request.user):
            given["file_url"] = self.url_of(record, "file")
        return [Panel("result", _("Result"), "records/job_result.html", given)]


@admin.register(CardNumberFinding)
class CardNumberFindingAdmin(ScopedModelAdmin):
    list_class = FindingList
    search_fields = ("where", "=reference")
    ordering = ("-pk",)
    fields = ("reference", "count", "found_at", "given_by")
    about_field = "reference"
    list_title = _("Card numbers found")

    def get_header(self, request: HttpRequest, record: CardNumberFinding) -> dict[str, Any]:
        return {"reference": record.reference, "title": place_in_words(record.where), "badges": []}
