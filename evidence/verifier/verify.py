#!/usr/bin/env python3
"""Verifies an evidence pack without the portal that made it: Python 3.8 or newer, nothing else.

    python3 verify.py PACK.zip [--export-key KEY] [--ledger-key KEY] [--checkpoint FILE]

Without a file it verifies the folder that it lies in, for a pack that was unpacked. Keys that you
give should come from elsewhere than the pack; without them the pack's own are used, and said so.
Exit code 0: everything holds. 1: something does not, and it says what. 2: it cannot be asked so.
"""

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import struct
import sys
import zlib
from collections import Counter
from datetime import datetime, timezone

FORMAT = "evidence-pack/1"
ALGORITHM = "hmac-sha256-rank/1"
CHUNK = 1 << 20
UNSIGNED = ("manifest.json", "manifest.sig")
BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError)

# --- Ed25519 (RFC 8032), verification only -------------------------------------------------------
# This section stands by itself: it needs hashlib, and nothing needs anything else of it than
# `ed25519_verifies`. Checked against the vectors of RFC 8032, section 7.1.

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)


def _recovered(encoded):
    """The point (extended coordinates) of 32 bytes; None where they are none."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


def _added(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _added(total, point)
        point = _added(point, point)
        number >>= 1
    return total


def _encoded(point):
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _recovered((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def ed25519_verifies(public, message, signature):
    """Whether `signature` (64 bytes) over `message` is of the key `public` (32 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    point, s = _recovered(public), int.from_bytes(signature[32:], "little")
    if point is None or s >= _L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    minus = (_P - point[0], point[1], 1, _P - point[3])
    return _encoded(_added(_times(s, _BASE), _times(k, minus))) == signature[:32]


# --- Merkle trees (RFC 6962) ---------------------------------------------------------------------


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def subtrees(start, end):
    """[start, end) as the fewest perfect subtrees."""
    parts = []
    while start < end:
        aligned = start & -start or 1 << end.bit_length()
        width = min(aligned, 1 << ((end - start).bit_length() - 1))
        parts.append((start, start + width))
        start += width
    return parts


class Tree:
    """A tree that grows at its end, in as many hashes as its size has ones in binary."""

    def __init__(self):
        self.size = 0
        self.hashes = []

    def append(self, hash_, width=1):
        """Add a perfect subtree of `width` leaves by its root."""
        hashes, size = self.hashes, self.size // width
        hashes.append(hash_)
        while size & 1:
            right = hashes.pop()
            hashes.append(hashlib.sha256(b"\x01" + hashes.pop() + right).digest())
            size >>= 1
        self.size += width

    def root(self):
        if not self.hashes:
            return hashlib.sha256().digest()
        root = self.hashes[-1]
        for hash_ in reversed(self.hashes[:-1]):
            root = node_hash(hash_, root)
        return root


def consistent_root(old_size, new_size, old_root, path):
    """The larger root that a consistency proof leads to (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        raise ValueError("a tree has leaves, and never fewer than before")
    if old_size == new_size:
        return old_root
    steps = list(path)
    if not old_size & (old_size - 1):
        steps.insert(0, old_root)
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for hash_ in steps[1:]:
        if last == 0:
            raise ValueError("the proof is too long")
        if node & 1 or node == last:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, hash_)
        node, last = node >> 1, last >> 1
    if last or old != old_root:
        raise ValueError("the older ledger is not the beginning of this one")
    return new


# --- Signed notes and checkpoints (C2SP) ---------------------------------------------------------


def decoded(text):
    """Base64 that could not be written another way: a flipped bit is never without effect."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error
    if base64.b64encode(data).decode() != text:
        raise ValueError("not canonical base64")
    return data


def read_key(text):
    """(name, id, public key) of `name+id+key`."""
    name, _plus, rest = text.strip().partition("+")
    id_, _plus, encoded = rest.partition("+")
    data = decoded(encoded)
    expected = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if data[:1] != b"\x01" or len(data) != 33 or expected.hex() != id_:
        raise ValueError(f"{text[:60]!r} is no Ed25519 key as name+id+key")
    return name, expected, data[1:]


def open_note(note, keys):
    """(text, name of who signed) of a note that one of the keys has signed."""
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise ValueError("it is no signed note")
    text += "\n"
    signer = None
    for line in lines[:-1].split("\n"):
        found = re.fullmatch(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})", line)
        if not found:
            raise ValueError("a line of its signatures is none")
        data = decoded(found.group(2))
        for name, id_, public in keys:
            if (name, id_) == (found.group(1), data[:4]):
                if not ed25519_verifies(public, text.encode(), data[4:]):
                    raise ValueError(f"the signature of {name} is wrong")
                signer = name
    if signer is None:
        raise ValueError("none of the known keys has signed it")
    return text, signer


