"""The nightly proof of the whole ledger, and what it records."""

from audit import keys
from audit.ledger.note import NoteError
from audit.services import record_event
from audit.verifying import verify
from evidence.enums import FailureKind
from evidence.services.failures import report_failure, report_recovery


def prove_ledger() -> bool:
    """Verify the whole ledger in memory that does not grow, and note the result; a failure lasts
    until a later proof finds nothing."""
    try:
        reading = keys.read_all()
    except NoteError as error:
        flaws, size, root = [str(error)], 0, ""
    else:
        proof = verify(reading.checkpoints)
        flaws = [str(flaw) for flaw in proof.flaws]
        size, root = proof.size, proof.root.hex()
    record_event("ledger.verified", size=size, root=root, flaws=flaws[:20])
    if flaws:
        report_failure(FailureKind.VERIFICATION, "\n".join(flaws))
    else:
        report_recovery(FailureKind.VERIFICATION)
    return not flaws
