"""Does the ledger prove itself? Reads every leaf once, in order, in memory that does not grow."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from audit.epochs import Epochs
from audit.ledger.envelope import EnvelopeError, opened, sealed
from audit.ledger.merkle import Frontier, leaf_hash
from audit.ledger.note import Checkpoint
from audit.models import LedgerEntry, LedgerHead
from audit.sealing import disclosures_of, facts_of

CHUNK = 2_000


@dataclass(frozen=True)
class Flaw:
    """What is wrong, and at which entry of the ledger; None where it is the whole of it."""

    index: int | None
    text: str

    def __str__(self) -> str:
        return self.text if self.index is None else f"entry {self.index}: {self.text}"


@dataclass
class Proof:
    """What a walk over the ledger has found."""

    size: int = 0
    root: bytes = b""
    flaws: list[Flaw] = field(default_factory=list)
    given_up: list[Checkpoint] = field(default_factory=list)


def verify(
    checkpoints: Iterable[Checkpoint] = (),
    *,
    most: int = 20,
    told: Callable[[int], None] | None = None,
) -> Proof:
    """Recompute every hash and compare it with what stands there, with the sealer's own count and
    with each checkpoint that was signed or kept, given in the order of their sizes; at most so many
    flaws are told. `told` hears of each portion of leaves how many they were."""
    tree, proof = Frontier(), Proof()
    head = LedgerHead.objects.first() or LedgerHead()
    epochs = Epochs.load(head.origin)

    def given_up(checkpoint: Checkpoint) -> Checkpoint:
        if epochs.is_given_up(checkpoint) and len(proof.given_up) < most:
            proof.given_up.append(checkpoint)
        return checkpoint

    leaves = _read(told or (lambda count: None))
    for flaw in _flaws(tree, head, epochs, leaves, map(given_up, checkpoints)):
        proof.flaws.append(flaw)
        if len(proof.flaws) == most:
            break
    proof.size, proof.root = tree.size, tree.root()
    return proof


def _read(told: Callable[[int], None]) -> Iterator[LedgerEntry]:
    leaves = LedgerEntry.objects.order_by("index").iterator(chunk_size=CHUNK)
    while portion := list(islice(leaves, CHUNK)):
        yield from portion
        told(len(portion))


def _flaws(
    tree: Frontier,
    head: LedgerHead,
    epochs: Epochs,
    leaves: Iterator[LedgerEntry],
    wanted: Iterator[Checkpoint],
) -> Iterator[Flaw]:
    waiting = next(wanted, None)
    for leaf in leaves:
        if leaf.index != tree.size:
            yield Flaw(tree.size, "is missing")
            return
        if flaw := epochs.flaw_at(leaf):
            yield Flaw(leaf.index, flaw)
        yield from _flaws_of(leaf, epochs.at(leaf.index).origin)
        tree.append(leaf_hash(leaf.envelope.encode()))
        while waiting is not None and waiting.size <= tree.size:
            if waiting.size and (objection := epochs.objection(waiting, tree.root())):
                yield Flaw(None, objection)
            waiting = next(wanted, None)
    while waiting is not None:
        if waiting.size and (objection := epochs.objection(waiting, None)):
            yield Flaw(None, objection)
        waiting = next(wanted, None)
    if epochs.rows[-1].origin != head.origin or epochs.rows[-1].start >= max(tree.size, 1):
        yield Flaw(None, "the ledger calls itself otherwise than its last epoch")
    if head.size != tree.size or [bytes(hash_) for hash_ in head.frontier] != tree.hashes:
        yield Flaw(None, "the sealer's own count is another")


def _flaws_of(leaf: LedgerEntry, origin: str) -> Iterator[Flaw]:
    """Whether hash, envelope, columns and values of one leaf say the same."""
    if leaf_hash(leaf.envelope.encode()) != bytes(leaf.hash):
        yield Flaw(leaf.index, "its hash is not its envelope's")
    if sealed(facts_of(leaf, origin), disclosures_of(leaf)) == leaf.envelope:
        return  # the sealer would write the same again: nothing needs to be looked at one by one
    try:
        facts, _shown = opened(leaf.envelope, disclosures_of(leaf))
    except EnvelopeError as error:
        yield Flaw(leaf.index, str(error))
        return
    for name, value in facts_of(leaf, origin).items():
        if facts.get(name) != value:
            yield Flaw(leaf.index, f"{name} is not what was sealed")
