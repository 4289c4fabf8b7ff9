"""Reads what was frozen, after its hash has proved that it is what was frozen."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from evidence.models import EvidencePack

_CHUNK = 1 << 20
COPIED = (
    *("sod_report.json", "exceptions.json", "gaps.json", "reconciliation.json"),
    *("keys.json", "epochs.json"),
)
"""What goes into the pack as it was frozen."""


class FrozenFile:
    """The frozen part of a pack, read from its file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def bytes_of(self, name: str) -> Iterator[bytes]:
        with self._archive.open(name) as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def lines_of(self, name: str) -> Iterator[str]:
        with self._archive.open(name) as file:
            for text in file:
                yield text.decode().rstrip("\n")

    def items(self, wanted: frozenset[str]) -> Iterator[dict[str, Any]]:
        """What was frozen of some items, in the order of the population."""
        if wanted:
            for text in self.lines_of("items.jsonl"):
                item = json.loads(text)
                if item["id"] in wanted:
                    yield item


@contextmanager
def frozen_file(pack: EvidencePack) -> Iterator[FrozenFile]:
    """The file of a pack whose population was frozen. Refused where it was altered since."""
    with storages["default"].open(pack.frozen_file) as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != pack.frozen_sha256:
            raise Refused(_("the stored file is not the one that was given"))
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            yield FrozenFile(archive)