def read_checkpoint(note, keys):
    """(origin, size, root) of a checkpoint that a key has signed which counts for it: a key is of
    one origin, of sizes from `since` to `until`, and up to `last_good` where it was revoked."""
    lines = note.split("\n")
    if len(lines) < 4 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
        raise ValueError("it is no checkpoint")
    origin, size, root = lines[0], int(lines[1]), decoded(lines[2])
    if not origin or len(root) != 32:
        raise ValueError("it is no checkpoint")
    counting = [
        key["read"]
        for key in keys
        if key["read"][0] == origin
        and key["since"] <= size
        and (key["until"] is None or size <= key["until"])
        and (key["revoked"] is None or size <= key["revoked"]["last_good"])
    ]
    open_note(note, counting)
    return origin, size, root


# --- The pack as files ---------------------------------------------------------------------------


class FolderPack:
    """A pack that was unpacked."""

    def __init__(self, root):
        self.root = root
        self.names = set()
        for folder, folders, files in os.walk(root):
            folders[:] = [name for name in folders if name != "__pycache__"]
            for name in files:
                path = os.path.relpath(os.path.join(folder, name), root)
                self.names.add(path.replace(os.sep, "/"))

    def close(self):
        pass

    def check(self, report):
        report.note("an unpacked pack: the ZIP itself was not looked at")

    def chunks(self, name):
        with open(os.path.join(self.root, *name.split("/")), "rb") as file:
            while True:
                chunk = file.read(CHUNK)
                if not chunk:
                    return
                yield chunk


_FULL, _MANY, _DATE = 0xFFFFFFFF, 0xFFFF, 0x0021


class ZipPack:
    """A pack as it was handed over. Its ZIP is stored, sorted and without a clock, so that every
    byte between the files follows from them and can be compared."""

    def __init__(self, path):
        self.file = open(path, "rb")  # noqa: SIM115 -- lives as long as the process
        self.length = os.fstat(self.file.fileno()).st_size
        self.damage = []
        entries = self._central()
        if entries is None:
            self.damage.append("the directory at the end of the ZIP is damaged")
            entries = self._locals()
        self.entries = entries
        self.places = {name: (start, size) for name, _crc, size, _at, start in entries}
        self.names = set(self.places)

    def close(self):
        self.file.close()

    def _at(self, offset, count):
        if offset < 0:
            raise ValueError("too short")
        self.file.seek(offset)
        return self.file.read(count)

    def _central(self):
        """(name, crc, size, offset, start of content) by the directory; None where it is none."""
        try:
            end = self._at(self.length - 22, 22)
            if end[:4] != b"PK\x05\x06":
                return None
            count, length, start = struct.unpack("<HLL", end[10:20])
            if self._at(self.length - 42, 4) == b"PK\x06\x07":
                (at,) = struct.unpack("<Q", self._at(self.length - 34, 8))
                count, length, start = struct.unpack("<QQQ", self._at(at, 56)[32:56])
            if start + length > self.length or count > self.length // 46:
                return None
            data, found, place = self._at(start, length), [], 0
            for _number in range(count):
                head = data[place : place + 46]
                crc, size, told, name_size, extra_size = struct.unpack("<LLLHH", head[16:32])
                (offset,) = struct.unpack("<L", head[42:46])
                name = data[place + 46 : place + 46 + name_size]
                extra = data[place + 46 + name_size : place + 46 + name_size + extra_size]
                wide = [n[0] for n in struct.iter_unpack("<Q", extra[4:])] if extra else []
                if size == _FULL:
                    size = wide.pop(0)
                    wide.pop(0)
                elif size != told:
                    return None
                if offset == _FULL:
                    offset = wide.pop(0)
                begin = offset + 30 + name_size + (20 if size >= _FULL else 0)
                if head[:4] != b"PK\x01\x02" or begin + size > start:
                    return None
                found.append((name.decode("ascii"), crc, size, offset, begin))
                place += 46 + name_size + extra_size
            return found
        except (struct.error, UnicodeDecodeError, IndexError, ValueError):
            return None

    def _locals(self):
        """The same by the headers before the files, as far as they can be read."""
        found, offset = [], 0
        try:
            while self._at(offset, 4) == b"PK\x03\x04":
                head = self._at(offset, 30)
                crc, size, _size, name_size, extra_size = struct.unpack("<LLLHH", head[14:30])
                name = self._at(offset + 30, name_size).decode("ascii")
                begin = offset + 30 + name_size + extra_size
                if extra_size:
                    (size,) = struct.unpack("<Q", self._at(begin - 16, 8))
                if begin + size > self.length:
                    break
                found.append((name, crc, size, offset, begin))
                offset = begin + size
        except (struct.error, UnicodeDecodeError, ValueError):
            pass
        return found

    def check(self, report):
        """Whether every byte of the ZIP that is no file's is what its files ask for."""
        wrong, offset, directory = list(self.damage), 0, b""
        names = [entry[0] for entry in self.entries]
        if names != sorted(set(names)):
            wrong.append("the files of the ZIP are not sorted, or one is there twice")
        for name, crc, size, at, begin in self.entries:
            if at != offset or self._at(offset, begin - at) != _local(name, crc, size):
                wrong.append(f"the header of {name} in the ZIP was altered")
            actual = 0
            for chunk in self.chunks(name):
                actual = zlib.crc32(chunk, actual)
            if actual != crc:
                wrong.append(f"{name}: its checksum in the ZIP is another")
            directory += _central_entry(name, crc, size, offset)
            offset = begin + size
        tail = directory + _end(len(names), len(directory), offset)
        if not self.damage and self._at(offset, self.length - offset) != tail:
            wrong.append("the directory at the end of the ZIP was altered")
        report.all(wrong, "the ZIP holds its %d files and nothing else" % len(names))

    def chunks(self, name):
        start, size = self.places[name]
        while size:
            chunk = self._at(start, min(size, CHUNK))
            if not chunk:
                return
            start += len(chunk)
            size -= len(chunk)
            yield chunk


