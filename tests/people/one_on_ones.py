"""1:1s for tests, made the real way."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from people.models import GlassAccess, OneOnOne, OneOnOneSeries
from people.services import break_glass, one_on_ones


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def a_series(cast: Any, lead: Any = None, employee: Any = None) -> OneOnOneSeries:
    """1:1s of the team lead with the first agent, the next one tomorrow."""
    return one_on_ones.start_series(
        actor=lead or cast.team_lead,
        employee=employee or cast.agent_l1,
        every_days=14,
        first_on=in_days(1),
    )


def ahead_of(series: OneOnOneSeries) -> Any:
    return series.meetings.ahead().get()


def a_held_one_on_one(cast: Any) -> OneOnOne:
    """Another conversation of the team lead with the first agent, begun and closed."""
    series = OneOnOneSeries.objects.running().filter(lead=cast.team_lead).first()
    meeting = ahead_of(series or a_series(cast))
    one_on_ones.begin_meeting(meeting, actor=cast.team_lead)
    return one_on_ones.close_meeting(meeting, actor=cast.team_lead)


def asked(cast: Any, series: OneOnOneSeries, reason: str = "Complaint") -> GlassAccess:
    return break_glass.ask_to_open(
        actor=cast.hr_partner, lead=series.lead, employee=series.employee, reason=reason
    )


def opened(cast: Any, series: OneOnOneSeries, reason: str = "Complaint") -> GlassAccess:
    """Open by break-glass to the HR partner."""
    access = asked(cast, series, reason)
    break_glass.approve_opening(access, actor=cast.security_admin)
    return break_glass.approve_opening(access, actor=cast.senior_approver)
