"""What apps offer the home page: cards with a permission and a function that gives their data.

No HTML and no order: `itsm.home` arranges the cards and draws their parts (`core.cards`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from core.errors import Reason
from core.registry import Registry


@dataclass(frozen=True)
class Content:
    """What a card shows now; `url` opens the rows behind all of it, `note` says of what it is."""

    parts: tuple[Any, ...]
    url: str = ""
    note: Reason = ""


@dataclass(frozen=True)
class Card:
    """A card. `content(user, now)` is None where it has nothing to say to this person. A wide one
    takes the whole width; a slow one is fetched when the page is there."""

    title: Reason
    content: Callable[[Any, datetime], Content | None]
    permission: str = ""
    is_wide: bool = False
    is_slow: bool = False


CARDS: Registry[Card] = Registry("card")

type MakesContent = Callable[[Any, datetime], Content | None]


def card(slug: str, title: Reason, **facts: Any) -> Callable[[MakesContent], MakesContent]:
    """Offer the home page a card, which the decorated function fills."""

    def register(content: MakesContent) -> MakesContent:
        CARDS.register(slug, Card(title, content, **facts))
        return content

    return register


def list_url(model: type[models.Model], **filters: Any) -> str:
    """The list of a model, narrowed with the parameters of the REST API."""
    meta = model._meta
    asked = {name: _parameter(value) for name, value in filters.items()}
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return f"{url}?{urlencode(asked, safe=',:')}" if asked else url


def record_url(record: models.Model) -> str:
    """The page of a record."""
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])


def _parameter(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, list | tuple):
        return ",".join(str(int(item) if isinstance(item, int) else item) for item in value)
    return str(value)
