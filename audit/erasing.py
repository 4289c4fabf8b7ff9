"""Erasing what history and ledger hold: warrants are carried out by the eraser's role, each in one
transaction, and noted in a list outside of the database that is replayed after a restore.

Who may ask and approve, the apps above decide; the procedure (`audit.erasing_sql`) does the rest.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.storage import storages
from django.db import connection, models
from django.utils import timezone

from audit.erasing_triggers import ERASER_ROLE
from audit.ledger.envelope import Disclosure, digest_of
from audit.models import ErasureKind, ErasureWarrant, LedgerEntry, LegalHold
from audit.roles import connected_as
from audit.sealing import disclosures_of

_log = structlog.get_logger(__name__)


def target_of(record: models.Model, values: dict[str, Any], *, reasons: bool = False) -> Any:
    """One row as a warrant names it: `values` are what takes the place of each column's value;
    with `reasons` the free texts with which it was changed go too."""
    meta = record._meta
    tracked = getattr(record, "history", None)
    columns = {meta.get_field(name).column: value for name, value in values.items()}
    return {
        "relation": meta.db_table,
        "history": tracked.model._meta.db_table if tracked is not None else "",
        "pk": meta.pk.column,
        "key": str(record.pk),
        "values": columns,
        "reasons": reasons,
    }


def is_held(targets: Iterable[dict[str, Any]]) -> bool:
    """Whether a legal hold in force is on any of these rows."""
    held = LegalHold.objects.filter(lifted_at__isnull=True).values_list("relation", "key")
    return bool({(t["relation"], t["key"]) for t in targets} & set(held))


def carry_out_warrants() -> int:
    """Carry out what waits, as the eraser, and bring the list up to date. One that is refused, such
    as for entries that are not sealed yet, stays for the next time. Returns how many were done."""
    done = 0
    waiting = ErasureWarrant.objects.filter(used_at__isnull=True)
    chosen = [(warrant.pk, _digests_of(warrant)) for warrant in waiting.order_by("pk")]
    if chosen:
        with connected_as(ERASER_ROLE):
            for pk, digests in chosen:
                done += _carried_out(pk, digests)
    finish_warrants()
    return done


def finish_warrants() -> None:
    """What a transaction cannot hold: the files' bytes and the list outside of the database. Both
    are done again for every warrant that the list does not know, whatever died when."""
    listed = {line["code"] for line in read_list()}
    used = ErasureWarrant.objects.filter(used_at__isnull=False).select_related(
        "asked_by", "first_by", "second_by"
    )
    for warrant in used.order_by("used_at"):
        if str(warrant.code) not in listed:
            if warrant.kind == ErasureKind.SUPPRESS:
                for name in warrant.files:
                    storages["default"].delete(name)
            _append(_line_of(warrant))


def read_list(path: Path | None = None) -> Iterator[dict[str, Any]]:
    """The lines of the list; a last line that was cut off while it was written does not count."""
    place = path or list_path()
    if not place.exists():
        return
    for text in place.read_text("utf-8").splitlines():
        try:
            yield json.loads(text)
        except ValueError:
            _log.warning("erasure_list_line_cut", path=str(place))


def list_path() -> Path:
    """Outside of the database and of its backup."""
    return Path(settings.VAR_DIR) / "erasures" / "erasures.jsonl"


def replay(lines: Iterable[dict[str, Any]]) -> int:
    """After a restore: have what was erased since erased again. Each line becomes the same warrant
    by the same people; those that the database still knows as carried out are passed over."""
    made = 0
    for line in lines:
        known = ErasureWarrant.objects.filter(code=line["code"]).first()
        if known is None:
            ErasureWarrant.objects.create(
                code=line["code"],
                made_at=timezone.now(),
                **{name: line[name] for name in _LISTED},
            )
            made += 1
    return made


_LISTED = (
    *("request", "kind", "ground", "targets", "files"),
    *("asked_by_id", "first_by_id", "second_by_id"),
)


def _carried_out(pk: int, digests: list[str]) -> int:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_erase(%s, %s)", [pk, digests])
    except Exception as error:
        _log.warning("erasure_refused", warrant=pk, why=str(error).splitlines()[0])
        return 0
    return 1


def _digests_of(warrant: ErasureWarrant) -> list[str]:
    """What stands in the envelopes for the values that go: it stays there, and proves them once
    somebody else shows the value with its salt."""
    found = []
    for target in warrant.targets:
        leaves = LedgerEntry.objects.filter(relation=target["relation"], key=target["key"])
        everything = target["relation"].startswith("event:")
        for leaf in leaves.order_by("index"):
            for text in disclosures_of(leaf):
                one = Disclosure.read(text)
                is_value = one.side in ("before", "after")
                if (is_value and (everything or one.name in target["values"])) or (
                    one.side == "context" and one.name == "reason" and target["reasons"]
                ):
                    found.append(digest_of(text))
    return found


def _line_of(warrant: ErasureWarrant) -> dict[str, Any]:
    told = {name: getattr(warrant, name) for name in _LISTED}
    return {
        "code": str(warrant.code),
        "used_at": warrant.used_at.isoformat() if warrant.used_at else None,
        **told,
    }


def _append(line: dict[str, Any]) -> None:
    place = list_path()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
