"""Who hears of a failed control, and who may still see it when the message is sent."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from evidence.models import ControlFailure
from notifications.enums import MessageKind
from notifications.services import notify
from people.models import RoleGrant, User
from people.roles import Role


def tell_of_failure(failure: ControlFailure, at: datetime) -> None:
    """The security administrators, at once: it is about the proof of everything else."""
    grants = RoleGrant.objects.in_force(timezone.now()).filter(role=Role.SECURITY_ADMIN)
    notify(
        User.objects.filter(pk__in=grants.values("user"), is_active=True),
        MessageKind.CONTROL_FAILED,
        reference=failure.reference,
        context={
            "reference": failure.reference,
            # The same in every language: the code, and what was measured.
            "title": failure.kind.replace("_", " "),
            "note": failure.found[:500],
            "opened_at": at.isoformat(),
            "path": f"/evidence/controlfailure/{failure.pk}/change/",
        },
        key=f"{failure.reference}:opened",
        is_urgent=True,
    )


def may_see_failure(user: Any, reference: str) -> bool:
    """Whether a person may see the failure a message is about; asked just before sending."""
    return ControlFailure.objects.visible_to(user).filter(reference=reference).exists()
