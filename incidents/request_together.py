"""What people do together on a request, as its page shows it: the same tables as of an incident,
for what hangs on a life."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.admin import Panel
from incidents.enums import PromiseOutcome
from incidents.help_panel import calls_of, help_facts, help_section
from incidents.models import (
    Cascade,
    Consultation,
    PromisedContact,
    Request,
    RequestLink,
    VendorEscalation,
)
from incidents.request_page import priority_badge, status_badge
from incidents.together import (
    ButtonFor,
    consultations_section,
    due_shown,
    family_of,
    family_section,
    gone_into,
    merged_facts,
    merged_into,
    merges_section,
    part_of,
    promises_section,
    vendors_section,
)


@dataclass(frozen=True)
class SharedWork:
    """All of it, read once for a page."""

    was_merged: bool
    into: Request | None
    absorbed: list[Request]
    whole: RequestLink | None
    parts: list[RequestLink]
    cascade: Cascade | None
    escalations: list[VendorEscalation]
    promises: list[PromisedContact]
    consultations: list[Consultation]


def shared_work_of(record: Request, user: Any) -> SharedWork:
    """Asked once; kept with the request that the page is made of."""
    kept: SharedWork | None = getattr(record, "shared_work", None)
    if kept is None:
        life = record.life_id
        promised = PromisedContact.objects.filter(life=life).order_by("-pk")
        asked = Consultation.objects.filter(life=life).order_by("asked_at", "pk")
        called = VendorEscalation.objects.filter(life=life).order_by("sent_at", "pk")
        kept = record.shared_work = SharedWork(
            *gone_into(record, user),
            list(merged_into(record, user).select_related("owner").order_by("pk")),
            *family_of(record, user),
            Cascade.objects.filter(life=life).first(),
            list(called.select_related("vendor", "sent_by")),
            list(promised.select_related("promised_by")),
            list(asked.select_related("team", "asked_by", "ended_by")),
        )
    return kept


def request_header_facts(record: Request, user: Any) -> Iterator[tuple[Any, Any]]:
    """What must not be overlooked: it went elsewhere; somebody waits for help; the client waits for
    a word."""
    found = shared_work_of(record, user)
    yield from merged_facts(found)
    yield from part_of(found)
    yield from help_facts(record)
    for promise in found.promises:
        if promise.outcome == PromiseOutcome.OPEN and record.is_open:
            yield _("promised contact"), due_shown(promise.due_at)


def request_together_panel(record: Request, user: Any, button: ButtonFor) -> Panel:
    """The tab: a table for each way of working together."""
    found = shared_work_of(record, user)
    sections = [
        help_section(record, button),
        *merges_section(found, button),
        family_section(found, button, lambda part: (status_badge(part), priority_badge(part))),
        consultations_section(found, user, button),
        vendors_section(found, button),
        promises_section(found, button),
    ]
    count = len(found.escalations) + len(found.promises) + len(found.consultations)
    content = {"sections": sections}
    count += len(calls_of(record)) + len(found.absorbed) + len(found.parts)
    return Panel("together", _("Together"), "incidents/together.html", content, count)