def _local(name, crc, size):
    large = size >= _FULL
    extra = struct.pack("<HHQQ", 1, 16, size, size) if large else b""
    told = _FULL if large else size
    head = struct.pack(
        "<4sHHHHHLLLHH", b"PK\x03\x04", 45 if large else 20, 0, 0, 0, _DATE, crc, told, told,
        len(name), len(extra),
    )  # fmt: skip
    return head + name.encode() + extra


def _central_entry(name, crc, size, offset):
    numbers = [size, size] if size >= _FULL else []
    if offset >= _FULL:
        numbers.append(offset)
    extra = b""
    if numbers:
        extra = struct.pack("<HH%dQ" % len(numbers), 1, 8 * len(numbers), *numbers)
    version = 45 if numbers else 20
    told = min(size, _FULL)
    head = struct.pack(
        "<4sHHHHHHLLLHHHHHLL", b"PK\x01\x02", 0x0300 | version, version, 0, 0, 0, _DATE, crc, told,
        told, len(name), len(extra), 0, 0, 0, 0o100644 << 16, min(offset, _FULL),
    )  # fmt: skip
    return head + name.encode() + extra


def _end(count, length, start):
    large = b""
    if count >= _MANY or start >= _FULL or length >= _FULL:
        large = struct.pack(
            "<4sQHHLLQQQQ", b"PK\x06\x06", 44, 0x032D, 45, 0, 0, count, count, length, start
        )
        large += struct.pack("<4sLQL", b"PK\x06\x07", 0, start + length, 1)
    few = min(count, _MANY)
    return large + struct.pack(
        "<4sHHHHLLH", b"PK\x05\x06", 0, 0, few, few, min(length, _FULL), min(start, _FULL), 0
    )


# --- What is said --------------------------------------------------------------------------------


class Report:
    """Says each thing that was checked, in the order of checking."""

    def __init__(self, out):
        self.out = out
        self.wrongs = 0

    def ok(self, text):
        print("ok     " + text, file=self.out)

    def note(self, text):
        print("note   " + text, file=self.out)

    def wrong(self, text):
        self.wrongs += 1
        if self.wrongs <= 50:
            print("WRONG  " + text, file=self.out)

    def all(self, wrong, text):
        """Say what is wrong, or that nothing is."""
        for one in wrong:
            self.wrong(one)
        if not wrong:
            self.ok(text)


# --- The checks ----------------------------------------------------------------------------------


