"""Reads ServiceNow's log of incidents: CSV, a line for every update, those of an incident together.
What is no such file is refused here as a whole, before anything is written."""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from records.importing import SourceRecord, Unreadable

REQUIRED = ("number", "incident_state", "sys_mod_count", "opened_at", "sys_updated_at", "priority")
OPTIONAL = (
    *("reopen_count", "made_sla", "caller_id", "opened_by", "contact_type", "location"),
    *("category", "subcategory", "u_symptom", "cmdb_ci", "impact", "urgency"),
    *("assignment_group", "assigned_to", "problem_id", "rfc", "vendor", "caused_by"),
    *("closed_code", "resolved_by", "resolved_at", "closed_at", "short_description"),
    "description",
)
MISSING = "?"
MAX_CELL = 20_000
MAX_NUMBER = 100


class Header:
    """Where the columns stand; names are compared without capitals and spaces around them."""

    def __init__(self, cells: Sequence[str]) -> None:
        names = [cell.strip().lower() for cell in cells]
        if missing := [name for name in REQUIRED if name not in names]:
            raise Unreadable(
                f"the first line lacks the columns {', '.join(missing)}: is this ServiceNow's"
                " incident log as CSV, with commas and its column names?"
            )
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise Unreadable(f"the first line names these columns twice: {', '.join(twice)[:200]}")
        self.width = len(names)
        self._places = {name: names.index(name) for name in (*REQUIRED, *OPTIONAL) if name in names}

    def cell(self, cells: Sequence[str], name: str) -> str:
        """The text, empty where the log has none."""
        place = self._places.get(name)
        text = cells[place].strip() if place is not None and place < len(cells) else ""
        return "" if text == MISSING else text


def read_header(path: Path) -> Header:
    return next(_lines(path))[2]


def check_file(path: Path) -> tuple[int, frozenset[str]]:
    """How many lines of data, and the numbers whose lines are not together. One pass over the
    whole file: a wrong encoding in its last line is found before the first is written."""
    count, seen, scattered, last = 0, set[str](), set[str](), ""
    for _line, cells, header in _lines(path):
        if cells is None:
            continue
        count += 1
        number = header.cell(cells, "number")
        if number != last:
            if number in seen:
                scattered.add(number)
            seen.add(number)
            last = number
    if not count:
        raise Unreadable("the file has headings, but no lines")
    return count, frozenset(scattered)


def read_records(path: Path) -> Iterator[SourceRecord]:
    """The lines of each number, as long as they follow each other."""
    lines: list[tuple[int, list[str]]] = []
    last = ""
    for line, cells, header in _lines(path):
        if cells is None:
            continue
        number = header.cell(cells, "number")
        if lines and number != last:
            yield _record(last, lines)
            lines = []
        lines.append((line, cells))
        last = number
    if lines:
        yield _record(last, lines)


def _record(number: str, lines: list[tuple[int, list[str]]]) -> SourceRecord:
    told = hashlib.sha256()
    for _line, cells in lines:
        told.update("\x1f".join(cells).encode("utf-8", "surrogatepass") + b"\x1e")
    return SourceRecord(number[:MAX_NUMBER], told.hexdigest(), lines)


def _lines(path: Path) -> Iterator[tuple[int, list[str] | None, Header]]:
    """First the header alone, then every line that says something, by its place in the file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(_storable(file), strict=True)
            header = Header(next(reader, []))
            yield reader.line_num, None, header
            before = reader.line_num
            for cells in reader:
                if any(cells):
                    yield before + 1, cells, header
                before = reader.line_num
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"the file is not UTF-8 (byte 0x{error.object[error.start]:02x})"
        ) from None
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num}: this is no CSV ({error})") from None
    except OSError as error:
        raise Unreadable(f"{error.strerror}: {path}") from None


def _storable(file: Iterable[str]) -> Iterator[str]:
    for place, text in enumerate(file, 1):
        if "\0" in text:
            raise Unreadable(f"line {place} holds a zero byte: this is no text file")
        yield text
