"""Who: questions about the person only."""

from typing import Any

from people.scope import scope_of


def may_see_incidents(user: Any) -> bool:
    """Whether any incident can be shown to this person at all; which ones, the queryset says."""
    return "incidents.view_incident" in scope_of(user).permissions


def may_work_on_incidents(actor: Any) -> bool:
    """The system works on incidents (alerts, tasks), and people whose role includes it."""
    return actor is None or "incidents.change_incident" in scope_of(actor).permissions


def may_open_incidents(actor: Any) -> bool:
    return actor is None or "incidents.add_incident" in scope_of(actor).permissions


def may_override_priority(actor: Any) -> bool:
    return "incidents.override_priority" in scope_of(actor).permissions


def may_judge_incidents(actor: Any) -> bool:
    """Only people judge: leads, of drills and of what was missed."""
    return actor is not None and "incidents.judge_incident" in scope_of(actor).permissions


def may_share_incidents(actor: Any) -> bool:
    return "incidents.share_incident" in scope_of(actor).permissions


def may_work_on_requests(actor: Any) -> bool:
    """The system works on requests, and people whose role includes it."""
    return actor is None or "incidents.change_request" in scope_of(actor).permissions


def may_open_requests(actor: Any) -> bool:
    return actor is None or "incidents.add_request" in scope_of(actor).permissions


def may_see_requests(user: Any) -> bool:
    """Whether any request can be shown to this person at all; which ones, the queryset says."""
    return "incidents.view_request" in scope_of(user).permissions


def may_share_requests(actor: Any) -> bool:
    return "incidents.share_request" in scope_of(actor).permissions


def may_check_adjustments(actor: Any) -> bool:
    """Only people check: the system has no judgement."""
    return actor is not None and (
        "incidents.check_accountadjustment" in scope_of(actor).permissions
    )


def may_make_adjustments(actor: Any) -> bool:
    return actor is not None and "incidents.add_accountadjustment" in scope_of(actor).permissions


def may_handle_calls(actor: Any) -> bool:
    return actor is not None and "incidents.change_phonecall" in scope_of(actor).permissions
