"""The nightly proof of the whole ledger, and what it records."""

from audit.keys import Reading
from audit.services import record_event
from audit.verifying import verify
from evidence.enums import FailureKind
from evidence.services.failures import report_failure, report_recovery


def prove_ledger() -> bool:
    """Verify the whole ledger in memory that does not grow, and note the result; a failure lasts
    until a later proof finds nothing."""
    reading = Reading()
    proof = verify(reading)
    flaws = [*map(str, proof.flaws), *reading.refused]
    record_event("ledger.verified", size=proof.size, root=proof.root.hex(), flaws=flaws[:20])
    if flaws:
        report_failure(FailureKind.VERIFICATION, "\n".join(flaws))
    else:
        report_recovery(FailureKind.VERIFICATION)
    return not flaws
