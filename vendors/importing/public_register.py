"""The format "act" of contracts: a public register as CSV, with the columns of the Australian
Capital Territory's. Contracts come in as drafts, vendors that are not here as candidates."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Upper

from core.errors import Refused
from records.card_numbers import mask_card_numbers
from records.importing import Batch, Finding, ImportOptions, Outcome, SourceRecord, Unreadable
from vendors.enums import Renewal, VendorTier
from vendors.importing.register import Entry, Oddity, WrongFile, read_register
from vendors.models import Contract, Vendor
from vendors.permissions import may_write_contract, may_write_vendor
from vendors.services.contracts import draft_contract
from vendors.services.vendors import add_vendor

CURRENCY = "AUD"


@dataclass(frozen=True)
class RegisterRow(SourceRecord):
    """A row of the register: what it says, unless an error keeps it out."""

    entry: Entry | None = None
    found: Sequence[Oddity] = ()


class ActContracts:
    """A contract is known again by its number. One that is here is never altered by a file."""

    def __init__(self, options: ImportOptions) -> None:
        self._options = options
        self._currency = (options.currency or CURRENCY).strip().upper()

    def check(self, path: Path) -> int:
        actor = self._options.actor
        if actor is None:
            raise Unreadable("say with --as who drafts the contracts")
        country = self._options.country
        if not (
            may_write_contract(actor, "add", country) and may_write_vendor(actor, "add", country)
        ):
            raise Unreadable(f"{actor.username} does not write contracts in {country}")
        return sum(1 for _row in self._rows(path))

    def records(self, path: Path) -> Iterator[SourceRecord]:
        for entry, found in self._rows(path):
            line, key = (entry.line, entry.number) if entry else (found[0].line, found[0].key)
            told = hashlib.sha256(repr(entry).encode()).hexdigest()
            yield RegisterRow(key, told, [(line, [])], entry, found)

    def bring_in(self, records: Sequence[SourceRecord], *, dry_run: bool) -> Batch:
        rows = [record for record in records if isinstance(record, RegisterRow)]
        entries = [row.entry for row in rows if row.entry]
        here, vendors = _contracts(entries), _vendors(entries)
        batch = Batch()
        for row in rows:
            batch.findings += [_finding(one) for one in row.found]
            if row.entry is None:
                batch.outcomes.append(Outcome.REFUSED)
            elif known := here.get(row.entry.number.upper()):
                self._compare(known, row.entry, batch)
            else:
                self._add(row.entry, vendors, batch, dry_run=dry_run)
        return batch

    def _compare(self, known: Contract, entry: Entry, batch: Batch) -> None:
        is_same = _said(known) == _told(entry)
        batch.outcomes.append(Outcome.PRESENT if is_same else Outcome.CHANGED)
        if not is_same:
            what = f"{known.reference} has this number and says something else"
            batch.findings.append(Finding(entry.line, entry.number, "", "", what, "left as it is"))

    def _add(
        self, entry: Entry, vendors: dict[str, Vendor | None], batch: Batch, *, dry_run: bool
    ) -> None:
        name = entry.vendor.upper()
        is_new = name not in vendors
        try:
            if not dry_run:
                vendors[name] = self._write(entry, vendors.get(name))
        except (Refused, ValidationError) as error:
            what = "; ".join(getattr(error, "messages", None) or [str(error)])
            batch.findings.append(
                Finding(entry.line, entry.number, "", "", what, "left out", is_error=True)
            )
            batch.outcomes.append(Outcome.REFUSED)
            return
        if is_new:
            vendors.setdefault(name, None)
            what, done = "no vendor has this name", "made as a candidate"
            batch.findings.append(
                Finding(entry.line, entry.number, "suppliers", entry.vendor, what, done)
            )
        batch.outcomes.append(Outcome.IMPORTED)

    def _write(self, entry: Entry, vendor: Vendor | None) -> Vendor:
        """The contract as a draft; the vendor stays only where the contract does."""
        actor = self._options.actor
        with transaction.atomic():
            if vendor is None:
                vendor = add_vendor(
                    actor=actor,
                    name=entry.vendor,
                    tier=VendorTier.COMMODITY,
                    country=self._options.country,
                )
            draft_contract(
                actor=actor,
                number=entry.number,
                title=entry.title,
                kind=entry.kind,
                vendor=vendor,
                currency=entry.currency,
                total_value=entry.total_value,
                starts_on=entry.starts_on,
                initial_term=entry.initial_term,
                renewal=Renewal.NONE,
            )
        return vendor

    def _rows(self, path: Path) -> Iterator[tuple[Entry | None, list[Oddity]]]:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from read_register(file, self._currency)
        except WrongFile as error:
            raise Unreadable(str(error)) from None
        except UnicodeDecodeError:
            raise Unreadable("it is not UTF-8") from None
        except (OSError, csv.Error) as error:
            raise Unreadable(f"{getattr(error, 'strerror', None) or error}: {path}") from None


def _contracts(entries: Sequence[Entry]) -> dict[str, Contract]:
    """Those that are here, by number."""
    numbers = [Upper(Value(mask_card_numbers(one.number)[0])) for one in entries]
    rows = Contract.objects.annotate(key=Upper("number")).select_related("vendor")
    return {row.key: row for row in rows.filter(key__in=numbers)}


def _vendors(entries: Sequence[Entry]) -> dict[str, Vendor | None]:
    """Those that are here, by name in capitals."""
    names = [Upper(Value(one.vendor)) for one in entries]
    rows = Vendor.objects.annotate(key=Upper("name")).filter(key__in=names).order_by("-pk")
    return {row.name.upper(): row for row in rows}


def _said(row: Contract) -> tuple[object, ...]:
    money = (row.currency, row.total_value)
    return (row.title, row.vendor.name.upper(), *money, row.starts_on, row.initial_term)


def _told(entry: Entry) -> tuple[object, ...]:
    title, vendor = (mask_card_numbers(text)[0] for text in (entry.title, entry.vendor))
    money = (entry.currency, entry.total_value)
    return (title, vendor.upper(), *money, entry.starts_on, entry.initial_term)


def _finding(one: Oddity) -> Finding:
    return Finding(one.line, one.key, one.column, one.value, one.what, one.done, one.is_error)
