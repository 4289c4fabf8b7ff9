"""What the search over everything finds of evidence: packs by their control, requests by their
title, engagements by their firm, failures by their reference."""

from core.palette import RecordSource, in_names
from evidence.lists import period_of, title_of
from evidence.models import AuditRequest, ControlFailure, Engagement, EvidencePack

FAILURES = RecordSource(
    model=ControlFailure,
    icon="warning",
    prefix="CFL",
    search=lambda rows, words: rows.none(),
    title=lambda row: str(row.get_kind_display()),
    detail=lambda row: row.get_status_display(),
)
PACKS = RecordSource(
    model=EvidencePack,
    icon="verified",
    prefix="EVD",
    search=lambda rows, words: in_names(rows, words, ["control"]),
    title=lambda pack: str(title_of(pack)),
    detail=period_of,
)
REQUESTS = RecordSource(
    model=AuditRequest,
    icon="assignment_ind",
    prefix="PBC",
    search=lambda rows, words: in_names(rows, words, ["title", "control"]),
    title=lambda request: request.title,
    detail=lambda request: request.get_status_display(),
)
ENGAGEMENTS = RecordSource(
    model=Engagement,
    icon="handshake",
    prefix="ENG",
    search=lambda rows, words: in_names(rows, words, ["firm"]),
    title=lambda engagement: engagement.firm,
)
EVIDENCE = (PACKS, REQUESTS, ENGAGEMENTS, FAILURES)
