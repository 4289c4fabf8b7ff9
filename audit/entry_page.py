"""What the page of one entry tells: what changed in words, from where, and what proves it."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit.filters import tables
from audit.lists import actor, channel, told
from audit.models import LedgerEntry, SignedCheckpoint
from core.api.filters import moment_of
from core.dashboard import list_url
from core.history import changes_of
from core.querysets import visible_rows
from core.showing import link, moment, shown


@dataclass(frozen=True)
class Value:
    """One field of an entry, before and after, as people read it."""

    label: str
    old: Any
    new: Any


def values_of(entry: LedgerEntry, user: Any) -> list[Value]:
    """Every value that the entry holds; of a confidential row none. Related records are named where
    the reader may see them; what no field of today has is shown as it was written."""
    if entry.restricted:
        return []
    before, after = entry.before or {}, entry.after or {}
    names = [*before, *(name for name in after if name not in before)]
    model = tables().get(entry.relation)
    if model is None:
        return [Value(name, before.get(name), after.get(name)) for name in names]
    fields = {field.column: field for field in model._meta.concrete_fields}
    read, unread = [], []
    for name in names:
        old, new = before.get(name), after.get(name)
        try:
            field = fields[name]
            read.append((field, _read(field, old), _read(field, new)))
        except (KeyError, ValidationError, TypeError, ValueError):
            unread.append(Value(name, old, new))
    return [
        Value(capfirst(str(change.field.verbose_name)), *map(shown, change.shown))
        for change in changes_of(read, user)
    ] + unread


def circumstances_of(entry: LedgerEntry) -> list[tuple[str, Any]]:
    """Who, when, why and from where."""
    context = entry.context or {}
    told_at = moment_of(str(context.get("at")))
    facts = [
        (_("Actor"), actor(entry)),
        (_("Acting for"), context.get("for")),
        (_("Reason"), context.get("reason")),
        (_("Written at"), moment(entry.at, seconds=True)),
        (_("Told to have happened at"), told_at and moment(told_at, seconds=True)),
        (_("Channel"), channel(entry)),
        (_("Address"), context.get("address")),
        (_("Request"), context.get("request")),
        (_("Database role"), entry.database_role),
    ]
    return [(label, value) for label, value in facts if value not in (None, "")]


def proof_of(entry: LedgerEntry) -> list[tuple[str, Any]]:
    """Where the entry stands in the ledger, and the checkpoint that first covered it."""
    covering = SignedCheckpoint.objects.filter(size__gt=entry.index).order_by("size").first()
    signed = _("not signed yet")
    if covering is not None:
        signed = _("%(size)s entries, signed at %(at)s") % {
            "size": covering.size,
            "at": moment(covering.made_at, seconds=True),
        }
    return [
        (_("Place in the ledger"), entry.index),
        (_("Number within its record"), entry.sequence),
        (_("Sealed at"), moment(entry.sealed_at, seconds=True)),
        (_("First checkpoint over it"), signed),
        (_("Leaf hash (SHA-256)"), bytes(entry.hash).hex()),
        (_("Transaction"), entry.transaction),
    ]


def neighbours_of(entry: LedgerEntry, user: Any) -> list[tuple[str, str]]:
    """Where to look on: the record itself, and the other entries that belong with this one."""
    found = []
    model = tables().get(entry.relation)
    if model is not None:
        found.append(
            (_("All of this record"), list_url(LedgerEntry, record=f"{entry.relation}:{entry.key}"))
        )
    if request := told(entry, "request"):
        found.append((_("All of this request"), list_url(LedgerEntry, request=request)))
    if entry.actor:
        found.append((_("All of this person"), list_url(LedgerEntry, actor=entry.actor)))
    return found


def record_of_entry(entry: LedgerEntry, user: Any) -> Any:
    """The record itself as a link, where there still is one that the reader may see."""
    model = tables().get(entry.relation)
    if model is None or not entry.key:
        return None
    try:
        return link(visible_rows(model, user).filter(pk=entry.key).first())
    except (ValueError, ValidationError):
        return None


def _read(field: "models.Field[Any, Any]", value: Any) -> Any:
    """A stored value as its field has it."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return target.to_python(value)
