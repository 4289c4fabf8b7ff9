"""What of a change is material: what people approve, as one canonical text with a hash.

Pure: it reads a change that is at hand and writes nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

MATERIAL_COLUMNS = (
    "type",
    "template_id",
    "title",
    "reason",
    "description",
    "security_impact",
    "test_plan",
    "test_result",
    "backout_plan",
    "communication_plan",
    "environment",
    "is_significant",
    "planned_start_at",
    "planned_end_at",
    "risk",
)
"""The columns of a change that are material. Copied into each version by name, so that an old
version still says what it was about when this list has grown."""

MATERIAL_PARTS = ("services", "assets", "clients", "commits")
"""What belongs to the content and lies in rows of its own, each shown by its reference or name."""

MATERIAL = frozenset(name.removesuffix("_id") for name in MATERIAL_COLUMNS) | frozenset(
    MATERIAL_PARTS
)
"""The names by which an edit is material."""


def canonical(content: Mapping[str, Any]) -> str:
    """One text for one content: sorted keys, no spaces, moments in UTC (after RFC 8785)."""
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain
    )


def hash_of(text: str) -> str:
    """The SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_of(change: Any, *, number: int, parts: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """The material fields of a change and their version's number: the same words approved again
    are another version, so that no old vote comes back to life."""
    columns = {name: getattr(change, name) for name in MATERIAL_COLUMNS}
    columns["template"] = columns.pop("template_id")
    return {
        "change": change.reference,
        "version": number,
        **columns,
        **{name: sorted(parts.get(name, ())) for name in MATERIAL_PARTS},
    }


def differences(before: str, after: str) -> dict[str, tuple[Any, Any]]:
    """By field: what it said and what it says, of two canonical texts; the version apart."""
    old, new = json.loads(before), json.loads(after)
    names = sorted((set(old) | set(new)) - {"version"})
    return {
        name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    }


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment without a zone has no canonical form")
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return str(value)
