"""What a request's page and its list rows show: read only, constant queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin import Panel
from core.registry import Registry
from core.showing import badge
from incidents.models import AccountAdjustment, Request, RequestLink
from incidents.page import PRIORITY_TONES
from incidents.request_enums import AdjustmentStatus, RequestLinkKind, RequestStatus
from sla.clock_panel import clock_rows, table_of
from sla.life_clocks import ClockLine, clocks_of_life
from sla.models import Life, Mark

# Upper apps add tabs: `(request, user) -> core.admin.Panel`, registered in their `ready`.
REQUEST_PANELS: Registry[Any] = Registry("request panel")

STATUS_TONES = {
    RequestStatus.NEW: "blue",
    RequestStatus.ASSIGNED: "blue",
    RequestStatus.IN_PROGRESS: "violet",
    RequestStatus.PENDING_CUSTOMER: "yellow",
    RequestStatus.PENDING_VENDOR: "yellow",
    RequestStatus.PENDING_APPROVAL: "yellow",
    RequestStatus.RESOLVED: "green",
}
ADJUSTMENT_TONES = {
    AdjustmentStatus.PROPOSED: "yellow",
    AdjustmentStatus.APPROVED: "blue",
    AdjustmentStatus.REJECTED: "red",
    AdjustmentStatus.APPLIED: "green",
}
# The same relations as read from the other end.
INWARD = {
    RequestLinkKind.RELATED: RequestLinkKind.RELATED.label,
    RequestLinkKind.DUPLICATE_OF: _("Has the duplicate"),
    RequestLinkKind.FOLLOWS: _("Is followed by"),
    RequestLinkKind.CHILD_OF: _("Has the part"),
    RequestLinkKind.SPLIT_FROM: _("Split into"),
}


def request_rows(rows: QuerySet[Request]) -> QuerySet[Request]:
    """With all that a row shows, in one query; without the long texts."""
    related = ("service", "team", "owner", "client")
    return rows.select_related(*related).defer("description", "resolution", "search")


def status_badge(request: Request) -> Any:
    return badge(request.get_status_display(), STATUS_TONES.get(request.status, ""))


def priority_badge(request: Request) -> Any:
    return badge(request.get_priority_display(), PRIORITY_TONES.get(request.priority, ""))


def adjustment_badge(adjustment: AccountAdjustment) -> Any:
    tone = ADJUSTMENT_TONES.get(adjustment.status, "")
    return badge(adjustment.get_status_display(), tone)


def agreed_clocks(life_id: int, now: datetime | None = None) -> list[ClockLine]:
    """What is agreed for a life; the 1-5-10 mandate is for incidents."""
    lines = clocks_of_life(Life(pk=life_id), now or timezone.now())
    return [line for line in lines if line.agreement != "1-5-10"]


def clocks_panel(life: Life, marks: Sequence[Mark]) -> Panel:
    """What is agreed for a life, each figure leading to what stands behind it, and its marks."""
    agreed = table_of(clock_rows(life, marks, timezone.now()))
    content = {"agreed": agreed, "marks": marks}
    return Panel("clocks", _("Clocks"), "incidents/clocks.html", content)


def marks_of(request: Request) -> list[Mark]:
    """All marks, superseded ones too, by time; read once for a page."""
    life = request.life
    if not hasattr(life, "every_mark"):
        life.every_mark = list(life.marks.select_related("set_by").order_by("at", "pk"))
    return life.every_mark


@dataclass(frozen=True)
class Linked:
    """A relation to another request. Outward ones are this request's own to take back."""

    kind: str
    label: Any
    other: Request
    is_outward: bool


def links_of(request: Request, user: Any) -> list[Linked]:
    """Relations as read from this request; only to those one may see."""
    visible = Request.objects.visible_to(user).values("pk")
    here = Q(source=request, target__in=visible) | Q(target=request, source__in=visible)
    links = RequestLink.objects.filter(here).select_related("source", "target").order_by("pk")
    return [
        Linked(link.kind, link.get_kind_display(), link.target, True)
        if link.source_id == request.pk
        else Linked(link.kind, INWARD[RequestLinkKind(link.kind)], link.source, False)
        for link in links
    ]
