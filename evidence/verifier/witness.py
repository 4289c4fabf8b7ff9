#!/usr/bin/env python3
"""A witness of the audit ledger: one file, Python 3.8 or newer, nothing else.

Run it where the administrators of the ledger cannot reach: internal audit, the auditor, another
company. It fetches checkpoints, believes only keys that you gave it, keeps its own memory, and
refuses a checkpoint that does not continue what it saw before. What it accepts it signs too.

    python3 witness.py init --name witness.example.org
    python3 witness.py trust 'itsm.example/audit-log/1+530d903a+AekyeR...'
    python3 witness.py look https://itsm.example/ledger/checkpoint --token-file token
    python3 witness.py look checkpoint-000000081301.txt
    python3 witness.py look /mnt/worm/checkpoints

Exit code: 0 all is well, 1 REFUSED (keep the folder as it is and tell the auditor), 2 not decided.
The format: docs/reference/ledger-format.md, after C2SP signed-note, tlog-witness, tlog-cosignature.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import sys
import time
import urllib.error
import urllib.request

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


# --- Signing with the witness's own key ----------------------------------------------------------


def ed25519_public(seed):
    return _encoded(_times(_scalar(seed)[0], _BASE))


def ed25519_sign(seed, message):
    """RFC 8032, section 5.1.6. Takes as long as the key has ones: not for a machine that others
    measure."""
    scalar, prefix = _scalar(seed)
    public = ed25519_public(seed)
    nonce = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % _L
    first = _encoded(_times(nonce, _BASE))
    challenge = hashlib.sha512(first + public + message).digest()
    last = (nonce + int.from_bytes(challenge, "little") * scalar) % _L
    return first + last.to_bytes(32, "little")


def _scalar(seed):
    wide = hashlib.sha512(seed).digest()
    number = int.from_bytes(wide[:32], "little")
    return (number & (2**254 - 8)) | 2**254, wide[32:]


class Refused(Exception):
    """The log showed something that does not continue what was seen before."""


class Undecided(Exception):
    """What was given is no checkpoint that could be judged."""


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def consistent_root(old_size, new_size, old_root, path):
    """The root that a consistency proof leads to (RFC 9162, 2.1.4.2)."""
    if old_size == new_size:
        if path:
            raise ValueError("the proof is too long")
        return old_root
    steps = list(path)
    if not old_size & (old_size - 1):
        steps.insert(0, old_root)
    if not steps:
        raise ValueError("the proof is too short")
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ValueError("the proof is too long")
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    if last or old != old_root:
        raise ValueError("what was seen is not its beginning")
    return new


def key_id(name, data):
    return hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]


def read_key(text):
    """(name, id, public key) of `name+id+key`."""
    name, _plus, rest = text.strip().partition("+")
    id_, _plus, encoded = rest.partition("+")
    data = _decoded(encoded)
    if not name or data[:1] != b"\x01" or len(data) != 33 or key_id(name, data).hex() != id_:
        raise Undecided("%r is no key of a log" % text[:80])
    return name, key_id(name, data), data[1:]


def read_body(body):
    """(old size, proof, note) of what is handed on; of a bare note, nothing old."""
    if not body.startswith("old "):
        return 0, [], body
    head, _blank, note = body.partition("\n\n")
    first, *proof = head.split("\n")
    size = first[len("old ") :]
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", size):
        raise Undecided("its first line is wrong")
    return int(size), [_decoded(line) for line in proof], note


def read_note(note, keys):
    """(text, origin, size, root) of a checkpoint that one of the keys has signed."""
    text, blank, lines = note.rpartition("\n\n")
    text += "\n"
    parts = text.split("\n")
    if not blank or len(parts) < 4 or not re.fullmatch(r"[1-9][0-9]{0,18}", parts[1]):
        raise Undecided("it is no checkpoint")
    root = _decoded(parts[2])
    if len(root) != 32:
        raise Undecided("its root has another length")
    for line in lines.strip("\n").split("\n"):
        found = re.fullmatch("\u2014 ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})", line)
        if not found:
            raise Undecided("a line of its signatures is none")
        data = _decoded(found.group(2))
        for name, id_, public in keys:
            if name == parts[0] == found.group(1) and id_ == data[:4]:
                if not ed25519_verifies(public, text.encode(), data[4:]):
                    raise Refused("the signature of %s is wrong" % name)
                return text, parts[0], int(parts[1]), root
    raise Undecided("%s is signed by no key that you trust" % parts[0])


def _decoded(text):
    try:
        return base64.b64decode(text.encode(), validate=True)
    except ValueError:
        raise Undecided("something in it is no base64")


class Witness:
    """A folder: the key, what is trusted, what was seen last of each log, all that was accepted."""

    def __init__(self, folder):
        self.folder = folder
        kept = self._read_text("state.json")
        new = {"name": "", "seed": "", "trusted": [], "seen": {}}
        self.state = json.loads(kept) if kept else new

    def init(self, name):
        if self.state["seed"]:
            raise Undecided("this folder has a key already")
        if not re.fullmatch(r"[^\s+]+", name):
            raise Undecided("a name has no spaces and no plus signs")
        self.state.update(name=name, seed=os.urandom(32).hex())
        self._write("state.json", json.dumps(self.state, indent=1))
        return self.vkey()

    def vkey(self):
        data = b"\x04" + ed25519_public(bytes.fromhex(self.state["seed"]))
        id_ = key_id(self.state["name"], data).hex()
        return "%s+%s+%s" % (self.state["name"], id_, base64.b64encode(data).decode())

    def trust(self, key):
        read_key(key)
        if key.strip() not in self.state["trusted"]:
            self.state["trusted"].append(key.strip())
            self._write("state.json", json.dumps(self.state, indent=1))

    def seen(self):
        """The largest size seen, to ask a server for the proof from there."""
        return max((seen["size"] for seen in self.state["seen"].values()), default=0)

    def look(self, body):
        """Judge one body: None where it is old, else (size, receipt). Raises Refused, Undecided."""
        old, proof, note = read_body(body)
        keys = [read_key(key) for key in self.state["trusted"]]
        try:
            text, origin, size, root = read_note(note, keys)
            return self._judge(text, origin, size, root, old, proof, note)
        except Refused as error:
            kept = "refused/%d.txt" % time.time_ns()
            self._write(kept, body)
            raise Refused("%s (kept as %s)" % (error, kept))

    def _judge(self, text, origin, size, root, old, proof, note):
        seen = self.state["seen"].get(origin)
        place = "checkpoints/%s/%012d.txt" % (re.sub(r"[^\w.-]", "_", origin), size)
        before = self._read_text(place)
        if before is not None and before.split("\n")[2] != text.split("\n")[2]:
            raise Refused("%s showed two trees of %d entries" % (origin, size))
        if seen and size < seen["size"]:
            return None
        if seen and size == seen["size"]:
            if root.hex() != seen["root"]:
                raise Refused("%s showed two trees of %d entries" % (origin, size))
            return None
        if seen:
            if old != seen["size"]:
                raise Undecided("%d was seen; a proof from there is needed" % seen["size"])
            try:
                reached = consistent_root(old, size, bytes.fromhex(seen["root"]), proof)
            except ValueError as error:
                raise Refused("%s does not continue %d entries: %s" % (origin, old, error))
            if reached != root:
                raise Refused("%s does not continue the %d entries seen" % (origin, old))
        # Remembered before it is signed: a witness never signs what it could forget.
        self._write(place, note)
        self.state["seen"][origin] = {"size": size, "root": root.hex()}
        self._write("state.json", json.dumps(self.state, indent=1))
        return size, self._sign(text)

    def _sign(self, text):
        """A cosignature line (algorithm 4); the note itself where this witness has no key."""
        if not self.state["seed"]:
            return "stored\n"
        seed, name, now = bytes.fromhex(self.state["seed"]), self.state["name"], int(time.time())
        data = b"\x04" + ed25519_public(seed)
        message = "cosignature/v1\ntime %d\n%s" % (now, text)
        signed = key_id(name, data) + now.to_bytes(8, "big") + ed25519_sign(seed, message.encode())
        return "\u2014 %s %s\n" % (name, base64.b64encode(signed).decode())

    def _read_text(self, name):
        try:
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def _write(self, name, text):
        """On the disk before it has its name."""
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        new = path + ".new"
        with open(
            os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)


def bodies(source, witness, token):
    """The bodies of a file, of all files of a folder (the smallest first), or of an address."""
    if re.match(r"https?://", source):
        try:
            yield _fetch(urllib.request.Request("%s?from=%d" % (source, witness.seen())), token)
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise
            # No proof from there: a new epoch, or something to be refused.
            yield _fetch(urllib.request.Request(source), token)
    elif os.path.isdir(source):
        found = []
        for folder, _folders, names in os.walk(source):
            found += [os.path.join(folder, name) for name in names if name.endswith(".txt")]
        for path in sorted(found, key=os.path.basename):
            with open(path, encoding="utf-8") as file:
                yield file.read()
    else:
        with open(source, encoding="utf-8") as file:
            yield file.read()


def _fetch(request, token):
    if token:
        request.add_header("Authorization", "Bearer " + token)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read(10_000_000).decode("utf-8")


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--dir", default="witness", help="the witness's folder (witness)")
    ways = parser.add_subparsers(dest="way", required=True)
    init = ways.add_parser("init", help="make a key to cosign with, and print its public half")
    init.add_argument("--name", required=True)
    ways.add_parser("trust", help="believe a key of a log").add_argument("key")
    look = ways.add_parser("look", help="judge what is there")
    look.add_argument("source", help="a file, a folder or an address")
    look.add_argument("--token-file", help="a file with the token for the address")
    look.add_argument("--receipts", help="the address that takes receipts; else they are printed")
    given = parser.parse_args(arguments)
    witness = Witness(given.dir)
    try:
        if given.way == "init":
            print(witness.init(given.name))
        elif given.way == "trust":
            witness.trust(given.key)
        else:
            return _look(witness, given)
    except Refused as error:
        print("REFUSED: %s" % error, file=sys.stderr)
        return 1
    except (Undecided, OSError) as error:
        print("not decided: %s" % error, file=sys.stderr)
        return 2
    return 0


def _look(witness, given):
    token = ""
    if given.token_file:
        with open(given.token_file, encoding="utf-8") as file:
            token = file.read().strip()
    for body in bodies(given.source, witness, token):
        judged = witness.look(body)
        if judged is None:
            continue
        size, receipt = judged
        print("accepted: %d entries" % size)
        if given.receipts:
            address = "%s?size=%d" % (given.receipts, size)
            _fetch(urllib.request.Request(address, data=receipt.encode(), method="POST"), token)
        else:
            print(receipt, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
