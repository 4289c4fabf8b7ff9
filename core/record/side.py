"""What stands beside a record: blocks of facts, people and links. Below it on a phone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import Reason


@dataclass(frozen=True)
class Fact:
    """One labelled value; `note` says more about it in small letters."""

    label: Reason
    value: Any
    note: Any = ""


@dataclass(frozen=True)
class Row:
    """One thing of a list: its name or link, what is said of it, and what may be done with it."""

    value: Any
    note: Any = ""
    action: Any = None  # a core.admin_pages.Button


@dataclass(frozen=True)
class Block:
    """One heading of the side panel with facts or rows; `action` adds to it."""

    slug: str
    title: Reason
    facts: tuple[Fact, ...] = ()
    rows: tuple[Row, ...] = ()
    nothing: Reason = ""
    action: Any = None
    template: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
