"""All that happens to a request of an auditor; the portal and the API read the same."""

from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from core.record.entries import Timeline
from core.record.sources import field_changes
from core.record.words import Phrase, Phrases
from evidence.forms.requests import REQUEST_ACTIONS
from evidence.workflow import REQUEST_WORKFLOW
from notifications.timeline import mails
from records.timeline import comments, files

REQUEST_TIMELINE = Timeline("audit_requests")
PHRASES: Phrases = {
    "status": Phrase(
        _("status from %(old)s to %(new)s"), _("status %(new)s"), _("status %(old)s removed")
    ),
    # These follow from the action, whose entry says when and by whom.
    "provided_at": None,
    "provided_by": None,
    "settled_at": None,
}
TITLES: dict[str, Reason] = {
    **{verb: form.title for verb, form in REQUEST_ACTIONS.items()},
    "ask": _("Asked for"),
}
_MOVES = ["audit_request.ask", *(f"audit_request.{move.action}" for move in REQUEST_WORKFLOW)]

for _name, _source in (
    ("comments", comments(reach_clients=False)),
    ("fields", field_changes(_MOVES, TITLES, PHRASES, reasoned=("withdraw",))),
    ("files", files("admin:evidence_auditrequest_download")),
    ("mails", mails()),
):
    REQUEST_TIMELINE.sources.register(_name, _source)
