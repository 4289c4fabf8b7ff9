"""Notes what auditors open: one event for each record, file or export that an account with the
auditor's role reads, and nothing for anybody else."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from audit.services import record_event
from people.roles import Role
from people.scope import scope_of

EVENT = "auditor.read"
_PARTS = ("_timeline", "_people", "_preview", "_action")
"""Pieces of a page that is noted itself, and questions before an act, which is recorded."""
_API = "/api/v1/"


class NotesWhatAuditorsOpen:
    """Asks who it is only where a single record was shown; a refusal shows nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "GET" and response.status_code == 200:
            about = opened(request)
            if about and scope_of(request.user).has(Role.AUDITOR):
                kind, key = about
                record_event(
                    EVENT, actor=request.user, key=f"{kind}:{key}", path=request.path[:300]
                )
        return response


def opened(request: HttpRequest) -> tuple[str, str] | None:
    """The kind of record and its key, of an address that is about a single one."""
    match = request.resolver_match
    if match is None or not match.kwargs or "X-Fragment" in request.headers:
        return None
    key = "/".join(str(value) for value in match.kwargs.values())[:60]
    if request.path.startswith(_API):
        model = _model_of(match.func)
        return (model._meta.label_lower, key) if model else None
    name = match.url_name or ""
    if "admin" not in match.namespaces or name.endswith(_PARTS):
        return None
    app, _bar, rest = name.partition("_")
    return f"{app}.{rest.rpartition('_')[0] or rest}", key


def _model_of(view: Any) -> Any:
    rows = getattr(getattr(view, "cls", None), "queryset", None)
    return getattr(rows, "model", None)
