"""What the two hear about their 1:1s: that one is ahead, never what it is about."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from notifications.enums import MessageKind
from notifications.services import notify
from people.models import ConfidentialRecord, OneOnOne, OneOnOneSeries, User

REMINDED_BEFORE = timedelta(days=1)


def tell_of_beginning(series: OneOnOneSeries) -> None:
    """The employee hears that there is an agenda now."""
    meeting = OneOnOne.objects.ahead().get(series=series)
    _tell([series.employee], series, meeting, f"begun:{series.pk}")


def tell_of_planning(series: OneOnOneSeries, meeting: OneOnOne, *, by: Any) -> None:
    """The other one hears of another day; both, where the rhythm has set it."""
    both = [series.lead, series.employee]
    others = [one for one in both if by is None or one.pk != by.pk]
    _tell(others, series, meeting, f"planned:{meeting.pk}:{meeting.planned_on}")


def remind_of_meetings(at: datetime) -> int:
    """The evening before, both are reminded to prepare; once. Returns how many conversations."""
    rows = OneOnOne.objects.due(timezone.localdate(at) + REMINDED_BEFORE)
    found = list(rows.select_related("series__lead", "series__employee", "series__record"))
    for meeting in found:
        series = meeting.series
        key = f"remind:{meeting.pk}:{meeting.planned_on}"
        _tell([series.lead, series.employee], series, meeting, key)
    return len(found)


def may_see_record(user: Any, reference: str) -> bool:
    """Whether a person may see the record that a message is about; asked just before sending."""
    return ConfidentialRecord.objects.visible_to(user).filter(reference=reference).exists()


def _tell(people: Any, series: OneOnOneSeries, meeting: OneOnOne, key: str) -> None:
    """Each recipient's own page says with whom; the message names nobody."""
    told: list[User] = [one for one in people if one.is_active]
    due_at = timezone.make_aware(datetime.combine(meeting.planned_on, time(9)))
    notify(
        told,
        MessageKind.ONE_ON_ONE_AHEAD,
        reference=str(series.record.reference),
        context={
            "reference": str(series.record.reference),
            "planned_at": due_at.isoformat(),
            "path": f"/one-on-ones/{series.pk}/",
        },
        key=f"one-on-one:{key}",
    )
