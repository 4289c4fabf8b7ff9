"""Freezes a population: everything that a pack takes from tables which go on changing, read in one
snapshot and kept as one file. What is built later comes from there and from the ledger alone."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import batched
from pathlib import Path
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.files import File
from django.core.files.storage import storages
from django.utils import translation

from evidence.controls import CONTROLS
from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.models import EvidencePack
from evidence.numbering import gaps_of
from evidence.packs.archive import Folder
from evidence.packs.canonical import document, line, utc
from evidence.packs.counting import counted, members_seen
from evidence.packs.items import TOLD, first_entries
from evidence.packs.keys import epochs_told, keys_told
from evidence.packs.readiness import Snapshot, snapshot
from evidence.populations import POPULATIONS, Population
from evidence.telling import as_json

CHUNK = 500
LATE = timedelta(minutes=15)  # the longest a transaction may take (docs/adr/0009)


@dataclass(frozen=True)
class Frozen:
    """What freezing found: the file, and what the pack's record keeps of it."""

    file: str
    sha256: str
    population_sha256: str
    population_count: int
    ledger_size: int
    facts: dict[str, Any]


def freeze(pack: EvidencePack) -> Frozen:
    """Read the pack's population as its asker sees it. Refused where the period is not sealed and
    signed yet, and where the counts do not add up."""
    population = POPULATIONS[pack.population]
    with (
        tempfile.TemporaryDirectory() as made,
        translation.override(pack.language),
        snapshot(pack.period.end) as view,
    ):
        folder = Folder(Path(made))
        walk = _Walk(pack, population, view)
        folder.add_lines("items.jsonl", walk.items(Path(made) / "rows"))
        member = folder.add("population.jsonl", _read(Path(made) / "rows"), rows=walk.count)
        counts = counted(population, pack.period, pack.asker, walk.count)
        counts.refuse_gap()
        folder.add("sod_report.json", [document(walk.segregation())])
        folder.add("exceptions.json", [document(_exceptions(pack))])
        gaps = [asdict(gap) for gap in gaps_of(population, pack.period)]
        sequence = {"prefix": population.numbered, "first": walk.first, "last": walk.last}
        folder.add("gaps.json", [document({**sequence, "gaps": gaps})])
        folder.add("keys.json", [document(keys_told())])
        folder.add("epochs.json", [document(epochs_told(view.checkpoint.size))])
        folder.add("reconciliation.json", [document(_reconciled(pack, population, walk))])
        facts = {
            "counts": asdict(counts),
            "told_late": walk.told_late,
            "not_in_ledger": walk.unknown,
            "breaches": walk.breaches,
            "gaps": len(gaps),
            **_query(population, pack),
            "snapshot": {"id": view.text, "at": utc(view.at), "database": view.system},
            "period_was_over": view.at >= pack.period.end,
        }
        kept, digest = _keep(folder)
    return Frozen(kept, digest, member.sha256, walk.count, view.checkpoint.size, as_json(facts))