class Verifier:
    """Reads a pack once; what one check finds out the next may use."""

    def __init__(self, pack, report, options):
        self.pack, self.report, self.options = pack, report, options
        self.manifest = {}
        self.keys = {"export": [], "ledger": []}
        self.population = []
        self.disclosed = {}  # index: (facts, sides)
        self.sequences = {}  # (table, key): highest sequence seen
        self.first_at = {}  # (table, key): when its first entry was written
        self.members_seen = {}  # key: index, of leaves of which only the envelope stands there
        self.roots = {}  # size: root, for older checkpoints
        self.epochs = []  # (start, origin, what its statement says), oldest first

    def run(self):
        steps = (
            ("the ZIP", self.check_container),
            ("keys.json", self.read_keys),
            ("manifest.json", self.check_manifest),
            ("the files", self.check_files),
            ("population.jsonl", self.check_population),
            ("epochs.json", self.read_epochs),
            ("ledger/entries.jsonl", self.check_ledger),
            ("the population in the ledger", self.check_members),
            ("items", self.check_items),
            ("attachments", self.check_attachments),
            ("sample.json", self.check_sample),
            ("your checkpoint", self.check_older),
        )
        for what, step in steps:
            try:
                step()
            except BROKEN as error:
                self.report.wrong(f"{what} cannot be read: {_told(error)}")

    # Files of the pack

    def read(self, name):
        if name not in self.pack.names:
            raise ValueError(f"{name} is missing")
        return b"".join(self.pack.chunks(name))

    def json(self, name):
        return json.loads(self.read(name).decode("utf-8"))

    def lines(self, name):
        if name not in self.pack.names:
            raise ValueError(f"{name} is missing")
        rest = b""
        for chunk in self.pack.chunks(name):
            parts = (rest + chunk).split(b"\n")
            rest = parts.pop()
            for part in parts:
                yield part
        if rest:
            yield rest

    # Checks

    def check_container(self):
        self.pack.check(self.report)

    def read_keys(self):
        given = {"export": self.options.export_key, "ledger": self.options.ledger_key}
        inside = {}
        try:
            told = self.json("keys.json")
            inside = {"export": [told["export"]], "ledger": told["ledger"]}
        except BROKEN as error:
            if not all(given.values()):
                self.report.wrong(f"keys.json cannot be read: {_told(error)}")
        for key in [] if given["export"] else inside.get("export", []):
            self.report.note("export key taken from the pack, compare it: %s" % key)
        for key in [] if given["ledger"] else inside.get("ledger", []):
            self.report.note("ledger key taken from the pack, compare it: %s" % key["vkey"])
        always = {"since": 0, "until": None, "revoked": None}
        ledger = [dict(always, vkey=text) for text in given["ledger"] or ()]
        self.keys["export"] = [read_key(t) for t in given["export"] or inside.get("export", [])]
        for key in ledger or inside.get("ledger", []):
            self.keys["ledger"].append(dict(key, read=read_key(key["vkey"])))

    def check_manifest(self):
        data = self.read("manifest.json")
        note = self.read("manifest.sig").decode("utf-8")
        try:
            text, signer = open_note(note, self.keys["export"])
        except ValueError as error:
            self.report.wrong(f"manifest.sig: {error}")
            text = signer = None
        self.manifest = json.loads(data.decode("utf-8"))
        reference = self.manifest["bundle_id"]
        expected = f"{FORMAT}\n{reference}\n{hashlib.sha256(data).hexdigest()}\n"
        if text is not None and text != expected:
            self.report.wrong("manifest.json is not what was signed")
        elif text is not None:
            self.report.ok(f"manifest.json of {reference} is signed by {signer}")
        period = self.manifest["period"]
        self.report.note(
            "{}, {}, {} up to {} ({})".format(
                reference,
                self.manifest["control"]["code"],
                period["start"],
                period["end"],
                period["zone"],
            )
        )  # fmt: skip

    def check_files(self):
        wrong, listed = [], set(UNSIGNED)
        for file in self.manifest["files"]:
            name = file["path"]
            listed.add(name)
            if name not in self.pack.names:
                wrong.append(f"{name} is missing")
                continue
            digest, size, lines = hashlib.sha256(), 0, 0
            for chunk in self.pack.chunks(name):
                digest.update(chunk)
                size += len(chunk)
                lines += chunk.count(b"\n")
            if digest.hexdigest() != file["sha256"]:
                wrong.append(f"{name} is not the file of the manifest: another SHA-256")
            if size != file["bytes"]:
                wrong.append("%s has %d bytes, not %s" % (name, size, file["bytes"]))
            if name.endswith(".jsonl") and file["rows"] is not None and lines != file["rows"]:
                wrong.append("%s has %d rows, not %s" % (name, lines, file["rows"]))
        wrong += [f"{name} is not in the manifest" for name in sorted(self.pack.names - listed)]
        self.report.all(wrong, "%d files are those of the manifest" % len(self.manifest["files"]))

    def check_population(self):
        told, digest, wrong, ids = self.manifest["population"], hashlib.sha256(), [], set()
        for line in self.lines("population.jsonl"):
            digest.update(line + b"\n")
            row = json.loads(line.decode("utf-8"))
            if row["id"] in ids:
                wrong.append("population.jsonl: {} is there twice".format(row["id"]))
            ids.add(row["id"])
            self.population.append(
                (row["id"], row["stratum"], row["relation"], row["key"], row["recorded_at"])
            )
        if digest.hexdigest() != told["sha256"]:
            wrong.append("population.jsonl does not have the hash of the population")
        counts = dict(told["counts"])
        total = counts.pop("total")
        if total != sum(counts.values()):
            wrong.append(f"manifest.json: the counts do not add up to {total}")
        if not len(ids) == told["rows"] == counts["exported"]:
            wrong.append(
                "population.jsonl has %d items, the manifest says %s" % (len(ids), told["rows"])
            )
        query = told["query_text"].encode("utf-8")
        if hashlib.sha256(query).hexdigest() != told["query_sha256"]:
            wrong.append("manifest.json: the query is not that of its hash")
        parts = ", ".join(f"{name} {counts[name]}" for name in sorted(counts))
        self.report.all(
            wrong, "the population has %d items; %s; %d in all" % (len(ids), parts, total)
        )

    def read_epochs(self):
        """Where the ledger's name changed; every epoch but the first begins with a statement."""
        wrong = []
        for epoch in self.json("epochs.json"):
            stated = {}
            if epoch["envelope"] is not None:
                facts = json.loads(epoch["envelope"])
                for text in epoch["disclosures"]:
                    _salt, side, name, value = json.loads(text)
                    if side == "after":
                        stated[name] = value
                    if _digest(text) not in facts["sd"]:
                        wrong.append("epochs.json: %s of %s is not what was sealed"
                                     % (name, epoch["origin"]))  # fmt: skip
                if (facts["log"], stated.get("origin")) != (epoch["origin"], epoch["origin"]):
                    wrong.append("epochs.json: the statement of %s is another's" % epoch["origin"])
                stated["leaf"] = leaf_hash(epoch["envelope"].encode("utf-8"))
            elif epoch["start"]:
                wrong.append("epochs.json: %s has no statement" % epoch["origin"])
            self.epochs.append((epoch["start"], epoch["origin"], stated))
            if stated:
                self.report.note(
                    "the ledger went on as %s at entry %d: %s (%s)"
                    % (epoch["origin"], epoch["start"], stated.get("kind"), stated.get("reason"))
                )
        if not self.epochs or self.epochs != sorted(self.epochs, key=lambda one: one[0]):
            wrong.append("epochs.json: the epochs are not in order")
        for text in wrong:
            self.report.wrong(text)

    def check_ledger(self):
        told = self.json("ledger/range.json")
        size, start, end = told["size"], told["start"], told["end"]
        if not 0 <= start <= end <= size:
            raise ValueError("ledger/range.json is no range")
        before = [bytes.fromhex(text) for text in told["before"]]
        after = [bytes.fromhex(text) for text in told["after"]]
        tree, wrong = Tree(), []
        spans = subtrees(0, start)
        if len(spans) != len(before) or len(subtrees(end, size)) != len(after):
            raise ValueError("ledger/range.json has another number of subtrees than it needs")
        self.roots[0] = tree.root()
        for (first, last), hash_ in zip(spans, before):
            tree.append(hash_, last - first)
            self.roots[tree.size] = tree.root()
        self._read_leaves(tree, start, end, wrong)
        for (first, last), hash_ in zip(subtrees(end, size), after):
            if tree.size != first:
                break
            tree.append(hash_, last - first)
            self.roots[tree.size] = tree.root()
        note = self.read("ledger/checkpoint").decode("utf-8")
        origin, signed_size, root = read_checkpoint(note, self.keys["ledger"])
        if (origin, signed_size) != (told["origin"], size):
            wrong.append("ledger/checkpoint is of another ledger or another size")
        if tree.size != size or tree.root() != root:
            wrong.append(
                "the entries and ledger/range.json do not lead to the signed root: "
                "an entry was altered, added or left out"
            )
        if not self.epochs or origin != self.epochs[-1][1]:
            wrong.append("ledger/checkpoint is not of the last epoch of epochs.json")
        if told["root"] != root.hex():
            wrong.append("ledger/range.json names another root than was signed")
        known = self.manifest.get("ledger", {})
        for name in ("origin", "size", "root", "start", "end"):
            if known.get(name) != told[name]:
                wrong.append(f"manifest.json: {name} of the ledger is another")
        self.report.all(
            wrong,
            "entries %d to %d are complete in the ledger %s of %d entries, as signed; "
            "%d show their values" % (start, end - 1, origin, size, len(self.disclosed)),
        )

    def _read_leaves(self, tree, start, end, wrong):
        wanted = self._older_size()
        append, loads = tree.append, json.loads
        index = start
        stated = {begin: one["leaf"] for begin, _origin, one in self.epochs if "leaf" in one}
        for line in self.lines("ledger/entries.jsonl"):
            leaf = loads(line.decode("utf-8"))
            if leaf["index"] != index:
                wrong.append("ledger/entries.jsonl: entry %d is missing" % index)
                return
            if "envelope" in leaf:
                hash_ = leaf_hash(leaf["envelope"].encode("utf-8"))
                self._read_envelope(leaf, wrong)
            else:
                hash_ = bytes.fromhex(leaf["hash"])
                if len(hash_) != 32:
                    raise ValueError("entry %d has no hash" % index)
            if stated.get(index, hash_) != hash_:
                wrong.append("entry %d is not the statement of epochs.json" % index)
            append(hash_)
            index += 1
            if index == wanted:
                self.roots[index] = tree.root()
        if index != end:
            wrong.append("ledger/entries.jsonl ends at entry %d, not %d" % (index - 1, end - 1))

    def _read_envelope(self, leaf, wrong):
        facts, index = json.loads(leaf["envelope"]), leaf["index"]
        digests = set(facts.pop("sd"))
        sides = {"before": {}, "after": {}, "context": {}, "record": {}}
        for text in leaf.get("shown", ()):
            _salt, side, name, value = json.loads(text)
            if _digest(text) not in digests:
                wrong.append("entry %d: %s %s is not what was sealed" % (index, side, name))
            sides[side][name] = value
        logs = [origin for begin, origin, _stated in self.epochs if begin <= index]
        if logs and facts["log"] != logs[-1]:
            wrong.append("entry %d was sealed into %s, not %s" % (index, facts["log"], logs[-1]))
        row = (facts["relation"], facts["key"])
        expected = self.sequences.get(row, 0) + 1
        if facts["sequence"] != expected:
            wrong.append(
                "entry %d is number %s of %s %s, and number %d is missing"
                % (index, facts["sequence"], row[0], row[1], expected)
            )
        if expected == 1:
            self.first_at[row] = facts["at"]
        self.sequences[row] = facts["sequence"]
        if "shown" in leaf:
            self.disclosed[index] = (facts, sides)
        else:
            self.members_seen.setdefault(row, index)

    def check_members(self):
        """Every member has its entries here, and whoever has entries here is a member."""
        wrong, members = [], {(row[2], row[3]): row for row in self.population}
        unknown = 0
        for row, (id_, _stratum, _table, _key, recorded_at) in members.items():
            if recorded_at is None:
                unknown += 1
            elif self.first_at.get(row) != recorded_at:
                wrong.append(f"{id_}: the ledger does not say that it began at {recorded_at}")
        for row, index in self.members_seen.items():
            if row not in members:
                wrong.append(
                    "entry %d tells of %s %s, which population.jsonl does not have"
                    % (index, row[0], row[1])
                )
        if unknown != self.manifest["population"]["not_in_ledger"]:
            wrong.append("manifest.json: another number of items has no entry in the ledger")
        if unknown:
            self.report.note("%d items are older than the ledger and have no entry in it" % unknown)
        late = self.manifest["population"]["told_late"]
        if late:
            self.report.note(
                "%d items were told after the fact; they are labelled told_late" % late
            )
        self.report.all(
            wrong, "every item of the population has its entries, numbered without gaps"
        )

    def check_items(self):
        wrong, used, count = [], set(), 0
        end = self.manifest["period"]["end_utc"]
        for name in sorted(self.pack.names):
            if not re.fullmatch(r"items/[^/]+/record\.json", name):
                continue
            count += 1
            record = self.json(name)
            for row in record["rows"]:
                self._check_row(name, row, end, used, wrong)
        for index in sorted(set(self.disclosed) - used):
            wrong.append("entry %d is of no item's record.json" % index)
        self.report.all(
            wrong,
            "%d items tell %d entries, and each is what the ledger holds" % (count, len(used)),
        )

    def _check_row(self, name, row, end, used, wrong):
        what = (row["relation"], row["key"])
        place = f"{name}: {what[0]} {what[1]}"
        if len(row["versions"]) != self.sequences.get(what):
            wrong.append("%s has %d versions, the ledger %s"
                         % (place, len(row["versions"]), self.sequences.get(what)))  # fmt: skip
        for number, version in enumerate(row["versions"], 1):
            index = version["index"]
            used.add(index)
            if index not in self.disclosed:
                wrong.append(f"{place}: entry {index} is not shown in the ledger")
                continue
            facts, sides = self.disclosed[index]
            same = {
                "relation": what[0], "key": what[1], "sequence": number,
                "operation": version["operation"], "at": version["at"],
                "actor": version["actor"], "role": version["role"],
            }  # fmt: skip
            for field, value in same.items():
                if facts[field] != value:
                    wrong.append("%s: %s of entry %d is another" % (place, field, index))
            if version["sequence"] != number:
                wrong.append("%s: version %d is missing" % (place, number))
            for side in ("before", "after", "context"):
                if sides[side] != version[side]:
                    wrong.append("%s: %s of entry %d is not what was sealed" % (place, side, index))
            if version["told_at"] != _told_at(version):
                wrong.append("%s: entry %d happened at another time" % (place, index))
        if row["state"] != _state_at(row["versions"], end):
            wrong.append(f"{place}: its state does not follow from its versions")

    def check_attachments(self):
        wrong, count, withheld = [], 0, 0
        for name in sorted(self.pack.names):
            if not re.fullmatch(r"items/[^/]+/attachments/index\.json", name):
                continue
            folder, listed = name[: -len("index.json")], {name}
            for one in self.json(name):
                path = folder + one["sha256"]
                listed.add(path)
                if not one["is_in_pack"]:
                    withheld += 1
                elif path not in self.pack.names:
                    wrong.append("{} ({}) is missing".format(path, one["name"]))
                else:
                    count += 1
                    digest = hashlib.sha256()
                    for chunk in self.pack.chunks(path):
                        digest.update(chunk)
                    if digest.hexdigest() != one["sha256"]:
                        wrong.append(
                            "{} ({}) is not the file that was given".format(path, one["name"])
                        )
            here = {path for path in self.pack.names if path.startswith(folder)}
            wrong += [f"{path} is in no index" for path in sorted(here - listed)]
        text = "%d attachments are the files that were given" % count
        self.report.all(wrong, text + (", %d are not in the pack" % withheld if withheld else ""))

    def check_sample(self):
        folders = {name.split("/")[1] for name in self.pack.names if name.startswith("items/")}
        if "sample.json" not in self.pack.names:
            if folders:
                self.report.wrong("there are items, but no sample.json")
            self.report.note("no sample was drawn yet")
            return
        told, wrong = self.json("sample.json"), []
        picks = told["picks"]
        if told["algorithm"] != ALGORITHM:
            raise ValueError("it was drawn by another algorithm: {}".format(told["algorithm"]))
        if told["population_sha256"] != self.manifest["population"]["sha256"]:
            wrong.append("sample.json is of another population")
        if told["seed"]:
            if told["drawn_at"] < self.manifest["population"]["frozen_at"]:
                wrong.append("sample.json: the seed was told before the population was frozen")
            wrong += self._redrawn(told, picks)
        ids = {row[0] for row in self.population}
        wrong += ["sample.json: {} is not in the population".format(pick["id"])
                  for pick in picks if pick["id"] not in ids]  # fmt: skip
        expected = {_folder_name(pick["id"]) for pick in picks}
        wrong += [f"items/{name} is missing" for name in sorted(expected - folders)]
        wrong += [f"items/{name} was not sampled" for name in sorted(folders - expected)]
        kinds = Counter(pick["kind"] for pick in picks)
        parts = ", ".join("%d %s" % (kinds[kind], kind) for kind in sorted(kinds))
        self.report.all(wrong, f"the sample follows from its seed: {parts}")

    def _redrawn(self, told, picks):
        key, prefix = bytes.fromhex(told["seed"]), told["population_sha256"].encode() + b"\0"
        strata = {}
        for id_, stratum, _table, _key, _at in self.population:
            rank = hmac.new(key, prefix + id_.encode("utf-8"), hashlib.sha256).hexdigest()
            strata.setdefault(stratum, []).append((rank, id_))
        order = {name: [id_ for _rank, id_ in sorted(ranks)] for name, ranks in strata.items()}
        sizes = allotted(told["size"], {name: len(ids) for name, ids in order.items()})
        wanted = [id_ for name in sorted(order) for id_ in order[name][: sizes.get(name, 0)]]
        drawn = [pick["id"] for pick in picks if pick["kind"] == "drawn"]
        wrong = [f"sample.json: {id_} was drawn and is not there" for id_ in wanted
                 if id_ not in drawn]  # fmt: skip
        wrong += [f"sample.json: {id_} was not drawn" for id_ in drawn if id_ not in wanted]
        taken = set(drawn)
        for pick in picks:
            here = order.get(pick["stratum"], [])
            if pick["id"] in here and here.index(pick["id"]) + 1 != pick["rank"]:
                wrong.append("sample.json: {} has another rank".format(pick["id"]))
            if pick["kind"] == "replacement":
                next_ = next((id_ for id_ in here if id_ not in taken), None)
                if pick["id"] != next_ or pick["replaces"] not in taken:
                    wrong.append("sample.json: {} is not the next in rank".format(pick["id"]))
            if pick["kind"] not in ("drawn", "replacement", "judgement"):
                wrong.append("sample.json: nobody knows how {} came into it".format(pick["id"]))
            if pick["kind"] != "drawn" and not pick["reason"].strip():
                wrong.append("sample.json: nobody said why {} is in it".format(pick["id"]))
            taken.add(pick["id"])
        return wrong

    def _older_size(self):
        """The size of the checkpoint that the reader holds; None where there is none to read."""
        if not self.options.checkpoint:
            return None
        try:
            return int(self.options.checkpoint.split("\n")[1])
        except (ValueError, IndexError):
            return None

    def check_older(self):
        if not self.options.checkpoint:
            return
        origin, size, root = read_checkpoint(self.options.checkpoint, self.keys["ledger"])
        told = self.json("ledger/range.json")
        names = [name for _start, name, _stated in self.epochs]
        if origin not in names:
            raise ValueError("it is of another ledger, %s" % origin)
        if origin != names[-1]:
            stated = self.epochs[names.index(origin) + 1][2]
            if size > stated["final"]["size"]:
                raise ValueError(
                    "it knows %d entries, and the ledger admits to have signed %d before it went on"
                    % (size, stated["final"]["size"])
                )
            if size > stated["kept"]:
                self.report.note(
                    "your checkpoint of %d entries is of what was lost when the ledger went on as "
                    "%s; %d are kept" % (size, names[names.index(origin) + 1], stated["kept"])
                )
                return
        if size in self.roots:
            same = self.roots[size] == root
        elif self.options.proof:
            path = [bytes.fromhex(text) for text in self.options.proof["hashes"]]
            same = consistent_root(size, told["size"], root, path).hex() == told["root"]
        elif size > told["size"]:
            raise ValueError(
                "it is younger than the pack; take one of {} or less".format(told["size"])
            )
        else:
            raise ValueError(
                "it lies before the pack's entries: ask for the consistency proof from %d to %s "
                "and give it with --proof" % (size, told["size"])
            )
        if same:
            self.report.ok("the ledger continues your checkpoint of %d entries" % size)
        else:
            self.report.wrong("the ledger is NOT the one of your checkpoint of %d entries" % size)


