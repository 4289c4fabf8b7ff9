"""Requests as evidence: what was asked, who took it on, how and when it ended (ISO 20000 8.6.2)."""

from collections import defaultdict
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import Population, columns
from evidence.telling import facts
from incidents.models import Request, RequestAttachment, RequestComment, RequestLink
from sla.models import Mark

_RELATED = ("service", "team", "owner", "client", "vendor", "opened_by")


def _members(period: Period) -> QuerySet[Request]:
    opened = Request.objects.filter(opened_at__gte=period.start, opened_at__lt=period.end)
    files = RequestAttachment.objects.select_related("uploaded_by")
    return (
        opened.select_related(*_RELATED)
        .prefetch_related(Prefetch("attachments", files))
        .defer("search")
        .order_by("pk")
    )


def _story(requests: list[Any]) -> dict[int, dict[str, Any]]:
    """What was said, by whom and when; the words are of clients and stay out."""
    said: dict[int, list[Any]] = defaultdict(list)
    written = RequestComment.objects.filter(request__in=[row.pk for row in requests])
    for row in written.select_related("author").order_by("pk"):
        said[row.request_id].append(facts(row, "created_at", "author", "is_internal"))
    return {row.pk: {"comments": said[row.pk]} for row in requests}


REQUESTS = Population(
    name="requests",
    title=_("Requests"),
    definition=_("Every request, whatever was asked and however it ended, the cancelled too."),
    membership=_("Opened in the period."),
    model=Request,
    everything=lambda: Request.objects.all(),
    members=_members,
    identity=lambda row: row.reference,
    moment_of=lambda row: row.opened_at,
    attributes=columns(
        Request,
        {
            "kind": _("What kind of request it is."),
            "request_type": _("Which type, where agreements tell types apart."),
            "title": _("What it is called."),
            "service": _("Which service it is about."),
            "team": _("Whose request it was."),
            "owner": _("Who worked on it last."),
            "client": _("Which client asked."),
            "asked_by": _("Who asked."),
            "vendor": _("Which vendor it waited for."),
            "channel": _("By which channel it came."),
            "priority": _("How pressing it was: 1 to 5."),
            "status": _("Where it stands."),
            "opened_at": _("When it was opened: what membership goes by."),
            "opened_by": _("Who opened it; empty: a machine."),
            "entitlement_note": _("What went beyond what the client is entitled to."),
            "outcome": _("How it ended."),
            "resolved_at": _("When it was fulfilled."),
            "closed_at": _("When it was closed."),
        },
        withheld=("title", "client", "asked_by"),
    ),
    rows_of=rows_of_parts(
        Request,
        Part(RequestComment, "request"),
        Part(RequestAttachment, "request"),
        Part(RequestLink, "source"),
        Part(Mark, "life__request"),
    ),
    story=_story,
    attachments=lambda rows: {row.pk: list(row.attachments.all()) for row in rows},
    numbered="REQ",
    absent=lambda row: _("opened outside the period"),
    strata=lambda row: row.kind,
)
