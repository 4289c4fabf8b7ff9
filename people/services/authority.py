"""Who may do it, asked under a lock; and what every service here does alike before it writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from audit.context import Channel, acting, current
from core.errors import NotAllowed, Stale
from core.querysets import visible_rows
from people.models import User
from records.services import mask_fields

_DOORS_OF_PEOPLE = (Channel.WEB, Channel.API, Channel.HOOK)
CHANGE_OF_ACCESS = 7_311_001_442  # the advisory lock's number: any that nothing else here uses


@contextmanager
def administering(
    permission: str, *, actor: Any, action: str, reason: str = ""
) -> Iterator[User | None]:
    """One transaction in which `actor` (read anew) holds `permission`; NotAllowed otherwise.

    Changes of access are rare and hang together (the last administrator, two people disabling
    each other), so they happen one after the other.
    """
    with transaction.atomic(), acting(actor=actor, action=action):
        told = without_cards("people", {"reason": reason}, actor)["reason"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHANGE_OF_ACCESS])
        with acting(reason=told):
            yield _with_permission(permission, actor)


def without_cards(where: str, texts: dict[str, Any], actor: Any) -> dict[str, Any]:
    """The same, the card numbers in texts masked and noted; `where` is the table."""
    told = {name: value for name, value in texts.items() if isinstance(value, str)}
    return {**texts, **mask_fields(where, told, actor=actor)}


def _with_permission(permission: str, actor: Any) -> User | None:
    if actor is None:
        refuse_nobody()
        return None
    # The request read the account's grants before it waited for the lock.
    fresh: User | None = User.objects.filter(pk=actor.pk).first()
    if fresh is None or not fresh.has_perm(permission):
        raise NotAllowed(_("your role does not include this action"))
    return fresh


def refuse_nobody() -> None:
    """Nobody acts on the command line and in the demo world only, never through a request."""
    told = current()
    if told is not None and told.channel in _DOORS_OF_PEOPLE:
        raise NotAllowed(_("somebody has to be signed in for this"))


def is_same_person(one: Any, other: Any) -> bool:
    """Two accounts of one person are one person."""
    if one is None or other is None:
        return False
    return one.pk == other.pk or (one.person_id is not None and one.person_id == other.person_id)


def locked[Row: models.Model](record: Row, *, actor: Any, version: int | None = None) -> Row:
    """The record as it is now, locked; DoesNotExist where `actor` may not see it.

    Raises Stale when `version` is given and somebody changed the record since.
    """
    model = type(record)
    rows = model._default_manager.all() if actor is None else visible_rows(model, actor)
    row = rows.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    if version is not None and getattr(row, "version", None) != version:
        raise Stale(_("somebody else has changed this record; load it again"))
    return row


def change(
    row: models.Model, changes: dict[str, Any], allowed: tuple[str, ...], *, actor: Any
) -> None:
    """Set the given fields without card numbers, check the whole record and save what changed.

    A field outside `allowed` is a mistake of the caller: TypeError.
    """
    if unknown := set(changes) - set(allowed):
        raise TypeError(f"cannot change {', '.join(sorted(unknown))}")
    for name, value in without_cards(row._meta.db_table, changes, actor).items():
        setattr(row, name, value)
    row.full_clean(exclude={"password"})
    if changes:
        row.save(update_fields=list(changes))
        row.refresh_from_db(fields=["version"])
