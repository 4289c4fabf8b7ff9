"""How the search over everything finds incidents, problems and requests: by reference and by full
text."""

from core.palette import RecordSource, in_full_text
from incidents.models import Incident, Problem, Request


def _detail(incident: Incident) -> str:
    priority = str(incident.get_priority_display()).partition(" ")[0]
    return f"{priority} · {incident.get_status_display()} · {incident.service}"


INCIDENTS = RecordSource(
    model=Incident,
    icon="emergency",
    prefix="INC",
    search=in_full_text,
    prepare=lambda rows: rows.select_related("service").only(
        "reference", "title", "status", "priority", "service__reference", "service__name"
    ),
    title=lambda incident: incident.title,
    detail=_detail,
)


PROBLEMS = RecordSource(
    model=Problem,
    icon="bug_report",
    prefix="PRB",
    search=in_full_text,
    prepare=lambda rows: rows.select_related("service").only(
        "reference", "title", "status", "service__reference", "service__name"
    ),
    title=lambda problem: problem.title,
    detail=lambda problem: f"{problem.get_status_display()} · {problem.service}",
)


def _request_detail(request: Request) -> str:
    return f"{request.get_kind_display()} · {request.get_status_display()}"


REQUESTS = RecordSource(
    model=Request,
    icon="inbox",
    prefix="REQ",
    search=in_full_text,
    prepare=lambda rows: rows.only("reference", "title", "kind", "status"),
    title=lambda request: request.title,
    detail=_request_detail,
)
