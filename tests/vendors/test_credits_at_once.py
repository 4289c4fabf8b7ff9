"""Two people at one credit note, or at one month, at the same moment."""

import threading
from decimal import Decimal

import pytest
from django.db import connections

from core.errors import Refused, ValidationError
from tests.vendors import credits as made
from tests.vendors.credits import a_claim, a_clause, a_credit_note, a_segment, by_unit, last_month
from vendors import services
from vendors.models import CreditClaim, CreditSettlement

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def breaches(monkeypatch):
    told = made.registered(monkeypatch)
    told["breaches"] += [a_segment(5), a_segment(50, 30)]


def at_once(*calls):
    ready, found = threading.Barrier(len(calls)), []

    def run(call):
        ready.wait()
        try:
            call()
            found.append("done")
        except (Refused, ValidationError):
            found.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def test_a_credit_note_is_not_spent_twice(cast):
    clause = a_clause(cast, **by_unit())
    other = a_clause(cast, clause.contract, **by_unit(name="Restore"))
    claims = [a_claim(cast, "accepted", one) for one in (clause, other)]
    note = a_credit_note(cast, claims[0], "2000.00")
    amount = Decimal("2000.00")
    calls = [
        lambda claim=claim: services.settle_claim(
            claim, actor=cast.finance, invoice=note, amount=amount
        )
        for claim in claims
    ]
    assert at_once(*calls) == ["done", "refused"]
    assert CreditSettlement.objects.get().amount == amount
    assert sorted(CreditClaim.objects.values_list("status", flat=True)) == ["accepted", "credited"]


def test_a_month_is_claimed_once(cast):
    clause = a_clause(cast, **by_unit())
    manager = cast.vendor_manager

    def draft():
        services.draft_claim(clause, actor=manager, month=last_month())

    assert at_once(draft, draft) == ["done", "refused"]
    assert CreditClaim.objects.count() == 1
