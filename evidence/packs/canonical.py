"""How a pack writes JSON: UTF-8, sorted keys, LF; so the same facts are the same bytes."""

import json
from datetime import UTC, datetime
from typing import Any

from evidence.telling import as_json


def line(value: Any) -> str:
    """One line of a JSONL file."""
    return json.dumps(as_json(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def document(value: Any) -> bytes:
    """A whole file that people read too."""
    text = json.dumps(as_json(value), ensure_ascii=False, sort_keys=True, indent=2)
    return f"{text}\n".encode()


def utc(at: datetime) -> str:
    """A moment to the microsecond, as the ledger writes it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