def allotted(size, strata):
    """How many of each stratum a sample takes: by share, largest remainder first, one of each."""
    total = sum(strata.values())
    if not 1 <= size <= total:
        raise ValueError("a sample has between 1 and %d items" % total)
    present = sorted(name for name in strata if strata[name])
    given = {name: 1 if size >= len(present) else 0 for name in present}
    left = size - sum(given.values())
    room = {name: strata[name] - given[name] for name in present}
    every = max(1, sum(room.values()))
    rest = sorted(present, key=lambda name: (-(left * room[name] % every), name))
    for name in present:
        given[name] += left * room[name] // every
    for name in rest[: size - sum(given.values())]:
        given[name] += 1
    return given


def _digest(text):
    """What stands in an envelope for a shown value."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _told(error):
    """An error in words that somebody who did not write this can use."""
    if isinstance(error, KeyError):
        return f"it has no {error}"
    if isinstance(error, (TypeError, AttributeError, IndexError)):
        return "it is not written as a pack writes it"
    return str(error) or type(error).__name__


def _moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def _told_at(version):
    """When it happened: what an import or the demo world says, else when it was written."""
    context = version["context"]
    if context.get("channel") in ("import", "demo") and context.get("at"):
        at = min(_moment(context["at"]), _moment(version["at"]))
        return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return version["at"]


def _state_at(versions, end):
    state = None
    for version in versions:
        if version["told_at"] >= end:
            break
        state = None if version["operation"] == "D" else dict(state or {}, **version["after"])
    return state


def _folder_name(id_):
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}", id_):
        return id_
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", id_)[:60]
    return "{}~{}".format(plain, hashlib.sha256(id_.encode("utf-8")).hexdigest()[:12])


def main(arguments=None, out=None):
    parser = argparse.ArgumentParser(description="Verifies an evidence pack, offline.")
    parser.add_argument("pack", nargs="?", help="the ZIP, or the folder it was unpacked into")
    parser.add_argument(
        "--export-key",
        action="append",
        metavar="KEY",
        help="who signs manifests, as name+id+key, from elsewhere than the pack",
    )
    parser.add_argument(
        "--ledger-key",
        action="append",
        metavar="KEY",
        help="who signs the ledger, as name+id+key, from elsewhere than the pack",
    )
    parser.add_argument(
        "--checkpoint",
        metavar="FILE",
        help="an older checkpoint that you hold, which the ledger must continue",
    )
    parser.add_argument(
        "--proof",
        metavar="FILE",
        help="a consistency proof (JSON with hashes) for a checkpoint before the pack",
    )
    options = parser.parse_args(arguments)
    out = out or sys.stdout
    try:
        if options.checkpoint:
            with open(options.checkpoint, encoding="utf-8") as file:
                options.checkpoint = file.read()
        if options.proof:
            with open(options.proof, encoding="utf-8") as file:
                options.proof = json.load(file)
        for key in (options.export_key or []) + (options.ledger_key or []):
            read_key(key)
        path = options.pack or os.path.dirname(os.path.abspath(__file__))
        pack = FolderPack(path) if os.path.isdir(path) else ZipPack(path)
    except (OSError, ValueError) as error:
        print(f"cannot be asked so: {error}", file=sys.stderr)
        return 2
    report = Report(out)
    try:
        Verifier(pack, report, options).run()
    finally:
        pack.close()
    if report.wrongs:
        print("NOT VERIFIED: %d things are wrong" % report.wrongs, file=out)
        return 1
    print("VERIFIED: nothing is wrong with this pack", file=out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
