"""The report of a month for a client, as PDF and XLSX, in the client's language; made by a job."""

import json
import secrets
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files import File
from django.core.files.storage import storages
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook

from audit.services import record_event
from core.errors import NotAllowed
from incidents.client_panel import (
    agreed_cells,
    agreed_in,
    attainment_in,
    attainment_rows,
    month_span,
)
from incidents.models import Incident, Request
from records.exports import may_export
from records.jobs import enqueue_job
from records.models import Job
from records.progress import Progress
from records.tables import safe_cell
from sla.client_page import agreement_rows, by_service, handling_rows
from sla.feedback_figures import handling_of, scores_of
from sla.models import Client, FeedbackInvitation

JOB_KIND = "client.report"
FORMS = ("pdf", "xlsx")
TEMPLATE = Path(__file__).parent / "client_report.typ"
MOST = 2_000  # records of one kind in one report


def ask_for_report(client: Client, *, actor: Any, year: int, month: int, form: str) -> Job:
    """The job that makes it. NotAllowed without the right to take lists away."""
    if not may_export(actor):
        raise NotAllowed(_("your role does not export lists"))
    told = {"client": client.slug, "year": year, "month": month, "form": form}
    record_event("client.report", actor=actor, key=client.slug, query=f"{year}-{month:02}")
    return enqueue_job(JOB_KIND, actor=actor, params={**told, "user": actor.pk})


def make_report(
    progress: Progress, *, client: str, year: int, month: int, form: str, user: int
) -> dict[str, Any]:
    """The job: what the asker sees of the client now, in the client's language."""
    asker = get_user_model().objects.get(pk=user, is_active=True)
    if not may_export(asker):
        raise NotAllowed("the right to export was taken away")
    row = Client.objects.visible_to(asker).get(slug=client)
    progress.total(2)
    progress.done = 0
    with ExitStack() as stack:
        stack.enter_context(translation.override(row.language))
        stack.enter_context(timezone.override(asker.time_zone))
        told = report_of(row, asker, year, month)
        progress.advance()
        made = as_pdf(told) if form == "pdf" else as_xlsx(told)
        with tempfile.TemporaryFile() as file:
            file.write(made)
            file.seek(0)
            name = f"exports/{secrets.token_hex(16)}.{form}"
            kept = storages["default"].save(name, File(file))
        progress.advance()
    shown = f"{slugify(row.slug)}-{year}-{month:02}.{form}"
    return {"file": kept, "name": shown, "rows": len(told["tables"])}


def report_of(client: Client, user: Any, year: int, month: int) -> dict[str, Any]:
    """Everything that the report says, as texts in the language that is active."""
    span = month_span(year, month)
    zone = timezone.get_current_timezone_name()
    found = attainment_in(client, user, {"month": span})
    asked = FeedbackInvitation.objects.visible_to(user).filter(client=client)
    handled = handling_of(user, span, client_id=client.pk)
    handling = handled.get((None, None))
    tables = [
        _table(
            _("Agreed times"),
            (
                *(_("Metric"), _("Agreement"), _("Met"), _("n"), _("Running late")),
                _("Statement"),
            ),
            [
                (metric, one.agreement, *others)
                for one in agreed_in(client, user, {date(year, month, 1): span})
                for metric, *others in [agreed_cells(one)]
            ],
        ),
        _table(
            _("1-5-10 mandate"),
            (_("Metric"), _("Met"), _("Median"), _("n")),
            attainment_rows(found, "month"),
        ),
        _table(
            _("Handling"),
            (_("Figure"), _("Value"), _("n")),
            handling_rows(handling) if handling else [],
        ),
        _table(
            _("Contacts by service"),
            (_("Service"), _("Contact rate per 30 days"), _("n")),
            [
                (
                    name,
                    f"{one.contact_rate:.1f}" if one.contact_rate is not None else "–",
                    one.opened,
                )
                for name, one in by_service(handled)
            ],
        ),
        _table(
            _("Feedback"),
            (_("Question"), _("Value"), _("Invitations"), _("n")),
            [
                (
                    str(one.kind.label),
                    "–" if one.figure is None else f"{one.figure:.0f}",
                    one.asked,
                    one.n,
                )
                for one in scores_of(asked, span)
            ],
        ),
        _table(
            _("Agreements"),
            (_("Agreement"), _("Service"), _("Version"), _("Times")),
            agreement_rows(client, user),
        ),
        _table(
            _("Incidents"),
            (_("Incident"), _("Title"), _("Priority"), _("Status"), _("Opened"), _("Resolved")),
            _listed(Incident, client, user, span),
        ),
        _table(
            _("Requests"),
            (_("Request"), _("Title"), _("Priority"), _("Status"), _("Opened"), _("Resolved")),
            _listed(Request, client, user, span),
        ),
    ]
    return {
        "title": client.name,
        "subtitle": _("Service report, %(month)s") % {"month": date_format(span[0], "F Y")},
        "note": _("Times are in %(zone)s. Of every figure n says of how many it is.")
        % {"zone": zone},
        "nothing": _("Nothing in this month."),
        "page": _("Page"),
        "site": settings.SITE_NAME,
        "lang": client.language[:2],
        "tables": tables,
    }


def _listed(model: Any, client: Client, user: Any, span: Any) -> list[tuple[Any, ...]]:
    seen = model.objects.visible_to(user).filter(
        client=client, opened_at__gte=span[0], opened_at__lt=span[1]
    )
    rows = seen.counted().defer("search", "description", "resolution")
    return [
        (
            row.reference,
            row.title,
            row.get_priority_display(),
            row.get_status_display(),
            _moment(row.opened_at),
            _moment(row.resolved_at) if row.resolved_at else "–",
        )
        for row in rows.order_by("pk")[:MOST]
    ]


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def _table(heading: str, columns: Any, rows: Any) -> dict[str, Any]:
    told = [[str(cell) for cell in row] for row in rows]
    return {"heading": heading, "columns": [str(name) for name in columns], "rows": told}


def as_pdf(told: dict[str, Any]) -> bytes:
    """Set by Typst; what people wrote reaches it as data and is never read as markup."""
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"report": json.dumps(told, ensure_ascii=False)},
        ignore_system_fonts=True,
        timestamp=0,
    )


def as_xlsx(told: dict[str, Any]) -> bytes:
    """A sheet for each table; no text is read as a formula."""
    book = Workbook(write_only=True)
    for table in told["tables"]:
        sheet = book.create_sheet("".join(c for c in table["heading"] if c not in "[]:*?/\\")[:31])
        sheet.append([told["title"], told["subtitle"]])
        sheet.append(table["columns"])
        for row in table["rows"]:
            sheet.append([_cell(cell) for cell in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        return file.read()


def _cell(text: str) -> Any:
    clean = "".join(c for c in text if c >= " " or c in "\t\n")
    return int(clean) if clean.isascii() and clean.isdecimal() else safe_cell(clean)
