"""What the ledger calls what happens to engagements and requests."""

from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from evidence.forms.engagements import ENGAGEMENT_ACTIONS
from evidence.forms.requests import REQUEST_ACTIONS

TITLES: dict[str, Reason] = {
    **{f"engagement.{name}": form.title for name, form in ENGAGEMENT_ACTIONS.items()},
    **{f"audit_request.{name}": form.title for name, form in REQUEST_ACTIONS.items()},
    "engagement.begin": _("Engagement begun"),
    "audit_request.ask": _("Asked for by an auditor"),
    "audit_request.attach": _("File added"),
    "auditor.read": _("Opened by an auditor"),
    "evidence.export": _("Exceptions were taken away"),
}
