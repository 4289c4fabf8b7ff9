"""Work on an incident or a request, whichever it is, for what is alike on both."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import transaction

from audit.context import acting
from incidents.models import Incident, Request
from incidents.services import locking
from incidents.services.requests import locking as request_locking
from incidents.services.verbs import Verbs


def verbs_of(record: Incident | Request) -> Verbs[Any]:
    return request_locking.VERBS if isinstance(record, Request) else locking.VERBS


def work_on(
    record: Any, action: str, *, actor: Any, note: str = "", at: Any = None
) -> AbstractContextManager[Any]:
    """Work that does not move the workflow, under the rules of the record's kind."""
    return verbs_of(record).work(record, action, actor=actor, note=note, at=at)


@contextmanager
def beside(record: Any, action: str, *, actor: Any) -> Iterator[Any]:
    """What people do on a record that need not work there themselves: yields the locked row, which
    they see. The caller says who may."""
    name = record._meta.model_name
    with transaction.atomic(), acting(actor=actor, action=f"{name}.{action}"):
        yield verbs_of(record).lock(record, actor)


def record_of(life: Any) -> Incident | Request | None:
    """What lives this life, where it is an incident or a request."""
    return getattr(life, "incident", None) or getattr(life, "request", None)
