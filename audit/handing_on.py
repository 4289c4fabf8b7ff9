"""Checkpoints as they are handed to witnesses and auditors: with the proof that each continues the
one before. The body is that of a C2SP tlog-witness request (docs/reference/ledger-format.md)."""

from base64 import b64encode

from audit.epochs import Epochs
from audit.keys import told_by
from audit.ledger.merkle import Frontier, consistency_path, subtrees
from audit.models import LedgerEntry, SignedCheckpoint

CHUNK = 10_000
MOST = 5_000_000  # leaves that one proof may read; whoever is further behind takes a step between


class NoProof(ValueError):
    """There is no proof from there: no checkpoint of that size, or it was given up."""


def handed_on(to: SignedCheckpoint, *, since: int = 0) -> str:
    """The body that leads from the checkpoint of size `since` to this one. Raises NoProof."""
    proof = consistency(since, to) if since else []
    lines = [f"old {since}", *(b64encode(hash_).decode() for hash_ in proof)]
    return "\n".join(lines) + f"\n\n{to.note}"


def consistency(since: int, to: SignedCheckpoint) -> list[bytes]:
    """The consistency proof (RFC 9162, 2.1.4) from an older checkpoint to one that is stored. Reads
    the leaves between them and none before: those the older one's frontier stands for."""
    if since > to.size:
        raise NoProof(f"{since} is more than {to.size}")
    old = SignedCheckpoint.objects.filter(size=since).first()
    if old is None:
        raise NoProof(f"no checkpoint of size {since} was signed")
    if Epochs.load(told_by(to.note).origin).is_given_up(told_by(old.note)):
        raise NoProof(f"the checkpoint of size {since} was given up by a statement")
    if to.size - since > MOST:
        raise NoProof(f"more than {MOST} entries lie between")
    roots = [bytes(hash_) for hash_ in old.frontier]
    known = dict(zip(subtrees(0, since), roots, strict=True))
    return [
        known[span] if span in known else _root(*span) for span in consistency_path(since, to.size)
    ]


def _root(start: int, end: int) -> bytes:
    """The root of a subtree by its leaves."""
    tree = Frontier()
    leaves = LedgerEntry.objects.filter(index__gte=start, index__lt=end).order_by("index")
    for hash_ in leaves.values_list("hash", flat=True).iterator(chunk_size=CHUNK):
        tree.append(bytes(hash_))
    if tree.size != end - start:
        raise NoProof("entries are missing")
    return tree.root()
