"""Coaching sessions for tests, made the real way."""

from typing import Any

from people.models import CoachingSession
from people.services import coaching
from people.services import one_on_one_entries as entries
from tests.people.one_on_ones import in_days


def a_coaching(cast: Any, status: str = "planned", **given: Any) -> CoachingSession:
    """The team lead coaches the first agent today, as far as `status`."""
    facts = {
        "actor": cast.team_lead,
        "employee": cast.agent_l1,
        "goal": "Say what is known in the first answer",
        "planned_on": in_days(0),
        "follow_up_on": in_days(14),
    }
    session = coaching.plan_coaching(**facts | given)
    if status == "cancelled":
        return coaching.cancel_coaching(session, actor=session.lead)
    if status == "planned":
        return session
    entries.write_note(session, actor=session.lead, text="We read three answers together")
    session = coaching.hold_coaching(session, actor=session.lead)
    if status == "held":
        return session
    session = coaching.acknowledge_coaching(session, actor=session.employee)
    return coaching.close_coaching(session, actor=session.lead)
