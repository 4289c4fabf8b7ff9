"""Takes a list away as a file: at once where it is short, by a job with progress where it is long.

Everything goes through the list itself, so an export holds what its reader sees, and no more.
"""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.http import FileResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.services import record_event
from core.errors import NotAllowed, Refused
from core.lists import RecordList
from records.jobs import enqueue_job
from records.models import Job
from records.progress import Progress
from records.tables import CONTENT_TYPES, LINES, XLSX_ROWS, TableFormat, write_table

AT_ONCE = 10_000
KEPT_FOR = timedelta(days=7)
CHUNK = 500
PERMISSION = "records.export_list"
JOB_KIND = "list.export"
# Kinds of jobs that make a file for who asked; their params name its `form`. Upper apps add theirs.
FILE_KINDS = {JOB_KIND}
_TYPES = {**CONTENT_TYPES, "pdf": "application/pdf"}


def may_export(user: Any) -> bool:
    """Who may take lists away; of what, is what they see."""
    return bool(user.has_perm(PERMISSION))


def export_list(page: RecordList, form: TableFormat, address: str) -> HttpResponseBase | Job:
    """The file, or the job that makes it where there are more than 10,000 rows. NotAllowed without
    the right to export, Refused for more rows than a workbook takes. `address` is the query that
    the page was asked with."""
    if not may_export(page.user):
        raise NotAllowed(_("your role does not export lists"))
    rows = page.all_rows()
    if form == TableFormat.XLSX and rows.order_by()[: XLSX_ROWS + 1].count() > XLSX_ROWS:
        raise Refused(
            _("Excel takes at most 100,000 rows: narrow the list, or take CSV or JSON Lines.")
        )
    streamed = page.streamed(rows, form)
    many = streamed is None and rows.order_by()[: AT_ONCE + 1].count() > AT_ONCE
    label = page.model._meta.label_lower
    with transaction.atomic():
        record_event(
            "list.export", actor=page.user, key=label, query=address, format=str(form), many=many
        )
        if many:
            params = {"model": label, "query": address, "form": str(form), "user": page.user.pk}
            return enqueue_job(JOB_KIND, actor=page.user, params=params)
    if streamed is not None:
        return _as_file(StreamingHttpResponse(streamed), page, form)
    table = _table(page, rows)
    if form in LINES:
        lines = LINES[form](table)
        return _as_file(StreamingHttpResponse(_in_same_language(lines)), page, form)
    made = tempfile.SpooledTemporaryFile(max_size=5_000_000)  # noqa: SIM115 -- the response closes it
    write_table(table, form, made)
    made.seek(0)
    return _as_file(FileResponse(made), page, form)


def run_export(
    progress: Progress, *, model: str, query: str, form: str, user: int
) -> dict[str, Any]:
    """The job: writes the file as the asker sees the list now. A second try begins anew."""
    asker = get_user_model().objects.get(pk=user, is_active=True)
    if not may_export(asker):
        raise NotAllowed("the right to export was taken away")
    listed = next(a for m, a in admin.site._registry.items() if m._meta.label_lower == model)
    with ExitStack() as stack:
        stack.enter_context(translation.override(asker.language))
        stack.enter_context(timezone.override(asker.time_zone))
        page = listed.list_class(listed, asker, QueryDict(query))
        rows = page.all_rows()
        progress.total(rows.order_by().count())
        progress.done = 0
        with tempfile.TemporaryFile() as made:
            write_table(_counted(_table(page, rows), progress), form, made)
            made.seek(0)
            name = f"exports/{secrets.token_hex(16)}.{form}"
            kept = storages["default"].save(name, File(made))
        return {"file": kept, "name": _filename(page, form), "rows": progress.done}


def has_file(job: Job, user: Any) -> bool:
    """Whether the job has made a file for this person."""
    return job.kind in FILE_KINDS and job.created_by_id == user.pk and "file" in (job.result or {})


def exported_file(job: Job, user: Any) -> FileResponse | None:
    """The file that a job has made, for who asked for it; None for others and when it is gone."""
    storage = storages["default"]
    if not has_file(job, user) or not storage.exists((result := job.result)["file"]):
        return None
    content_type = _TYPES[job.params["form"]]
    response = FileResponse(storage.open(result["file"]), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{result["name"]}"'
    return response


def forget_exports(before: Any) -> int:
    """Delete the files of exports that ended before a moment; the jobs stay."""
    ended = Job.objects.filter(kind__in=FILE_KINDS, finished_at__lt=before)
    old = list(ended.filter(result__has_key="file"))
    for job in old:
        storages["default"].delete(job.result["file"])
        Job.objects.filter(pk=job.pk).update(result={"rows": job.result.get("rows")})
    return len(old)


def _table(page: RecordList, rows: Any) -> Iterator[list[Any]]:
    """The headings, then each record's values."""
    columns = page.query.columns
    yield [column.export_heading(page.model) for column in columns]
    for record in page.prepared(rows).iterator(chunk_size=CHUNK):
        yield [column.exported(record) for column in columns]


def _counted(table: Iterator[list[Any]], progress: Progress) -> Iterator[list[Any]]:
    yield next(table)
    for row in table:
        yield row
        progress.advance()


def _in_same_language(lines: Iterator[str]) -> Iterator[str]:
    """A streamed answer is made after the request, when language and zone are the server's."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def under() -> Iterator[str]:
        contexts: tuple[AbstractContextManager[Any], ...] = (
            translation.override(language),
            timezone.override(zone),
        )
        with contexts[0], contexts[1]:
            yield from lines

    return under()


def _as_file(response: Any, page: RecordList, form: TableFormat) -> HttpResponseBase:
    response["Content-Type"] = CONTENT_TYPES[form]
    response["Content-Disposition"] = f'attachment; filename="{_filename(page, form)}"'
    return response


def _filename(page: RecordList, form: str) -> str:
    return f"{page.model._meta.model_name}-{timezone.localtime():%Y-%m-%d-%H%M}.{form}"
