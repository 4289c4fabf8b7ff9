"""An event of the calendar, and the question that sources answer with events. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Standing(StrEnum):
    """How firm an event is, in the words of RFC 5545 (STATUS)."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see: everything visible to `user` with a part from `start` to `end`.

    `filters` narrow the changes (`changes.calendar.filters`); `rows` says whether the timeline has
    rows by `service` or by `team`, nothing where there is no timeline.
    """

    user: Any
    start: datetime
    end: datetime
    filters: Mapping[str, str] = field(default_factory=dict)
    rows: str = ""


@dataclass(frozen=True)
class Event:
    """Something with a beginning and an end. `key` is unique and stays the same for ever."""

    kind: str  # change, freeze, maintenance, meeting, task
    key: str
    title: str
    starts_at: datetime
    ends_at: datetime
    url: str  # its page, without the host
    reference: str = ""
    tone: str = ""  # a colour of the badges
    state: str = ""  # in words, what the colour tells
    note: str = ""  # what else is to be known before one opens it
    risk: str = ""
    peek_url: str = ""  # the facts in a dialog
    move_url: str = ""  # the dialog that moves it; only for those who may
    is_band: bool = False  # lies behind the others
    is_over: bool = False
    rows: tuple[tuple[str, str], ...] = ()  # key and name of the rows it stands in
    standing: Standing = Standing.CONFIRMED
    sequence: int = 0  # how often it was altered
