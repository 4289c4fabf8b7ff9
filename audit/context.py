"""Who acts, why and through which door: carried in a context variable to every write."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The door through which a write came in. Only `import` and `demo` may tell a far past."""

    WEB = "web", _("Portal")
    API = "api", _("REST")
    HOOK = "hook", _("Alert hook")
    TASK = "task", _("Background work")
    COMMAND = "command", _("Command line")
    IMPORT = "import", _("Import")
    DEMO = "demo", _("Demo world")


@dataclass(frozen=True)
class Acting:
    """The circumstances of a write. `actor` is anything with `pk` and `get_username()`, or None.

    `request` is kept so that the person is looked up only when something is written. `at` is when
    it happened, where the past is told: the history shows it, the ledger's own time stays true.
    """

    actor: Any = None
    acting_for: Any = None
    action: str = ""
    reason: str = ""
    request_id: str = ""
    address: str = ""
    channel: str = ""
    at: datetime | None = None
    request: Any = None

    def person(self) -> Any:
        """Who acts, or None: the given actor, else the request's signed-in user."""
        if self.actor is not None or self.request is None:
            return self.actor
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    def as_json(self) -> str:
        """What the triggers read, as one JSON object without empty members."""
        person = self.person()
        told = {
            "actor": person.pk if person is not None else None,
            "name": person.get_username() if person is not None else None,
            "for": self.acting_for.pk if self.acting_for is not None else None,
            "action": self.action,
            "reason": self.reason,
            "request": self.request_id,
            "address": self.address,
            "channel": self.channel,
            "at": self.at.isoformat() if self.at else None,
        }
        return json.dumps({key: value for key, value in told.items() if value})


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def current() -> Acting | None:
    """The circumstances in force here, or None where nobody declared any."""
    return _acting.get()


def told_moment() -> datetime:
    """When what is being written happens: now, unless an import or the demo tells the past."""
    told = _acting.get()
    tells_past = told is not None and told.channel in (Channel.IMPORT, Channel.DEMO)
    return told.at if told and told.at and tells_past else timezone.now()


@contextmanager
def acting(**given: Any) -> Iterator[Acting]:
    """Declare circumstances for the writes inside; what is not given stays as it was around.

    `with acting(actor=user, action="incident.resolve", reason=note): …`
    """
    known = {name: value for name, value in given.items() if value not in (None, "")}
    token = _acting.set(replace(_acting.get() or Acting(), **known))
    try:
        yield _acting.get()  # type: ignore[misc]  # -- just set
    finally:
        _acting.reset(token)
