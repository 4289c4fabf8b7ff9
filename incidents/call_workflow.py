"""What may be done with a telephone call, and when."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Reason
from core.transitions import Transition, Workflow
from incidents.models import PhoneCall
from incidents.permissions import may_handle_calls
from people.scope import scope_of

_ANY = ("ringing", "answered", "ended")


def is_call_within_reach(call: PhoneCall, actor: Any) -> Reason | None:
    reach = scope_of(actor).reach_with("incidents.change_phonecall")
    return None if reach.covers(call.team_id) else _("your role does not reach this team")


def has_no_record_yet(call: PhoneCall, actor: Any) -> Reason | None:
    if call.request_id or call.incident_id:
        return _("a record was opened or named for this call already")
    return None


def _move(action: str, label: Reason, sources: tuple[str, ...], target: str, *rules: Any) -> Any:
    rules = (is_call_within_reach, *rules)
    return Transition(action, sources, target, may_handle_calls, label, rules)


CALL_WORKFLOW = Workflow(
    _move("answer", pgettext_lazy("call", "Answer"), ("ringing",), "answered"),
    _move("open_request", _("Open a request"), _ANY, "", has_no_record_yet),
    _move("open_incident", _("Open an incident"), _ANY, "", has_no_record_yet),
    _move("link", _("Name the record"), _ANY, "", has_no_record_yet),
    _move("end", _("End the call"), ("ringing", "answered"), "ended"),
)
