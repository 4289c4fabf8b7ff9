"""Calls for help on the page of an incident or a request, and in the list for those who lead."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.showing import badge, moment
from incidents.enums import HelpState
from incidents.models import Consultation, HelpRequest
from people.scope import scope_of

TONES = {HelpState.ASKED: "red", HelpState.TAKEN: "blue", HelpState.ANSWERED: "green"}


def calls_of(record: Any) -> list[HelpRequest]:
    """All calls for help about a record, read once for a page."""
    if not hasattr(record, "help_calls"):
        rows = HelpRequest.objects.filter(life=record.life_id).order_by("asked_at", "pk")
        record.help_calls = list(rows.select_related("asked_by", "taken_by", "ended_by"))
    calls: list[HelpRequest] = record.help_calls
    return calls


def help_facts(record: Any) -> Iterator[tuple[Any, Any]]:
    """What stands at the top of the page while somebody waits for help."""
    for call in calls_of(record):
        if call.ended_at is None:
            yield _("asks for help"), format_html("{} {}", _state(call), call.taken_by or "")


def help_section(record: Any, button: Any) -> dict[str, Any]:
    """The table of the tab, with the buttons that fit; each dialog says who may."""
    rows = []
    waits = None
    for call in calls_of(record):
        waits = call if call.ended_at is None else waits
        rows.append(
            (
                call.get_urgency_display(),
                call.question,
                format_html("{} {}", call.asked_by, moment(call.asked_at)),
                _taken(call),
                _state(call),
                call.answer and format_html("{} · {}", call.answer, call.ended_by),
            )
        )
    offered = [button("ask_for_help", _("Ask for help"))]
    if waits is not None:
        offered = [
            button("take_help", _("Come to help")) if waits.taken_at is None else None,
            button("answer_help", _("Say what helped")),
            button("withdraw_help", pgettext("help", "Withdraw")),
        ]
    columns = [_("How soon"), _("What is needed"), _("Asked"), _("Taken"), _("State"), _("Answer")]
    return {
        "title": _("Asks for help"),
        "columns": columns,
        "rows": rows,
        "nothing": _("No help was asked for."),
        "buttons": [one for one in offered if one is not None],
    }


def _state(call: HelpRequest) -> Any:
    return badge(call.get_state_display(), TONES.get(HelpState(call.state), ""))


def _taken(call: HelpRequest) -> Any:
    if call.taken_at is not None:
        return format_html("{} {}", call.taken_by, moment(call.taken_at))
    if call.escalated_at is not None:
        return format_html("{} {}", badge(_("Escalated"), "red"), moment(call.escalated_at))
    if call.ended_at is None and call.take_by < timezone.now():
        return badge(pgettext("help", "Overdue"), "red")
    return ""


def lives_that_ask(user: Any) -> Any:
    """Lives of what asks for help in the teams that somebody leads or belongs to."""
    scope = scope_of(user)
    waiting = HelpRequest.objects.filter(ended_at__isnull=True)
    reach = scope.reach_with("incidents.take_helprequest")
    if not reach.everywhere:
        waiting = waiting.filter(team__in=sorted({*reach.team_ids, *scope.own_team_ids}))
    return waiting.values("life")


def lives_asked_of(user: Any) -> Any:
    """Lives of what somebody's own teams were asked about, and have not answered."""
    teams = scope_of(user).own_team_ids
    return Consultation.objects.filter(team__in=teams, ended_at__isnull=True).values("life")
