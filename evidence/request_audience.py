"""Who hears about a request of an auditor: its owner, whoever asked, and the other side."""

from typing import Any

from django.utils import timezone

from evidence.models import AuditRequest, EngagementAuditor
from notifications.enums import MessageKind
from notifications.services import notify
from people.models import User


def tell_owner(request: AuditRequest, kind: MessageKind, *, by: Any, note: str = "") -> None:
    _tell([request.owner], request, kind, by, note)


def tell_auditor(request: AuditRequest, kind: MessageKind, *, by: Any, note: str = "") -> None:
    """Whoever asked; the engagement's other auditors where that person has gone."""
    auditors = EngagementAuditor.objects.filter(
        engagement=request.engagement_id, removed_at__isnull=True
    )
    people = User.objects.filter(pk__in=auditors.values("user"), is_active=True)
    asked = people.filter(pk=request.asked_by_id)
    _tell(asked if asked.exists() else people, request, kind, by, note)


def tell_other_side(request: AuditRequest, kind: MessageKind, *, by: Any) -> None:
    """The auditor where one of us spoke; us where the auditor did."""
    if by is not None and by.pk == request.asked_by_id:
        tell_owner(request, kind, by=by)
    else:
        tell_auditor(request, kind, by=by)


def may_see(user: Any, reference: str) -> bool:
    """Whether a person may see the request a message is about; asked just before sending."""
    return AuditRequest.objects.visible_to(user).filter(reference=reference).exists()


def _tell(people: Any, request: AuditRequest, kind: MessageKind, by: Any, note: str) -> None:
    notify(
        [user for user in people if user.is_active and user != by],
        kind,
        reference=request.reference,
        context={
            "reference": request.reference,
            "title": request.title,
            "by": by.get_full_name() if by is not None else "",
            "note": note,
            "path": f"/evidence/auditrequest/{request.pk}/change/",
        },
        key=f"{request.reference}:{kind}:{timezone.now().timestamp():.6f}",
    )
