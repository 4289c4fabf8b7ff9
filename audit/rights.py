"""What each database role may do with which table: the rule, worked out over the models.

Each kind of table gives each role what stands in `RIGHTS`; what does not stand there is refused.
New models of a later migration fall under a kind by themselves. `granting` brings the rights there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.apps import apps
from django.conf import settings
from django.db import models

from audit.erasing_sql import SIGNATURE
from audit.erasing_triggers import ERASER_ROLE as ERASER_ROLE
from audit.history import HistoryEntry
from audit.models import SEALER_ROLE, LedgerEntry, LedgerHead, OutboxEntry, SignedCheckpoint
from audit.triggers import AppendOnly, Capture, stored_columns

APP_ROLE = "itsm_app"  # web, worker, beat, relay
SIGNER_ROLE = "itsm_signer"
AUDITOR_ROLE = "itsm_auditor"  # looks with a database client of their own
ROLES = (APP_ROLE, SEALER_ROLE, SIGNER_ROLE, AUDITOR_ROLE, ERASER_ROLE)


class Kind(StrEnum):
    """What a table is, in so far as rights depend on it."""

    TRACKED = "tracked"  # a business table with history
    APPENDED = "appended"  # the same, but written once: votes, minutes
    UNTRACKED = "untracked"  # sessions, keys, outboxes of messages: no evidence, often secret
    CONFIDENTIAL = "confidential"  # ciphertext
    CONFIDENTIAL_HISTORY = "confidential history"
    HISTORY = "history"
    OUTBOX = "outbox"
    LEDGER = "ledger"
    HEAD = "head"
    CHECKPOINT = "checkpoint"
    KEPT = "kept"  # what else the ledger keeps: nobody writes until a rule says so
    CODE = "code"  # which migrations were applied, which models there are


READ, WRITE = "SELECT", "SELECT, INSERT, UPDATE, DELETE"
ADD = "SELECT, INSERT"
RIGHTS: dict[Kind, dict[str, str]] = {
    Kind.TRACKED: {APP_ROLE: WRITE, AUDITOR_ROLE: READ},
    Kind.APPENDED: {APP_ROLE: ADD, AUDITOR_ROLE: READ},
    Kind.UNTRACKED: {APP_ROLE: WRITE},
    Kind.CONFIDENTIAL: {APP_ROLE: WRITE},
    # Only the triggers write here, with their owner's rights.
    Kind.HISTORY: {APP_ROLE: READ, AUDITOR_ROLE: READ},
    Kind.CONFIDENTIAL_HISTORY: {APP_ROLE: READ},
    Kind.OUTBOX: {APP_ROLE: READ, SEALER_ROLE: "SELECT, INSERT, DELETE", AUDITOR_ROLE: READ},
    Kind.LEDGER: {APP_ROLE: READ, SEALER_ROLE: ADD, SIGNER_ROLE: READ, AUDITOR_ROLE: READ},
    Kind.HEAD: {
        APP_ROLE: READ,
        SEALER_ROLE: "SELECT, INSERT, UPDATE",
        SIGNER_ROLE: READ,
        AUDITOR_ROLE: READ,
    },
    Kind.CHECKPOINT: {APP_ROLE: READ, SEALER_ROLE: READ, SIGNER_ROLE: ADD, AUDITOR_ROLE: READ},
    Kind.KEPT: {APP_ROLE: READ, SEALER_ROLE: READ, SIGNER_ROLE: READ, AUDITOR_ROLE: READ},
    Kind.CODE: {APP_ROLE: READ, AUDITOR_ROLE: READ},
}

KEPT_BY: dict[str, dict[str, str]] = {
    "audit_erasurewarrant": {APP_ROLE: ADD},
    "audit_legalhold": {APP_ROLE: "SELECT, INSERT, UPDATE"},
    "audit_ledgerepoch": {SEALER_ROLE: ADD},
    "audit_signerkey": {SIGNER_ROLE: "SELECT, INSERT, UPDATE"},
    "audit_signerstatus": {SIGNER_ROLE: "SELECT, INSERT, UPDATE"},
}
"""Who writes what the ledger keeps beside its leaves, by table."""

NOTE_EVENT = "audit_note_event(text, text, jsonb, jsonb)"
FUNCTIONS: dict[str, tuple[str, ...]] = {
    NOTE_EVENT: (APP_ROLE, SEALER_ROLE, SIGNER_ROLE, ERASER_ROLE),
    SIGNATURE: (ERASER_ROLE,),
    "audit_read_sealed(text)": (ERASER_ROLE,),
}
"""Who may call the functions that act with their owner's rights: nobody else may. Those that are
not there are passed over."""

_LEDGER_KINDS: dict[type[models.Model], Kind] = {
    OutboxEntry: Kind.OUTBOX,
    LedgerEntry: Kind.LEDGER,
    LedgerHead: Kind.HEAD,
    SignedCheckpoint: Kind.CHECKPOINT,
}
_CODE_TABLES = ("django_migrations", "django_content_type", "auth_permission")


@dataclass
class Wanted:
    """What one role may do: verbs by table, and the columns it reads where not all of them."""

    tables: dict[str, frozenset[str]] = field(default_factory=dict)
    columns: dict[str, frozenset[str]] = field(default_factory=dict)


def kind_of(model: type[models.Model]) -> Kind:
    """What the model's table is."""
    if kind := _LEDGER_KINDS.get(model):
        return kind
    if issubclass(model, HistoryEntry):
        tracked = getattr(model, "instance_type", None)
        restricted = getattr(getattr(tracked, "_meta", None), "audit_restricted", False)
        return Kind.CONFIDENTIAL_HISTORY if restricted else Kind.HISTORY
    if getattr(model._meta, "audit_restricted", False):
        return Kind.CONFIDENTIAL
    triggers = getattr(model._meta, "triggers", [])
    is_tracked = any(isinstance(trigger, Capture) for trigger in triggers)
    if model._meta.app_label == "audit" and not is_tracked:
        return Kind.KEPT
    if any(isinstance(trigger, AppendOnly) for trigger in triggers):
        return Kind.APPENDED
    return Kind.TRACKED if is_tracked else Kind.UNTRACKED


def tables() -> dict[str, Kind]:
    """Every table that the code knows, and what it is."""
    found = {
        model._meta.db_table: kind_of(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    caches = [c["LOCATION"] for c in settings.CACHES.values() if "Database" in c["BACKEND"]]
    return found | dict.fromkeys(caches, Kind.UNTRACKED) | dict.fromkeys(_CODE_TABLES, Kind.CODE)


def captured() -> Iterator[tuple[type[models.Model], Capture]]:
    """Every tracked model, with the trigger that records it."""
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", []):
            if isinstance(trigger, Capture) and not model._meta.proxy:
                yield model, trigger


def rights_of(role: str) -> Wanted:
    """What this role may do, by the rule."""
    wanted = Wanted()
    hidden = dict(_untracked_columns())
    for table, kind in tables().items():
        told = KEPT_BY.get(table, {}).get(role) or RIGHTS[kind].get(role, "")
        verbs = frozenset(filter(None, told.split(", ")))
        if role == AUDITOR_ROLE and verbs and table in hidden:
            wanted.columns[table] = hidden[table]  # a password's hash is no evidence
        elif verbs:
            wanted.tables[table] = verbs
    return wanted


def _untracked_columns() -> Iterator[tuple[str, frozenset[str]]]:
    """The tables of which history leaves a stored column out, with the columns that it keeps."""
    for model, capture in captured():
        if set(stored_columns(model)) - set(capture.columns):
            yield model._meta.db_table, frozenset(capture.columns)