class _Walk:
    """One pass over the members, in chunks, that counts on its way."""

    def __init__(self, pack: EvidencePack, population: Population, view: Snapshot) -> None:
        self.pack, self.population, self.view = pack, population, view
        self.table = population.model._meta.db_table
        self.count = self.told_late = self.unknown = self.breaches = 0
        self.first: str | None = None
        self.last: str | None = None
        self._breaches: dict[str, list[Any]] = {rule.name: [] for rule in population.segregation}

    def items(self, rows: Path) -> Iterator[str]:
        """The lines of items.jsonl; those of the population go into `rows` beside it."""
        members = members_seen(self.population, self.pack.period, self.pack.asker)
        with rows.open("w", encoding="utf-8", newline="\n") as file:
            for chunk in batched(members.iterator(chunk_size=CHUNK), CHUNK):
                yield from self._chunk(list(chunk), file)

    def _chunk(self, items: list[Any], rows: Any) -> Iterator[str]:
        population = self.population
        began = first_entries(
            self.table, (str(item.pk) for item in items), self.view.checkpoint.size
        )
        told_by = population.rows_of(items)
        stories = population.story(items) if population.story else {}
        files = population.attachments(items) if population.attachments else {}
        for item in items:
            row = self._row(item, began.get(str(item.pk)))
            rows.write(f"{line(row)}\n")
            self.count += 1
            self.first, self.last = self.first or row["id"], row["id"]
            self._judge(item, row["id"])
            yield line(
                {
                    "id": row["id"],
                    "rows": told_by.get(item.pk, []),
                    "story": stories.get(item.pk),
                    "attachments": [_attached(one) for one in files.get(item.pk, [])],
                }
            )

    def _row(self, item: Any, began: Any) -> dict[str, Any]:
        moment = self.population.moment_of(item)
        channel = ((began.context or {}).get("channel") or "") if began else ""
        late = bool(began and moment and moment < began.at - LATE)
        self.told_late += late
        self.unknown += began is None
        return {
            "id": self.population.identity(item),
            "relation": self.table,
            "key": str(item.pk),
            "moment": utc(moment) if moment else None,
            "stratum": str(self.population.strata(item)) if self.population.strata else "",
            "recorded_at": utc(began.at) if began else None,
            "told_late": late,
            "told_by": channel if late and channel in TOLD else "",
            "attributes": {
                one.name: as_json(one.value(item))
                for one in self.population.attributes
                if not one.withheld
            },
        }

    def _judge(self, item: Any, id_: str) -> None:
        for rule in self.population.segregation:
            if who := sorted(rule.breaches(item)):
                self._breaches[rule.name].append({"id": id_, "who": who})
                self.breaches += 1

    def segregation(self) -> dict[str, Any]:
        """Every rule, also those that nobody broke."""
        return {
            "rules": [
                {
                    "name": rule.name,
                    "meaning": rule.meaning,
                    "warns_only": rule.warns,
                    "breaches": self._breaches[rule.name],
                }
                for rule in self.population.segregation
            ]
        }


def _attached(attachment: Any) -> dict[str, Any]:
    return {
        "sha256": attachment.sha256,
        "name": attachment.name,
        "type": attachment.content_type,
        "bytes": attachment.size,
        "uploaded_by": attachment.uploaded_by.get_username(),
        "at": utc(attachment.created_at),
        "file": attachment.file.name,
    }


def _exceptions(pack: EvidencePack) -> dict[str, Any]:
    reports = []
    for name in CONTROLS[pack.control].reports:
        if name not in EXCEPTION_REPORTS:  # the catalogue names what an app does not offer yet
            continue
        report = EXCEPTION_REPORTS[name]
        found = report.find(pack.period, pack.asker) if pack.asker else ()
        rows = [{key: value for key, value in asdict(one).items() if key != "url"} for one in found]
        told = {"name": name, "title": report.title, "meaning": report.meaning, "found": rows}
        # Reports answer what somebody may see; at the command line there is nobody.
        reports.append({**told, "was_asked": pack.asker is not None})
    return {"reports": reports}


def _reconciled(pack: EvidencePack, population: Population, walk: _Walk) -> dict[str, Any]:
    source = population.second_source
    return {
        "second_source": source(pack.period) if source else None,
        "items": walk.count,
        "items_without_entry_in_the_ledger": walk.unknown,
        "items_told_late": walk.told_late,
    }


def _query(population: Population, pack: EvidencePack) -> dict[str, Any]:
    try:
        text, params = members_seen(population, pack.period, pack.asker).query.sql_with_params()
    except EmptyResultSet:  # whoever sees nothing of it: the database is not even asked
        text, params = "", ()
    return {
        "query_text": text,
        "query_sha256": sha256(text.encode()).hexdigest(),
        "parameters": [as_json(value) for value in params],
    }


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def _keep(folder: Folder) -> tuple[str, str]:
    with tempfile.TemporaryFile() as made:
        digest = folder.write_zip(made)
        made.seek(0)
        name = f"evidence/{digest[:2]}/{digest}.frozen"
        if storages["default"].exists(name):
            return name, digest
        return storages["default"].save(name, File(made)), digest
