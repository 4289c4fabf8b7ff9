"""The population as tables for people: CSV and XLSX. Never what a hash is computed over."""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from evidence.populations import Population
from records.tables import TableFormat, csv_lines, write_table

MOST_ROWS = 100_000  # of an XLSX; longer populations have their CSV
_CHUNK = 1 << 20
_CORE = (
    b'<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties xmlns:cp="http://schemas.'
    b'openxmlformats.org/package/2006/metadata/core-properties"/>'
)


def csv_of(population: Population, lines: Iterable[str]) -> Iterator[bytes]:
    for text in csv_lines(_table(population, lines)):
        yield text.encode()


def xlsx_of(population: Population, lines: Iterable[str]) -> Iterator[bytes]:
    """The same as a workbook. The library writes the clock into it: its parts are packed anew."""
    with tempfile.TemporaryFile() as made, tempfile.TemporaryFile() as fixed:
        write_table(_table(population, lines), TableFormat.XLSX, made)
        _without_clock(made, fixed)
        fixed.seek(0)
        while chunk := fixed.read(_CHUNK):
            yield chunk


def _table(population: Population, lines: Iterable[str]) -> Iterator[list[Any]]:
    names = [one.name for one in population.attributes if not one.withheld]
    yield ["id", "key", "moment", "stratum", "recorded_at", "told_late", *names]
    for text in lines:
        row = json.loads(text)
        told = [row[name] for name in ("id", "key", "moment", "stratum", "recorded_at")]
        yield [*told, row["told_late"], *(_cell(row["attributes"].get(name)) for name in names)]


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def _without_clock(made: IO[bytes], fixed: IO[bytes]) -> None:
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in sorted(source.namelist()):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            with source.open(name) as part, target.open(info, "w") as copy:
                if name == "docProps/core.xml":
                    copy.write(_CORE)
                    continue
                while chunk := part.read(_CHUNK):
                    copy.write(chunk)
