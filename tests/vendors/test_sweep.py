"""What time does to contracts: reminders told once, silence that is told on, renewals, ends."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from core.errors import Refused
from evidence.models import ControlFailure
from notifications.models import Message
from tests.vendors.contracts import a_contract, brought_to_signature
from vendors import services
from vendors.models import Contract, ContractReminder

pytestmark = pytest.mark.django_db


def noon(day):
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=18)


@pytest.fixture
def clock():
    """The contract begins on 1 January 2030, ends with that year, and its decision is due on
    2 October."""
    with time_machine.travel(noon("2030-01-01"), tick=False) as travelled:
        yield travelled


def to(clock, day):
    clock.move_to(noon(day))
    services.keep_contracts(noon(day))


def in_force(cast, **given):
    return a_contract(cast, "active", **{"starts_on": date(2030, 1, 1)} | given)


def told(kind="contract_to_decide"):
    rows = Message.objects.filter(kind=kind).order_by("pk")
    return [(row.recipient.username, row.idempotency_key.split(":")[2]) for row in rows]


def status_of(contract):
    return Contract.objects.get(pk=contract.pk).status


def test_a_signed_contract_begins_on_its_day_by_itself(cast, clock):
    contract = a_contract(cast, "signed", starts_on=date(2030, 1, 10))
    to(clock, "2030-01-09")
    assert status_of(contract) == "signed"
    to(clock, "2030-01-10")
    assert status_of(contract) == "active"
    assert contract.history.first().history_action == "contract.activate"


def test_each_reminder_is_told_once_however_often_is_looked(cast, clock):
    in_force(cast)
    for day in ("2030-04-04", "2030-04-05", "2030-04-05", "2030-04-06", "2030-07-04", "2030-08-03"):
        to(clock, day)
        to(clock, day)

    assert told() == [("vendor_manager", days) for days in ("180", "90", "60")]
    assert list(ContractReminder.objects.values_list("days", flat=True)) == [180, 90, 60]


def test_reminders_that_were_missed_are_told_all_when_the_sweep_runs_again(cast, clock):
    in_force(cast)
    to(clock, "2030-04-05")
    to(clock, "2030-09-02")

    assert [days for _who, days in told()] == ["180", "90", "60", "30"]


def test_silence_reaches_the_budget_owner_and_in_the_end_is_a_control_failure(cast, clock):
    contract = in_force(cast)
    to(clock, "2030-09-17")
    assert told("contract_undecided") == []
    for day in ("2030-09-18", "2030-09-25", "2030-10-01", "2030-10-02"):
        to(clock, day)
    assert told("contract_undecided") == [("service_owner", days) for days in ("14", "7", "1")]
    assert not ControlFailure.objects.exists()

    to(clock, "2030-10-03")
    to(clock, "2030-10-04")

    failure = ControlFailure.objects.get()
    assert (failure.kind, failure.status) == ("renewal_missed", "ended")
    assert failure.found == (
        f"{contract.reference} {contract.number}, term 1: no decision until 2030-10-02"
    )
    assert contract.terms.get(number=1).failure == failure.reference
    assert status_of(contract) == "active"


def test_with_a_lead_the_late_decision_is_told_before_the_control_fails(cast, clock):
    contract = in_force(cast, internal_lead="P30D")
    to(clock, "2030-09-03")
    assert told("contract_undecided")[-1] == ("service_owner", "0")
    assert not ControlFailure.objects.exists()
    services.renew_contract(contract, actor=cast.vendor_manager, note="Still needed")
    to(clock, "2030-10-03")
    assert not ControlFailure.objects.exists()


def test_the_year_after_is_watched_as_the_first_was(cast, clock):
    contract = in_force(cast)
    to(clock, "2030-10-03")
    to(clock, "2031-07-04")
    assert status_of(contract) == "in_notice_window"
    to(clock, "2031-10-03")

    assert ControlFailure.objects.count() == 2
    assert list(
        contract.terms.exclude(failure="").values_list("number", flat=True).order_by("number")
    ) == [1, 2]


def test_the_window_opens_90_days_before_the_decision(cast, clock):
    contract = in_force(cast)
    to(clock, "2030-07-03")
    assert status_of(contract) == "active"
    to(clock, "2030-07-04")
    assert status_of(contract) == "in_notice_window"


def test_a_renewed_contract_goes_on_when_its_next_term_begins(cast, clock):
    contract = in_force(cast)
    to(clock, "2030-09-01")
    services.renew_contract(contract, actor=cast.vendor_manager, note="Still needed")
    to(clock, "2030-12-31")
    assert status_of(contract) == "renewing"
    to(clock, "2031-01-01")
    assert status_of(contract) == "active"
    term = contract.terms.get(number=1)
    assert (term.decision, term.decided_by, term.failure) == ("renew", cast.vendor_manager, "")
    assert not ControlFailure.objects.exists()


def test_a_terminated_contract_ends_with_its_term_and_has_no_term_after_it(cast, clock):
    contract = in_force(cast)
    to(clock, "2030-10-02")
    services.terminate_contract(contract, actor=cast.vendor_manager, note="Replaced")
    assert list(contract.terms.values_list("number", flat=True)) == [1]
    to(clock, "2030-12-31")
    assert status_of(contract) == "terminating"
    to(clock, "2031-01-01")
    assert status_of(contract) == "ended"
    assert not ControlFailure.objects.exists()


def test_notice_that_is_too_late_ends_nothing(cast, clock):
    contract = in_force(cast)
    clock.move_to(noon("2030-10-03"))

    with pytest.raises(Refused, match="notice was due on"):
        services.terminate_contract(contract, actor=cast.vendor_manager, note="Replaced")
    assert status_of(contract) == "active"


def test_talks_that_lead_nowhere_are_no_decision(cast, clock):
    contract = in_force(cast)
    to(clock, "2030-09-01")
    services.renegotiate_contract(contract, actor=cast.vendor_manager, note="Too dear")
    to(clock, "2030-10-02")
    assert status_of(contract) == "renegotiating"
    to(clock, "2030-10-03")
    assert status_of(contract) == "active"
    assert ControlFailure.objects.get().kind == "renewal_missed"


def test_a_decision_says_why(cast, clock):
    contract = in_force(cast)

    with pytest.raises(ValidationError, match="Say why"):
        services.renew_contract(contract, actor=cast.vendor_manager, note=" ")
    assert status_of(contract) == "active"


def test_an_express_renewal_has_a_next_term_only_when_it_is_agreed(cast, clock):
    contract = in_force(cast, renewal="express")
    assert contract.terms.count() == 1
    services.renew_contract(contract, actor=cast.vendor_manager, note="Agreed")
    assert contract.terms.count() == 2
    to(clock, "2031-01-01")
    assert status_of(contract) == "active"


def test_what_nobody_renews_ends(cast, clock):
    contract = in_force(cast, renewal="none", renewal_term="")
    with pytest.raises(Refused, match="it does not renew"):
        services.renew_contract(contract, actor=cast.vendor_manager, note="Again")
    to(clock, "2031-01-01")
    assert status_of(contract) == "ended"


def test_what_lies_before_it_came_here_is_nobodys_failure(cast, clock):
    contract = a_contract(cast, "active", starts_on=date(2024, 2, 29))
    to(clock, "2030-01-02")

    assert not ControlFailure.objects.exists()
    assert not Message.objects.filter(reference=contract.reference).exists()


def test_no_deadline_moves_while_time_passes(cast, clock):
    contract = in_force(cast, starts_on=date(2029, 1, 31), notice="10 business days")
    days = ("number", "starts_on", "ends_on", "notice_on", "decision_deadline_on")
    before = list(contract.terms.values_list(*days).order_by("number"))
    for day in ("2031-03-01", "2033-05-05", "2036-02-29"):
        to(clock, day)
    after = list(contract.terms.values_list(*days).order_by("number"))

    assert after[: len(before)] == before
    assert len(after) > len(before)


def test_a_contract_that_cannot_be_kept_keeps_no_other_waiting(cast, clock):
    broken = a_contract(cast, starts_on=date(2030, 1, 5))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vendors_contract SET business_days_of = 'XX'")
    broken = brought_to_signature(broken, cast)
    sound = a_contract(cast, "signed", starts_on=date(2030, 1, 5))

    with pytest.raises(ExceptionGroup, match="not kept"):
        to(clock, "2030-01-05")
    assert (status_of(broken), status_of(sound)) == ("signed", "active")


def test_the_database_keeps_what_was_decided(cast, clock):
    contract = in_force(cast)
    services.renew_contract(contract, actor=cast.vendor_manager, note="Still needed")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vendors_contractterm"
            " SET decision = '', decided_at = NULL, decided_by_id = NULL WHERE number = 1"
        )
