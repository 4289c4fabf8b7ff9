"""The table of contract shapes, as rows."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("contract_shapes.txt")


@dataclass(frozen=True)
class Row:
    begins: date
    first: str
    kind: str
    then: str
    notice: str
    lead: str
    where: str
    nth: int
    starts_on: date
    ends_on: date
    decide_on: date
    by: str

    def __str__(self) -> str:
        return f"{self.begins} {self.first} {self.kind} {self.notice} {self.where} {self.nth}"

    @property
    def country(self) -> str:
        return self.where.strip("+-")

    @property
    def is_rolled(self) -> bool:
        return self.where.endswith("+")


def _row(line: str) -> Row:
    asked, told = line.split("|")
    begins, first, kind, then, notice, lead, where, nth = asked.split()
    starts, ends, decide, by = told.split()
    days = (date.fromisoformat(day) for day in (starts, ends, decide))
    return Row(
        date.fromisoformat(begins), first, kind, then, notice, lead, where, int(nth), *days, by
    )


ROWS = [_row(line) for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
