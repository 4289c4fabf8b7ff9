"""The audit trail about itself: sign-ins, exports, checkpoints, writes that nobody signed."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.models import LedgerEntry, Operation, SignedCheckpoint
from evidence.period import Period
from evidence.populations import Attribute, Population, Text
from evidence.telling import as_json

SIGN_INS = (
    *("event:login", "event:logout", "event:login.failed", "event:login.locked"),
    *("event:session.end", "event:password.change", "event:password.reset"),
)
TAKEN_AWAY = ("event:list.export", "event:auditor.read", "event:evidence.export")


def _told(name: str) -> Any:
    """What the circumstances of an entry say."""
    return lambda entry: (entry.context or {}).get(name)


def _entry(name: str, meaning: Text) -> Attribute:
    return Attribute(
        name, meaning, lambda row: as_json(getattr(row, name)), f"audit_ledgerentry.{name}"
    )


ENTRY = (
    _entry("relation", _("What kind of event, or which table.")),
    _entry("key", _("What it was about.")),
    _entry("operation", _("What became of the row; E for an event.")),
    _entry("at", _("When, by the clock of the database.")),
    _entry("sealed_at", _("When it was sealed.")),
    _entry("actor", _("Who, by account; empty: not known.")),
    Attribute("channel", _("Through which door."), _told("channel"), "audit_ledgerentry.context"),
    Attribute("request", _("In which request."), _told("request"), "audit_ledgerentry.context"),
    Attribute("address", _("From where."), _told("address"), "audit_ledgerentry.context",
              withheld=True),
    _entry("database_role", _("By which role of the database.")),
)  # fmt: skip


def _rows_of(entries: list[Any]) -> dict[int, list[tuple[str, str]]]:
    return {entry.pk: [(entry.relation, entry.key)] for entry in entries}


def _of_ledger(
    name: str, title: Text, definition: Text, belongs: Q, *more: Attribute
) -> Population:
    """A population of entries that are recognised by a condition with an index of its own."""

    def members(period: Period) -> QuerySet[LedgerEntry]:
        within = LedgerEntry.objects.filter(belongs, at__gte=period.start, at__lt=period.end)
        return within.defer("envelope", "secret", "hash").order_by("index")

    return Population(
        name=name,
        title=title,
        definition=definition,
        membership=_("The database wrote it in the period, by its own clock."),
        model=LedgerEntry,
        everything=lambda: LedgerEntry.objects.filter(belongs),
        members=members,
        identity=lambda entry: f"entry-{entry.pk}",
        moment_of=lambda entry: entry.at,
        attributes=(*ENTRY, *more),
        rows_of=_rows_of,
        strata=lambda entry: entry.relation,
    )


def _events(*relations: str) -> Q:
    return Q(operation=Operation.EVENT, relation__in=relations)


SIGN_IN_EVENTS = _of_ledger(
    "sign_ins",
    _("Sign-ins"),
    _("Every sign-in, sign-out and refused sign-in, and every change of a password."),
    _events(*SIGN_INS),
)
READ_EVENTS = _of_ledger(
    "exports",
    _("Exports and what auditors opened"),
    _("Every list that was taken away as a file, and every record that an auditor opened."),
    _events(*TAKEN_AWAY),
    Attribute("details", _("What exactly."), lambda entry: as_json(entry.after),
              "audit_ledgerentry.after"),
)  # fmt: skip
UNSIGNED_WRITES = _of_ledger(
    "unsigned_writes",
    _("Writes past the application"),
    _("Every change that names no actor: made in the database itself, by one of its roles."),
    Q(context__isnull=True),
)


def _checkpoints(period: Period) -> QuerySet[SignedCheckpoint]:
    made = SignedCheckpoint.objects.filter(made_at__gte=period.start, made_at__lt=period.end)
    return made.order_by("pk")


CHECKPOINTS = Population(
    name="checkpoints",
    title=_("Signed checkpoints"),
    definition=_("Every state of the ledger that its signer signed."),
    membership=_("Signed in the period."),
    model=SignedCheckpoint,
    everything=lambda: SignedCheckpoint.objects.all(),
    members=_checkpoints,
    identity=lambda row: f"checkpoint-{row.pk}",
    moment_of=lambda row: row.made_at,
    attributes=(
        Attribute("size", _("How many entries it stands for."), lambda row: row.size,
                  "audit_signedcheckpoint.size"),
        Attribute("root", _("The root of the tree, in hexadecimal."),
                  lambda row: bytes(row.root).hex(), "audit_signedcheckpoint.root"),
        Attribute("note", _("What was signed, with its signatures."), lambda row: row.note,
                  "audit_signedcheckpoint.note"),
        Attribute("made_at", _("When it was signed."), lambda row: as_json(row.made_at),
                  "audit_signedcheckpoint.made_at"),
    ),
    rows_of=lambda rows: {row.pk: [] for row in rows},
)  # fmt: skip

LOG_POPULATIONS = (SIGN_IN_EVENTS, READ_EVENTS, UNSIGNED_WRITES, CHECKPOINTS)
