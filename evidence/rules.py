"""When: about the request and the engagement it belongs to."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from evidence.enums import EngagementState
from evidence.models import AuditRequest, EngagementAuditor


def audits_it(request: AuditRequest, actor: Any) -> Reason | None:
    """Only an auditor of this very engagement judges what was given."""
    if actor is None:
        return None
    audits = EngagementAuditor.objects.filter(
        engagement=request.engagement_id, user=actor.pk, removed_at__isnull=True
    )
    return None if audits.exists() else _("you do not audit for this engagement")


def engagement_is_running(request: AuditRequest, actor: Any) -> Reason | None:
    if request.engagement.state_at(timezone.now()) == EngagementState.RUNNING:
        return None
    return _("the engagement has ended")
