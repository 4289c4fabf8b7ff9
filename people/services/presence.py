"""Notes that somebody is there, so that the home page can tell what happened while they were not.

Neither tracked nor versioned: it is no fact about the account.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

NOTED_EVERY = timedelta(minutes=2)

# One statement, and no write where the last one is recent.
_NOTE = """
    INSERT INTO people_presence AS p (user_id, seen_at) VALUES (%s, %s)
    ON CONFLICT (user_id) DO UPDATE SET
        left_at = CASE WHEN excluded.seen_at - p.seen_at >= %s
                       THEN p.seen_at ELSE p.left_at END,
        seen_at = excluded.seen_at
    WHERE excluded.seen_at - p.seen_at >= %s
"""


def note_presence(user: Any, *, at: datetime) -> None:
    """Note that an account is active. After an absence, its last moment becomes when it left."""
    told = [user.pk, at, settings.SESSION_IDLE_LIMIT, NOTED_EVERY]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, told)
