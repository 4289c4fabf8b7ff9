"""The report of an import: a line for everything odd, where it stands and what was done about it.
It is written while the import runs, so that it holds what was found when one is killed."""

import csv
from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from records.importing.contract import Finding
from records.tables import safe_cell

COLUMNS = ("line", "number", "column", "value", "severity", "what", "done")
SHOWN = 200  # characters of a cell


class Report:
    """Counts findings by what they say, and writes them to a file where there is one."""

    def __init__(self, file: TextIO | None = None) -> None:
        self.counts: Counter[tuple[bool, str]] = Counter()
        self.errors: list[Finding] = []
        self._writer = csv.writer(file) if file else None
        if self._writer:
            self._writer.writerow(COLUMNS)

    def add(self, findings: Iterable[Finding]) -> None:
        for found in findings:
            self.counts[found.is_error, found.what] += 1
            if found.is_error and len(self.errors) < 20:
                self.errors.append(found)
            if self._writer:
                severity = "error" if found.is_error else "note"
                told = (found.key, found.column, found.value, severity, found.what, found.done)
                self._writer.writerow([found.line, *(safe_cell(text[:SHOWN]) for text in told)])
