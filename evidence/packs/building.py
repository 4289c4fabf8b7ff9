"""Builds a pack's file from what was frozen and from the ledger: same inputs, same bytes."""

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import storages
from django.utils import timezone, translation

from audit.ledger.note import Checkpoint
from audit.models import SignedCheckpoint
from evidence.models import EvidencePack
from evidence.packs import views
from evidence.packs.archive import Folder
from evidence.packs.canonical import document
from evidence.packs.frozen_file import COPIED, FrozenFile, frozen_file
from evidence.packs.items import record_of
from evidence.packs.leaves import Shown, indexes_of, lines_of, proof_of, range_of
from evidence.packs.manifest import manifest_of
from evidence.packs.report import report_pdf
from evidence.packs.sample import sample_told
from evidence.packs.signing import signed_manifest
from evidence.populations import POPULATIONS

VERIFIER = Path(__file__).parent.parent / "verifier"


@dataclass(frozen=True)
class Built:
    """The file as it was stored."""

    file: str
    sha256: str
    size: int


def build(
    pack: EvidencePack, advance: Callable[[int], None], total: Callable[[int], None]
) -> Built:
    """Write the pack's file and keep it. `total` hears how many leaves there are to be read,
    `advance` of each that was."""
    with (
        tempfile.TemporaryDirectory() as made,
        translation.override(pack.language),
        timezone.override(pack.zone),
        frozen_file(pack) as frozen,
    ):
        folder = Folder(Path(made))
        _add_population(folder, pack, frozen)
        chosen = _add_items(folder, pack, frozen)
        shown = Shown()
        ledger = _add_ledger(folder, pack, frozen, chosen, shown, advance, total)
        for name in ("verify.py", "VERIFY.md"):
            folder.add(name, [(VERIFIER / name).read_bytes()])
        folder.add("report.pdf", [report_pdf(pack, ledger)])
        text = document(manifest_of(pack, folder, ledger, shown))
        manifest = folder.add("manifest.json", [text])
        note = signed_manifest(pack.reference, manifest.sha256)
        folder.add("manifest.sig", [note.encode()])
        return _keep(folder)


def _add_population(folder: Folder, pack: EvidencePack, frozen: FrozenFile) -> None:
    population = POPULATIONS[pack.population]

    def rows() -> Iterator[str]:
        return frozen.lines_of("population.jsonl")

    count = pack.population_count
    folder.add("population.jsonl", frozen.bytes_of("population.jsonl"), rows=count)
    folder.add("population.csv", views.csv_of(population, rows()), rows=count)
    if count is not None and count <= views.MOST_ROWS:
        folder.add("population.xlsx", views.xlsx_of(population, rows()), rows=count)
    for name in COPIED:
        folder.add(name, frozen.bytes_of(name))


def _add_items(folder: Folder, pack: EvidencePack, frozen: FrozenFile) -> list[int]:
    """The sampled items with their stories and files; the leaves that tell of them."""
    if not pack.seed and not pack.picks.exists():
        return []
    sample = sample_told(pack)
    folder.add("sample.json", [document(sample)], rows=len(sample["picks"]))
    chosen: set[int] = set()
    wanted = frozenset(pick["id"] for pick in sample["picks"])
    withheld = withheld_columns(pack)
    for item in frozen.items(wanted):
        place = f"items/{folder_name(item['id'])}"
        rows = [(table, key) for table, key in item["rows"]]
        record = record_of(item["id"], rows, pack.period.end, pack.ledger_size or 0, withheld)
        folder.add(f"{place}/record.json", [document(record)])
        folder.add(f"{place}/story.json", [document(item["story"])])
        _add_attachments(folder, place, item["attachments"])
        chosen.update(indexes_of(rows, pack.ledger_size or 0))
    return sorted(chosen)


def _add_attachments(folder: Folder, place: str, attachments: list[dict[str, Any]]) -> None:
    """Original bytes, by their hash; one that is lost is named, with what it was."""
    told = []
    for one in attachments:
        path = f"{place}/attachments/{one['sha256']}"
        is_there = storages["default"].exists(one["file"])
        if is_there and path not in folder.members:
            with storages["default"].open(one["file"]) as file:
                folder.add(path, file.chunks())
        known = {name: value for name, value in one.items() if name != "file"}
        told.append({**known, "is_in_pack": is_there})
    folder.add(f"{place}/attachments/index.json", [document(told)])


def _add_ledger(
    folder: Folder,
    pack: EvidencePack,
    frozen: FrozenFile,
    chosen: list[int],
    shown: Shown,
    advance: Callable[[int], None],
    total: Callable[[int], None],
) -> dict[str, Any]:
    """Leaves, proof, checkpoint and keys; what the manifest says of them."""
    size = pack.ledger_size or 0
    table = POPULATIONS[pack.population].model._meta.db_table
    members = frozenset(json.loads(row)["key"] for row in frozen.lines_of("population.jsonl"))
    start, end = range_of(table, members, chosen, pack.period.start, pack.period.end, size)
    total(end - start)
    withheld = withheld_columns(pack)
    lines = lines_of(start, end, chosen, table, members, withheld, shown, advance)
    folder.add_lines("ledger/entries.jsonl", lines)
    proof = proof_of(size, start, end)
    note = SignedCheckpoint.objects.get(size=size).note
    checkpoint = Checkpoint.read(note)
    told = {
        "origin": checkpoint.origin,
        "size": size,
        "root": checkpoint.root.hex(),
        "start": start,
        "end": end,
    }
    before, after = ([hash_.hex() for hash_ in part] for part in (proof.before, proof.after))
    folder.add("ledger/range.json", [document({**told, "before": before, "after": after})])
    folder.add("ledger/checkpoint", [note.encode()])
    counts = {
        "disclosed": shown.disclosed,
        "envelopes": shown.envelopes,
        "hash_only": shown.hashes,
        "restricted": shown.restricted,
    }
    return {**told, **counts}


def withheld_columns(pack: EvidencePack) -> frozenset[str]:
    """`table.column` of what the population withholds."""
    return frozenset(one.source for one in POPULATIONS[pack.population].attributes if one.withheld)


def folder_name(id_: str) -> str:
    """An item's id as the name of a folder. One that had to be altered carries its hash, so that no
    two meet."""
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}", id_):
        return id_
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", id_)[:60]
    return f"{plain}~{sha256(id_.encode()).hexdigest()[:12]}"


def _keep(folder: Folder) -> Built:
    with tempfile.TemporaryFile() as made:
        digest = folder.write_zip(made)
        size = made.tell()
        made.seek(0)
        name = f"evidence/{digest[:2]}/{digest}.zip"
        if not storages["default"].exists(name):
            name = storages["default"].save(name, File(made))
    return Built(name, digest, size)
