"""The kinds of work that stand in a queue. A record of any kind has a `life`, and `reference title
status priority team owner service version` as an incident has them; `client` where there is one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise

from core.actions import ActionForm
from core.registry import Registry
from sla.clocks import Target
from sla.enums import Holder


@dataclass(frozen=True)
class WorkKind:
    """One kind. `open` gives what is visible to a person and not over; `waits` says by holder which
    of it waits for them; `actions` may be done to many rows at once, in the order offered. The most
    critical of what is under the 1-5-10 `mandate` have minutes, whatever else is agreed."""

    model: type[models.Model]
    label: str | Promise
    open: Callable[[Any], Any]
    waits: Mapping[Holder, Q]
    badges: Callable[[Any], tuple[Any, Any]]  # of its status and its priority
    actions: Mapping[str, type[ActionForm]]
    change_permission: str
    opened_at: Callable[[Any], datetime]
    mandate: Callable[[Any], tuple[Target, ...]] | None = None
    promised_at: Callable[[Any], datetime | None] = lambda record: record.promised_for
    related: tuple[str, ...] = ("team", "owner", "service", "client", "life")
    unread: tuple[str, ...] = ("description", "resolution", "search")

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)


WORK_KINDS: Registry[WorkKind] = Registry("kind of work")
