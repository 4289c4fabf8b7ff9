"""How rows are told in evidence: as JSON, with codes rather than words, moments in UTC."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.duration import duration_iso_string


def as_json(value: Any) -> Any:
    """The value as JSON holds it: RFC 3339 in UTC, ISO 8601 durations, records by what programs
    call them."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Model):
        return called(value)
    if isinstance(value, Mapping):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def called(record: Any) -> str | None:
    """What programs call a record: its username, reference or short name; else its name."""
    if record is None:
        return None
    for name in ("username", "reference", "slug"):
        if code := getattr(record, name, None):
            return str(code)
    return str(record)


def facts(row: Any, *names: str, **also: Any) -> dict[str, Any]:
    """Some fields of a row by name, and what else is to be said, as JSON."""
    return {name: as_json(getattr(row, name)) for name in names} | as_json(also)


def persons_of(users: Iterable[Any]) -> dict[int, str]:
    """Who stands behind these accounts: person to username. Service accounts are nobody."""
    return {user.person_id: user.username for user in users if user and user.person_id}


def both_seats(one: Iterable[Any], other: Iterable[Any]) -> list[str]:
    """By username, the persons who are in both: two accounts of one person are one person."""
    here, there = persons_of(one), persons_of(other)
    return sorted(here[person] for person in here.keys() & there.keys())
