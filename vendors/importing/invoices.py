"""Invoices and credit notes from a CSV file, one on each row, for `import_records --kind invoice`.

Columns: number, kind, vendor, entity, contract, currency, amount, issued_on, cost_centre, category.
A row with an error keeps no other row out; a second run of the same file changes nothing.
"""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation

from core.errors import Refused
from people.models import Subsidiary
from records.importing import Batch, Finding, ImportOptions, Outcome, SourceRecord, Unreadable
from vendors.models import Contract, Invoice, Vendor
from vendors.opex.enums import InvoiceKind, SpendCategory

COLUMNS = (
    *("number", "kind", "vendor", "entity", "contract", "currency", "amount", "issued_on"),
    *("cost_centre", "category"),
)


class InvoiceFile:
    """The rows of a CSV file in UTF-8, each an invoice or a credit note."""

    def __init__(self, options: ImportOptions) -> None:
        self._actor = options.actor
        self._seen: dict[tuple[str, str], int] = {}

    def check(self, path: Path) -> int:
        """How many rows there are. Unreadable where columns are missing or it is no CSV."""
        return sum(1 for _row in self.records(path))

    def records(self, path: Path) -> Iterator[SourceRecord]:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(file, strict=True)
                heading = [name.strip().lower() for name in next(rows, [])]
                if missing := [name for name in COLUMNS if name not in heading]:
                    raise Unreadable(f"no column {', '.join(missing)}")
                where = [heading.index(name) for name in COLUMNS]
                for cells in rows:
                    if any(cell.strip() for cell in cells):
                        told = [cells[at] if at < len(cells) else "" for at in where]
                        print_ = hashlib.sha256("\0".join(told).encode()).hexdigest()
                        yield SourceRecord(told[0].strip(), print_, [(rows.line_num, told)])
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise Unreadable(str(error)) from error

    def bring_in(self, records: Sequence[SourceRecord], *, dry_run: bool) -> Batch:
        batch = Batch()
        for record in records:
            line, cells = record.lines[0]
            row = dict(zip(COLUMNS, (" ".join(cell.split()) for cell in cells), strict=True))
            try:
                outcome = self._bring_in(line, row, dry_run)
            except _Wrong as wrong:
                column, what = wrong.args
                finding = Finding(line, row["number"], column, row.get(column, ""), what,
                                  "left out", is_error=True)  # fmt: skip
                batch.findings.append(finding)
                outcome = Outcome.REFUSED
            batch.outcomes.append(outcome)
        return batch

    def _bring_in(self, line: int, row: dict[str, str], dry_run: bool) -> Outcome:
        facts = self._facts(row)
        key = (facts["vendor"].name, facts["number"].upper())
        if self._seen.setdefault(key, line) != line:
            raise _Wrong("number", f"the number stands on line {self._seen[key]} too")
        there = Invoice.objects.filter(vendor=facts["vendor"], number__iexact=facts["number"])
        if found := there.first():
            if any(getattr(found, name) != value for name, value in facts.items()):
                raise _Wrong("number", "there is another invoice of this vendor with this number")
            return Outcome.PRESENT
        if not dry_run:
            self._write(facts)
        return Outcome.IMPORTED

    def _write(self, facts: dict[str, Any]) -> None:
        from vendors.services.spending import record_invoice  # services import this app's readers

        try:
            with translation.override("en"):
                record_invoice(actor=self._actor, **facts)
        except ValidationError as error:
            told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            column, texts = next(iter(told.items()))
            raise _Wrong(column, " ".join(map(str, texts))) from error
        except Refused as error:
            raise _Wrong("entity", str(error)) from error

    def _facts(self, row: dict[str, str]) -> dict[str, Any]:
        if not row["number"]:
            raise _Wrong("number", "nothing stands there")
        vendors = Vendor.objects.all()
        contracts = Contract.objects.all()
        if self._actor is not None:
            vendors = vendors.visible_to(self._actor)
            contracts = contracts.visible_to(self._actor)
        vendor = _one(vendors, row, "vendor", "reference", "name")
        facts: dict[str, Any] = {
            "number": row["number"],
            "kind": _choice(InvoiceKind, row, "kind", InvoiceKind.INVOICE),
            "vendor": vendor,
            "entity": _one(Subsidiary.objects.all(), row, "entity", "name"),
            "contract": None,
            "currency": row["currency"].upper(),
            "amount": _amount(row),
            "issued_on": _day(row),
            "cost_centre": row["cost_centre"],
            "category": _choice(SpendCategory, row, "category", ""),
        }
        if row["contract"]:
            facts["contract"] = _one(contracts, row, "contract", "reference", "number")
            if facts["contract"].currency != facts["currency"]:
                raise _Wrong("currency", f"the contract is in {facts['contract'].currency}")
        return facts


class _Wrong(Exception):
    """Of a row: the column, and what is wrong with it."""


def _one(rows: Any, row: dict[str, str], column: str, *names: str) -> Any:
    for name in names:
        if row[column] and (found := rows.filter(**{f"{name}__iexact": row[column]}).first()):
            return found
    raise _Wrong(column, "there is none of this name")


def _choice(choices: Any, row: dict[str, str], column: str, default: str) -> str:
    said = row[column].lower() or default
    if said not in choices.values:
        raise _Wrong(column, f"none of {', '.join(choices.values)}")
    return str(said)


def _amount(row: dict[str, str]) -> Decimal:
    try:
        amount = Decimal(row["amount"].replace(",", ""))
    except InvalidOperation:
        raise _Wrong("amount", "no amount") from None
    if not amount.is_finite():
        raise _Wrong("amount", "no amount")
    if amount <= 0:
        raise _Wrong("amount", "a negative amount, or none; credit notes are a kind of their own")
    return amount


def _day(row: dict[str, str]) -> date:
    try:
        return date.fromisoformat(row["issued_on"])
    except ValueError:
        raise _Wrong("issued_on", "no day, such as 2026-01-31") from None
