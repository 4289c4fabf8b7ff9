"""How a drill is written and told: the case, what was done, what caught it, or that nothing did."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from audit.context import acting
from audit.ledger.envelope import sealed
from audit.ledger.merkle import Frontier, leaf_hash
from audit.ledger.note import Checkpoint, opened
from audit.models import LedgerEntry, LedgerHead, SignedCheckpoint
from audit.roles import SIGNER_ROLE, connected_as
from audit.sealing import disclosures_of, facts_of
from audit.verifying import verify
from people.models import Team
from tests.audit.tampering import seal_all, tamper

LEAVES, HEAD, NOTES = "audit_ledgerentry", "audit_ledgerhead", "audit_signedcheckpoint"

PROPERTY = "drill"


def drill(case: str, done: str, *, caught_by: str = "", residual: str = "") -> Callable[..., Any]:
    """Marks a test as the drill of a case of the failure analysis (docs/threat-model.md).

    It passes where the case behaves as stated; of a residual that means: it goes unnoticed.
    """
    result = f"RESIDUAL: {residual}" if residual else f"caught by {caught_by}"
    return pytest.mark.drill((case, done, result))


def table(told: list[tuple[str, str, str, str]]) -> list[str]:
    """The report: case, what was done, what caught it, and whether that is so."""
    lines = []
    for case, done, result, outcome in told:
        sign = "ok" if outcome == "passed" else "NOT SO"
        lines += [f"{case:>4}  {done}", f"      {sign}: {result}"]
    return lines


def sign(signer):
    """Seal and sign; the checkpoint, as somebody outside may keep it."""
    seal_all()
    with connected_as(SIGNER_ROLE):
        signer.sign()
    note = SignedCheckpoint.objects.order_by("-size").first().note
    return Checkpoint.read(opened(note, [signer.public_key()])[0])


def rename(founded, name):
    with acting(actor=founded.admin, action="team.edit"):
        Team.objects.filter(slug="core-platform").update(name=name)


def flaws(*checkpoints):
    return [str(flaw) for flaw in verify(checkpoints).flaws]


def leaf_of(founded):
    found = LedgerEntry.objects.filter(relation="people_team", key=str(founded.core_platform.pk))
    return found.order_by("-index").first()


def rebuild():
    """Make all hashes fit what stands in the ledger, and the sealer's count with them."""
    head, tree = LedgerHead.objects.get(), Frontier()
    for index, leaf in enumerate(LedgerEntry.objects.order_by("index")):
        was, leaf.index = leaf.index, index
        leaf.envelope = sealed(facts_of(leaf, head.origin), disclosures_of(leaf))
        leaf.hash = leaf_hash(leaf.envelope.encode())
        tree.append(leaf.hash)
        values = {"index": index, "envelope": leaf.envelope, "hash": leaf.hash}
        LedgerEntry.objects.filter(index=was).update(**values)
    LedgerHead.objects.update(size=tree.size, frontier=tree.hashes)


def rewrite_history(statement):
    """As an administrator of the server: alter the ledger, then make everything fit."""
    tamper(statement, LEAVES)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {LEAVES} DISABLE TRIGGER USER")
        rebuild()
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [LEAVES],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {LEAVES} ENABLE ALWAYS TRIGGER "{name}"')
