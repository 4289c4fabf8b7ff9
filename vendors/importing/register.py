"""A register of contracts as CSV, row by row: what each row says, and what is odd about it.

Columns as the public register of the Australian Capital Territory has them. Pure: rows of text in,
facts and oddities out. A row with an error keeps no other row out.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from vendors.enums import ContractKind
from vendors.money import MOST, is_currency, smallest
from vendors.terms import first_day_after
from vendors.terms.durations import DAY, MOST_MONTHS

NEEDED = ("contract_number", "title", "execution_date", "expiry_date", "amount", "suppliers")
LONGEST = {"contract_number": 60, "title": 200, "suppliers": 150}
MOST_CELL = 100_000
_KINDS = {"panel": ContractKind.MASTER}


class WrongFile(Exception):
    """The file as a whole is no such register."""


@dataclass(frozen=True)
class Oddity:
    """Something odd about a row, and what was done about it. An error keeps the row out."""

    line: int
    key: str
    column: str
    value: str
    what: str
    done: str = ""
    is_error: bool = False


@dataclass(frozen=True)
class Entry:
    """What a row says of a contract; its term is as long as from its first to its last day."""

    line: int
    number: str
    title: str
    vendor: str
    kind: str
    currency: str
    total_value: Decimal
    starts_on: date
    ends_on: date

    @property
    def initial_term(self) -> str:
        """Whole months where the days are some, else days."""
        return term_between(self.starts_on, self.ends_on)


@dataclass
class _Row:
    """One row while it is read: its cells, and what was found."""

    line: int
    cells: dict[str, str]
    found: list[Oddity] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.cells.get("contract_number", "")[:60]

    def note(self, column: str, what: str, done: str) -> None:
        self.found.append(self._oddity(column, what, done, is_error=False))

    def refuse(self, column: str, what: str) -> None:
        self.found.append(self._oddity(column, what, "left out", is_error=True))

    def _oddity(self, column: str, what: str, done: str, *, is_error: bool) -> Oddity:
        value = self.cells.get(column, "")[:80]
        return Oddity(self.line, self.key, column, value, what, done, is_error)


def read_register(
    lines: Iterable[str], currency: str
) -> Iterator[tuple[Entry | None, list[Oddity]]]:
    """Each row as an entry (none where it has an error) and its oddities. `line` is the one on
    which the row ends. WrongFile where columns are missing or it is no CSV."""
    if not is_currency(currency):
        raise WrongFile(f"{currency} is no currency")
    rows = csv.reader(lines, strict=True)
    seen: dict[str, int] = {}
    try:
        heading = [name.strip().lstrip("\ufeff").lower() for name in next(rows, [])]
        if missing := [name for name in NEEDED if name not in heading]:
            raise WrongFile(f"no column {', '.join(missing)}")
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield _read(rows.line_num, heading, cells, currency, seen)
    except csv.Error as error:
        raise WrongFile(f"line {rows.line_num}: {error}") from error


def term_between(starts_on: date, ends_on: date) -> str:
    """How long it is from one day to another, both included, as ISO 8601."""
    after = ends_on + DAY
    months = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    for count in (months - 1, months):
        if 0 < count <= MOST_MONTHS and first_day_after(starts_on, count) == after:
            return f"P{count}M"
    return f"P{(after - starts_on).days}D"


def _read(
    line: int, heading: list[str], cells: list[str], currency: str, seen: dict[str, int]
) -> tuple[Entry | None, list[Oddity]]:
    row = _Row(line, dict(zip(heading, (_plain(cell) for cell in cells), strict=False)))
    if len(cells) != len(heading):
        row.refuse("contract_number", f"{len(cells)} cells where the heading has {len(heading)}")
        return None, row.found
    if any("\n" in cell.strip() or "\r" in cell.strip() for cell in cells):
        row.note("title", "a cell of several lines", "joined into one")
    number, title, vendor = (_text(row, name) for name in ("contract_number", "title", "suppliers"))
    starts_on, ends_on = _day(row, "execution_date"), _day(row, "expiry_date")
    if starts_on and ends_on and ends_on < starts_on:
        row.refuse("expiry_date", "it ends before it starts")
    amount = _amount(row, currency)
    if number:
        first = seen.setdefault(number.upper(), line)
        if first != line:
            row.refuse("contract_number", f"the number stands on line {first} too")
    if any(one.is_error for one in row.found) or not (starts_on and ends_on):
        return None, row.found
    kind = next(
        (k for word, k in _KINDS.items() if word in row.cells.get("contract_type", "").lower()),
        ContractKind.SERVICE,
    )
    entry = Entry(line, number, title, vendor, kind, currency, amount, starts_on, ends_on)
    return entry, row.found


def _plain(cell: str) -> str:
    """One line, single spaces, nothing that does not print."""
    shown = "".join(char if char.isprintable() else " " for char in cell[:MOST_CELL])
    return " ".join(shown.split())


def _text(row: _Row, column: str) -> str:
    text = row.cells[column]
    if not text:
        row.refuse(column, "nothing stands there")
    elif len(text) > LONGEST[column]:
        if column != "title":
            row.refuse(column, f"longer than {LONGEST[column]} characters")
        else:
            row.note(column, f"longer than {LONGEST[column]} characters", "cut")
    return text[: LONGEST[column]]


def _day(row: _Row, column: str) -> date | None:
    try:
        day = date.fromisoformat(row.cells[column])
    except ValueError:
        row.refuse(column, "no day, such as 2026-01-31")
        return None
    if not 1990 <= day.year <= 2090:
        row.refuse(column, "a day before 1990 or after 2090")
        return None
    return day


def _amount(row: _Row, currency: str) -> Decimal:
    text = row.cells["amount"].replace(",", "")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        row.refuse("amount", "no amount")
        return Decimal(0)
    if not amount.is_finite() or abs(amount) > MOST:
        row.refuse("amount", "no amount")
        return Decimal(0)
    if amount < 0:
        row.refuse("amount", "a negative amount")
    elif amount == 0:
        row.note("amount", "worth nothing", "taken as it stands")
    exact = amount.quantize(smallest(currency))
    if exact != amount:
        row.note("amount", "finer than the currency's smallest coin", f"rounded to {exact}")
    return exact
