"""The lists of jobs and of card number findings."""

from typing import Any

from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from audit.filters import tables
from core.lists import Column, RecordList
from core.showing import ago, badge
from records.enums import JobState
from records.filters import FindingFilters, JobFilters
from records.models import Job

_TONES = {JobState.RUNNING: "blue", JobState.DONE: "green", JobState.FAILED: "red"}


def state_badge(job: Job) -> Any:
    return badge(job.get_state_display(), _TONES.get(job.state, ""))


def progress_bar(job: Job) -> Any:
    if not job.total:
        return str(job.done)
    return format_html(
        '<progress max="{0}" value="{1}" aria-label="{1} / {0}"></progress> {1} / {0}',
        job.total,
        job.done,
    )


class JobList(RecordList):
    filterset = JobFilters
    orderings = {"id": ("pk",)}
    ordering = "-id"
    columns = (
        Column("pk", "#", ordering="id", leads_to_record=True, phone="meta"),
        Column("kind", show=lambda job: job.title, leads_to_record=True, phone="title"),
        Column("state", show=state_badge, phone="meta"),
        Column("done", _("progress"), show=progress_bar, phone="meta"),
        Column("created_by", phone="meta"),
        Column(
            "created_at",
            _("asked for"),
            show=lambda job: ago(job.created_at),
            export=lambda job: job.created_at,
            phone="meta",
        ),
        Column("finished_at"),
    )
    is_live = True

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("created_by")


def place_in_words(where: str) -> str:
    """`incidents_incident.title` as people call it: Incident · title."""
    table, _dot, name = where.partition(".")
    if (model := tables().get(table)) is None:
        return where
    named = {field.name: field.verbose_name for field in model._meta.get_fields() if field.concrete}
    return f"{capfirst(model._meta.verbose_name)} · {named.get(name, name)}"


class FindingList(RecordList):
    filterset = FindingFilters
    orderings = {"id": ("pk",)}
    ordering = "-id"
    note = _("Card numbers were masked before they were stored. The numbers are kept nowhere.")
    columns = (
        Column(
            "found_at",
            _("found"),
            show=lambda finding: ago(finding.found_at),
            export=lambda finding: finding.found_at,
            ordering="id",
            leads_to_record=True,
            phone="title",
        ),
        Column("where", show=lambda finding: place_in_words(finding.where), phone="meta"),
        Column("reference", phone="meta"),
        Column("count", phone="meta"),
        Column("given_by"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("given_by")
