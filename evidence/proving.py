"""The nightly proof of the whole ledger, and what it records."""

from collections.abc import Callable, Sequence

from audit.keys import Reading
from audit.services import record_event
from audit.verifying import Flaw, Proof, verify
from evidence.enums import FailureKind
from evidence.services.failures import report_failure, report_recovery


def prove_ledger(notes: Sequence[str] = (), *, told: Callable[[int], None] | None = None) -> Proof:
    """Verify the whole ledger, these checkpoints kept elsewhere with it, in memory that does not
    grow, and note the result; a failure lasts until a later proof finds nothing. `told` hears of
    each portion of leaves how many they were."""
    reading = Reading(notes)
    proof = verify(reading, told=told)
    proof.flaws += [Flaw(None, text) for text in reading.refused]
    flaws = [str(flaw) for flaw in proof.flaws]
    record_event("ledger.verified", size=proof.size, root=proof.root.hex(), flaws=flaws[:20])
    if flaws:
        report_failure(FailureKind.VERIFICATION, "\n".join(flaws))
    else:
        report_recovery(FailureKind.VERIFICATION)
    return proof


def hear_of_reconciliation(first: list[str], count: int) -> None:
    """What the nightly comparison found, as a failure; nothing ends one."""
    if count:
        report_failure(FailureKind.RECONCILIATION, "\n".join(first))
    else:
        report_recovery(FailureKind.RECONCILIATION)
