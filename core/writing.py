"""The two steps that every plain edit shares: hold the row as it is, store it if it is valid."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed, Stale, ValidationError
from core.querysets import visible_rows

_expected: ContextVar[tuple[models.Model, int] | None] = ContextVar("expected", default=None)


@contextmanager
def expecting(record: models.Model, version: int | None) -> Iterator[None]:
    """Inside, the service that locks this very record refuses any other version of it (Stale): the
    caller need not lock it first, before what the service must lock earlier."""
    token = _expected.set(None if version is None else (record, version))
    try:
        yield
    finally:
        _expected.reset(token)


def refuse_stale(row: Any) -> None:
    """For services, of a row just locked: Stale where the caller expects another version."""
    record, version = _expected.get() or (None, None)
    if record is not None and record == row and row.version != version:
        raise Stale(_("somebody else changed this record meanwhile"))


def hold[Row: models.Model](record: Row, *, actor: Any, version: int | None = None) -> Row:
    """The row, locked until the transaction ends. DoesNotExist when the actor does not see it,
    Stale when `version` is given and not the current one. No actor means the system."""
    model = type(record)
    rows = model._default_manager.all() if actor is None else visible_rows(model, actor)
    row: Any = rows.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    if version is not None and row.version != version:
        raise Stale(_("somebody else changed this record meanwhile"))
    refuse_stale(row)
    return cast("Row", row)


def store(
    row: models.Model, changes: Mapping[str, Any], *, actor: Any, editable: frozenset[str]
) -> None:
    """Set the fields and save, with what the database made of it.

    ValidationError by field; NotAllowed where the actor would not see the row any more.
    """
    if forbidden := sorted(set(changes) - editable):
        raise ValidationError({name: _("This cannot be edited.") for name in forbidden})
    for name, value in changes.items():
        setattr(row, name, value)
    generated = [field.name for field in row._meta.concrete_fields if field.generated]
    row.full_clean(exclude=generated)
    row.save()
    version = ["version"] if hasattr(row, "version") else []
    row.refresh_from_db(fields=[*generated, *version])
    if actor is not None and not visible_rows(type(row), actor).filter(pk=row.pk).exists():
        raise NotAllowed(_("you would no longer see this record"))
