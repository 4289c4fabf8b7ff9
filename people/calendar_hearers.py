"""Who is to know that a working calendar in use was altered for days to come: upper apps that store
what follows from it register here."""

from collections.abc import Callable
from typing import Any

from core.registry import Registry
from people.models import WorkCalendar

type CalendarHearer = Callable[[WorkCalendar, Any], None]
"""`(calendar, actor)`, called in the transaction that alters it: it may ask for a job."""

CALENDAR_HEARERS: Registry[CalendarHearer] = Registry("hearer of altered calendars")
