"""The format "servicenow" of incidents: the log of all updates as CSV."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from incidents.importing.parties import Parties
from incidents.importing.replaying import Log
from incidents.importing.servicenow_file import check_file, read_header, read_records
from incidents.importing.told import ToldIncident
from incidents.importing.writing import write_incidents
from incidents.models import IncidentSource
from records.importing import Batch, Finding, ImportOptions, Outcome, SourceRecord

SYSTEM = "servicenow"


class ServiceNowIncidents:
    """An incident is known again by its number. One that is here is never altered by a file."""

    def __init__(self, options: ImportOptions) -> None:
        self._options = options
        self._parties = Parties(options)
        self._scattered: frozenset[str] = frozenset()

    def check(self, path: Path) -> int:
        self._parties.check()
        count, self._scattered = check_file(path)
        self._header = read_header(path)
        return count

    def records(self, path: Path) -> Iterator[SourceRecord]:
        return read_records(path)

    def bring_in(self, records: Sequence[SourceRecord], *, dry_run: bool) -> Batch:
        here = IncidentSource.objects.filter(system=SYSTEM, key__in=[r.key for r in records])
        known = dict(here.values_list("key", "fingerprint"))
        batch, fresh, now = Batch(), list[ToldIncident](), timezone.now()
        found: list[list[Finding]] = []
        for record in records:
            told = self._read(record, known, now, batch)
            if told is None:
                continue
            found.append(told.findings)
            if told.is_refused:
                batch.outcomes.append(Outcome.REFUSED)
            else:
                batch.outcomes.append(Outcome.IMPORTED)
                fresh.append(told)
        if fresh and not dry_run:
            write_incidents(fresh, self._parties, system=SYSTEM, actor=self._options.actor)
        batch.findings += [finding for findings in found for finding in findings]
        return batch

    def _read(
        self, record: SourceRecord, known: dict[str, str], now: datetime, batch: Batch
    ) -> ToldIncident | None:
        """What the log tells of an incident that is not here; else the outcome is noted."""
        line = record.lines[0][0]
        if record.key in self._scattered:
            what, done = "its lines are not together in the file", "not imported"
            batch.findings.append(Finding(line, record.key, "number", "", what, done, True))
            batch.outcomes.append(Outcome.REFUSED)
            return None
        if record.key in known:
            is_same = known[record.key] == record.fingerprint
            if not is_same:
                what = "imported before, and this file tells something else"
                batch.findings.append(Finding(line, record.key, "", "", what, "left as it is"))
            batch.outcomes.append(Outcome.PRESENT if is_same else Outcome.CHANGED)
            return None
        return Log(record, self._header, self._options.zone, now).read()
