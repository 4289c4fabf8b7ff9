"""Incidents as evidence: what was known when and by whom, how severe it was found, how it ended
(PCI DSS 12.10, SOC 2 CC7.3 to CC7.5)."""

from collections import defaultdict
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import Attribute, Population, Text
from evidence.telling import as_json, called, facts
from incidents.enums import PRIORITY_OF, Impact, Urgency
from incidents.models import (
    AffectedAsset,
    Incident,
    IncidentAttachment,
    IncidentComment,
    IncidentLink,
)
from sla.enums import MarkKind
from sla.models import Mark

_RELATED = ("service", "team", "owner", "client", "vendor", "caused_by_change", "opened_by")


def members(period: Period) -> QuerySet[Incident]:
    """Those that were opened in the period, oldest number first."""
    opened = Incident.objects.filter(opened_at__gte=period.start, opened_at__lt=period.end)
    marks = Mark.objects.select_related("set_by").order_by("set_at", "pk")
    return (
        opened.select_related(*_RELATED, "life")
        .prefetch_related(
            "assets",
            Prefetch("life__marks", marks),
            Prefetch("attachments", IncidentAttachment.objects.select_related("uploaded_by")),
        )
        .defer("search", "caused_by_change__search", "caused_by_change__description")
        .order_by("pk")
    )


def _mark(kind: MarkKind) -> Any:
    """When it happened, as it is held now; corrections stand in the story."""

    def value(incident: Any) -> str | None:
        marks = incident.life.marks.all()
        current = [m for m in marks if m.kind == kind and m.superseded_at is None]
        return as_json(current[0].at) if current else None

    return value


def _matrix(incident: Any) -> bool:
    """Whether the severity is what impact and urgency give."""
    return incident.priority == PRIORITY_OF[Impact(incident.impact), Urgency(incident.urgency)]


def _story(incidents: list[Any]) -> dict[int, dict[str, Any]]:
    """Every mark with who set it and what it replaced, what was said, what it is linked to."""
    told = {
        row.pk: {"marks": [_told_mark(mark) for mark in row.life.marks.all()]} for row in incidents
    }
    comments: dict[int, list[Any]] = defaultdict(list)
    said = IncidentComment.objects.filter(incident__in=list(told)).select_related("author")
    for row in said.order_by("pk"):
        comments[row.incident_id].append(facts(row, "created_at", "author", "text"))
    links: dict[int, list[Any]] = defaultdict(list)
    linked = IncidentLink.objects.filter(source__in=list(told)).select_related("target")
    for link in linked.defer("target__search", "target__description").order_by("pk"):
        links[link.source_id].append(facts(link, "kind", "created_at", target=link.target))
    for pk, sections in told.items():
        sections |= {"comments": comments[pk], "links": links[pk]}
    return told


def _told_mark(mark: Any) -> dict[str, Any]:
    names = ("kind", "at", "latest_at", "source", "precision", "evidence")
    return facts(mark, *names, "set_by", "set_at", "superseded_at")


def _field(name: str, meaning: Text, *, withheld: bool = False) -> Attribute:
    return Attribute(
        name,
        meaning,
        lambda row: as_json(getattr(row, name)),
        f"incidents_incident.{name}",
        withheld,
    )


_MARKS: dict[MarkKind, Text] = {
    MarkKind.STARTED: _("When the trouble began."),
    MarkKind.DETECTED: _("When it was noticed."),
    MarkKind.ACKNOWLEDGED: _("When somebody took it on."),
    MarkKind.INVESTIGATED: _("When the cause began to be looked for."),
    MarkKind.MITIGATED: _("When it no longer hurt."),
    MarkKind.RESOLVED: _("When it was over."),
}

INCIDENTS = Population(
    name="incidents",
    title=_("Incidents"),
    definition=_("Every incident, whoever noticed it and however it ended, the cancelled too."),
    membership=_("Opened in the period."),
    model=Incident,
    everything=lambda: Incident.objects.all(),
    members=members,
    identity=lambda row: row.reference,
    moment_of=lambda row: row.opened_at,
    attributes=(
        _field("title", _("What it is called.")),
        _field("service", _("Which service it hit.")),
        Attribute(
            "assets", _("Which assets."),
            lambda row: sorted(str(called(asset)) for asset in row.assets.all()),
            "incidents_affectedasset",
        ),
        _field("team", _("Whose incident it was.")),
        _field("owner", _("Who worked on it last.")),
        _field("client", _("Which client was hit."), withheld=True),
        _field("vendor", _("To which vendor it is attributed.")),
        _field("channel", _("How we learned of it.")),
        _field("impact", _("How much was hit: 1 high to 3 low.")),
        _field("urgency", _("How soon it had to be mended: 1 high to 3 low.")),
        _field("priority", _("How severe it was: 1 to 5.")),
        Attribute("priority_by_matrix", _("Whether impact and urgency give that."), _matrix,
                  "incidents_incident.priority"),
        _field("priority_reason", _("Why it was set otherwise.")),
        _field("status", _("Where it stands.")),
        _field("is_drill", _("Whether it was an exercise, which no figure counts.")),
        _field("opened_at", _("When it was opened: what membership goes by.")),
        _field("opened_by", _("Who opened it; empty: a machine.")),
        *(
            Attribute(f"{kind}_at", meaning, _mark(kind), "sla_mark.at")
            for kind, meaning in _MARKS.items()
        ),
        _field("resolution_code", _("How it ended.")),
        _field("resolution", _("What was done, and what is known of the cause.")),
        _field("caused_by_change", _("The change without which it would not have happened.")),
        _field("closed_at", _("When it was closed.")),
        Attribute(
            "attachments", _("The files given to it, by name and hash."),
            lambda row: [f"{file.name} sha256:{file.sha256}" for file in row.attachments.all()],
            "incidents_incidentattachment.sha256",
        ),
    ),
    rows_of=rows_of_parts(
        Incident,
        *(Part(model, "incident") for model in (AffectedAsset, IncidentComment,
                                                IncidentAttachment)),
        Part(IncidentLink, "source"),
        Part(Mark, "life__incident"),
    ),
    story=_story,
    attachments=lambda rows: {row.pk: list(row.attachments.all()) for row in rows},
    numbered="INC",
    absent=lambda row: _("opened outside the period"),
    strata=lambda row: f"P{row.priority}",
)  # fmt: skip
