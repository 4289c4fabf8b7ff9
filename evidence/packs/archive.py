"""The ZIP of a pack, byte for byte the same for the same files: stored, sorted, without a clock.

Written here rather than by `zipfile`, so that every byte between the files follows from them, and
the verifier can say which one was altered. Layout after PKWARE's APPNOTE 6.3; ZIP64 only where a
number does not fit.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import pack
from typing import IO, Any

DATE = 0x0021  # 1980-01-01, the first day that a ZIP can name
CHUNK = 1 << 20
_FULL, _MANY = 0xFFFFFFFF, 0xFFFF


@dataclass(frozen=True)
class Member:
    """One file of the pack as it lies in its folder until the pack is written."""

    path: str
    sha256: str
    crc32: int
    bytes: int
    rows: int | None = None


class Folder:
    """Collects a pack's files on disk: nothing of them stays in memory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.members: dict[str, Member] = {}

    def add(self, path: str, chunks: Iterable[bytes], *, rows: int | None = None) -> Member:
        """Write a file and remember what it is. ValueError for a path that is there already."""
        if path in self.members or not path.isascii():
            raise ValueError(f"{path} cannot be added")
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, crc, size = hashlib.sha256(), 0, 0
        with target.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                crc = zlib.crc32(chunk, crc)
                size += len(chunk)
        member = Member(path, digest.hexdigest(), crc, size, rows)
        self.members[path] = member
        return member

    def add_lines(self, path: str, lines: Iterable[str]) -> Member:
        """Write lines, and count them."""
        count = 0

        def encoded() -> Iterator[bytes]:
            nonlocal count
            for line in lines:
                count += 1
                yield f"{line}\n".encode()

        member = self.add(path, encoded())
        counted = Member(member.path, member.sha256, member.crc32, member.bytes, count)
        self.members[path] = counted
        return counted

    def write_zip(self, into: IO[bytes]) -> str:
        """The archive over all files, in the order of their paths; its SHA-256."""
        digest = hashlib.sha256()
        offset = 0

        def put(data: bytes) -> None:
            nonlocal offset
            into.write(data)
            digest.update(data)
            offset += len(data)

        placed = []
        for path in sorted(self.members):
            member = self.members[path]
            placed.append((member, offset))
            put(_local_header(member))
            with (self.root / path).open("rb") as file:
                while chunk := file.read(CHUNK):
                    put(chunk)
        start = offset
        for member, where in placed:
            put(_central_header(member, where))
        put(_end(len(placed), offset - start, start))
        return digest.hexdigest()


def _local_header(member: Member) -> bytes:
    name, size = member.path.encode(), member.bytes
    large = size >= _FULL
    extra = pack("<HHQQ", 1, 16, size, size) if large else b""
    told = _FULL if large else size
    version = 45 if large else 20
    return (
        pack("<4sHHHHHLLLHH", b"PK\x03\x04", version, 0, 0, 0, DATE, member.crc32, told, told,
             len(name), len(extra))
        + name + extra
    )  # fmt: skip


def _central_header(member: Member, offset: int) -> bytes:
    name, size = member.path.encode(), member.bytes
    numbers = [n for n in (size, size) if size >= _FULL] + ([offset] if offset >= _FULL else [])
    extra = pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers) if numbers else b""
    version = 45 if numbers else 20
    told = min(size, _FULL)
    return (
        pack("<4sHHHHHHLLLHHHHHLL", b"PK\x01\x02", 0x0300 | version, version, 0, 0, 0, DATE,
             member.crc32, told, told, len(name), len(extra), 0, 0, 0, 0o100644 << 16,
             min(offset, _FULL))
        + name + extra
    )  # fmt: skip


def _end(count: int, length: int, start: int) -> bytes:
    large: Any = b""
    if count >= _MANY or start >= _FULL or length >= _FULL:
        large = pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 0x032D, 45, 0, 0, count, count, length,
                     start)  # fmt: skip
        large += pack("<4sLQL", b"PK\x06\x07", 0, start + length, 1)
    few = min(count, _MANY)
    return large + pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, few, few, min(length, _FULL),
                        min(start, _FULL), 0)  # fmt: skip
