"""Obligations of contracts: what is due when, who does it, who judges it, what time finds."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotAllowed, Refused, ValidationError
from notifications.models import Message
from people.calendars import WorkingCalendar
from tests.vendors.contracts import a_contract
from tests.vendors.obliged import a_task, an_obligation, attach, facts_of_obligation
from tests.vendors.test_credits_at_once import at_once
from vendors import services
from vendors.models import Obligation, ObligationDocument, ObligationTask
from vendors.obligations.due import MONTHS, due_days
from vendors.obligations.enums import Recurrence
from vendors.obligations.workflow import OBLIGATION_WORKFLOW, TASK_WORKFLOW

NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)
LIFE_OF_AN_OBLIGATION = {("active", "end"): "ended"}
LIFE_OF_A_TASK = {
    ("open", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("missed", "submit"): "submitted",
    ("submitted", "accept"): "accepted",
    ("submitted", "return"): "returned",
    ("open", "waive"): "waived",
    ("returned", "waive"): "waived",
    ("missed", "waive"): "waived",
    ("open", "miss"): "missed",
    ("returned", "miss"): "missed",
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("workflow", "model", "life"),
    [
        (OBLIGATION_WORKFLOW, Obligation, LIFE_OF_AN_OBLIGATION),
        (TASK_WORKFLOW, ObligationTask, LIFE_OF_A_TASK),
    ],
)
def test_the_tables_are_their_lives(workflow, model, life):
    statuses = [status for status, _label in model._meta.get_field("status").choices]
    actions = {move.action for move in workflow}
    found = {(s, a): workflow.target(s, a) for s in statuses for a in actions}
    assert {move: to for move, to in found.items() if to} == life


# --- When it is due -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "recurrence", "until", "days"),
    [
        ("2026-01-31", "monthly", "2026-05-31", "01-31 02-28 03-31 04-30 05-31"),
        ("2023-11-30", "monthly", "2024-03-30", "11-30 12-30 01-30 02-29 03-30"),
        ("2024-02-29", "yearly", "2028-03-01", "02-29 02-28 02-28 02-28 02-29"),
        ("2026-01-31", "quarterly", "2026-12-31", "01-31 04-30 07-31 10-31"),
        ("2026-08-31", "half_yearly", "2027-08-31", "08-31 02-28 08-31"),
        ("2026-05-05", "once", "2030-01-01", "05-05"),
        ("2026-05-05", "monthly", "2026-05-04", ""),
    ],
)
def test_days_count_from_the_first(first, recurrence, until, days):
    found = due_days(date.fromisoformat(first), recurrence, date.fromisoformat(until))
    assert " ".join(f"{one.due_on:%m-%d}" for one in found) == days


def test_a_closed_day_is_due_on_the_working_day_before():
    """31 January 2026 is a Saturday, 28 February too; 5 May 2026 is none of Mexico's holidays."""
    mexico = WorkingCalendar.of_country("MX")
    found = list(due_days(date(2026, 1, 31), "monthly", date(2026, 3, 31), mexico))
    assert [(one.nominal_on.day, one.due_on.isoformat()) for one in found] == [
        (31, "2026-01-30"),
        (28, "2026-02-27"),
        (31, "2026-03-31"),
    ]


@given(
    first=st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    recurrence=st.sampled_from(list(Recurrence)),
    years=st.integers(0, 12),
)
def test_no_day_lies_past_the_end_or_moves_when_the_end_does(first, recurrence, years):
    until = first + timedelta(days=365 * years)
    found = list(due_days(first, recurrence, until))
    longer = list(due_days(first, recurrence, until + timedelta(days=900)))
    assert longer[: len(found)] == found
    assert all(first <= one.due_on <= until for one in found)
    step = MONTHS[recurrence]
    assert [one.nominal_on.month for one in found] == [
        (first.month - 1 + step * number) % 12 + 1 for number in range(len(found))
    ]


pages = pytest.mark.django_db


@pages
def test_what_is_due_stands_written_until_the_contract_ends(cast):
    contract = a_contract(
        cast, "active", starts_on=date(2025, 7, 1), renewal="none", renewal_term=""
    )
    row = an_obligation(cast, contract)
    days = list(row.tasks.order_by("number").values_list("due_on", flat=True))
    assert (row.reference[:4], len(days), days[0], days[-1]) == (
        *("OBL-", 6, date(2026, 1, 31)),
        date(2026, 6, 30),
    )


@pages
def test_its_days_stay_while_time_passes(cast):
    row = an_obligation(cast)
    before = dict(row.tasks.values_list("number", "due_on"))
    with time_machine.travel(NOW + timedelta(days=200)):
        services.keep_obligations(NOW + timedelta(days=200))
    after = dict(row.tasks.values_list("number", "due_on"))
    assert {number: after[number] for number in before} == before
    assert len(after) > len(before)


@pages
def test_a_contract_that_ends_earlier_drops_what_nobody_touched(cast):
    row = an_obligation(cast)
    contract = services.terminate_contract(row.contract, actor=cast.vendor_manager, note="Moved")
    services.keep_obligations(NOW)
    last = contract.terms.get(number=contract.last_term).ends_on
    assert row.tasks.order_by("-number").first().due_on <= last
    assert row.tasks.filter(due_on__year=last.year).count() == 12


@pages
@pytest.mark.parametrize(
    ("facts", "error", "words"),
    [
        ({"approver": "vendor_manager"}, ValidationError, "two people"),
        ({"owner": "requester"}, ValidationError, "does not read"),
        ({"owner": "admin"}, ValidationError, "does not read"),
        ({"first_due_on": date(2020, 1, 1)}, ValidationError, "begins later"),
        ({"until": date(2026, 1, 30)}, ValidationError, "or later"),
        ({"direction": "theirs"}, ValidationError, "theirs"),
        ({"recurrence": "weekly"}, ValidationError, "weekly"),
        ({"title": "  "}, ValidationError, "blank"),
        ({"days_before": 181}, ValidationError, "180"),
        ({"status": "ended"}, ValidationError, "cannot be edited"),
    ],
)
def test_bad_obligations_are_refused(cast, refuses, facts, error, words):
    contract = a_contract(cast, "active")
    told = {name: getattr(cast, v) if name in ("owner", "approver") else v for name, v in
            facts.items()}  # fmt: skip
    with refuses(error, words):
        an_obligation(cast, contract, **told)


@pages
def test_the_first_day_is_still_to_come(cast, refuses):
    """What was due before anybody wrote it down would be missed at once."""
    contract = a_contract(cast, "active", on_business_days=True)
    facts = facts_of_obligation(cast)
    for passed in (date(2026, 3, 9), date(2026, 1, 31)):
        with refuses(ValidationError, "has passed"):
            services.add_obligation(
                actor=cast.vendor_manager, contract=contract, **facts | {"first_due_on": passed}
            )
    with time_machine.travel(datetime(2026, 3, 14, 15, tzinfo=UTC), tick=False):
        sunday = facts | {"first_due_on": date(2026, 3, 15)}  # the working day before is past
        with refuses(ValidationError, "has passed"):
            services.add_obligation(actor=cast.vendor_manager, contract=contract, **sunday)
    today = facts | {"first_due_on": date(2026, 3, 10)}
    row = services.add_obligation(actor=cast.vendor_manager, contract=contract, **today)
    assert row.tasks.order_by("number").first().due_on == date(2026, 3, 10)


@pages
def test_only_signed_contracts_oblige(cast, refuses):
    draft = a_contract(cast)
    with refuses(Refused, "not signed"):
        an_obligation(cast, draft)


@pages
def test_others_write_none(cast, refuses):
    contract = a_contract(cast, "active")
    for who in ("finance", "auditor", "approver2"):
        with refuses(NotAllowed, "does not reach"):
            services.add_obligation(actor=getattr(cast, who), contract=contract, title="x")


@pages
def test_a_clause_is_of_the_same_contract(cast, refuses):
    other = a_contract(cast, "active").clauses.first()
    contract = a_contract(cast, "active")
    with refuses(ValidationError, "same contract"):
        an_obligation(cast, contract, clause=other)
    own = contract.clauses.first()
    assert an_obligation(cast, contract, clause=own).clause == own


@pages
def test_whose_and_since_when_stays(cast, refuses):
    row = an_obligation(cast)
    for name, value in (("direction", "ours"), ("first_due_on", date(2026, 2, 1))):
        with refuses(ValidationError, "cannot be edited"):
            services.edit_obligation(row, actor=cast.vendor_manager, **{name: value})
        with pytest.raises(DatabaseError, match="as it was agreed"), transaction.atomic():
            Obligation.objects.filter(pk=row.pk).update(**{name: value})


@pages
def test_an_earlier_end_drops_what_is_after_it_and_a_later_one_brings_it_back(cast):
    row = an_obligation(cast, until=date(2026, 12, 31))
    row = services.edit_obligation(row, actor=cast.vendor_manager, until=date(2026, 6, 30))
    assert row.tasks.count() == 6
    row = services.edit_obligation(row, actor=cast.vendor_manager, until=date(2026, 8, 31))
    assert row.tasks.count() == 8


@pages
def test_one_that_ends_keeps_what_was_due(cast, refuses):
    row = an_obligation(cast)
    with refuses(ValidationError, "Say why"):
        services.end_obligation(row, actor=cast.vendor_manager, note=" ")
    row = services.end_obligation(row, actor=cast.vendor_manager, note="Amendment 2")
    assert (row.status, row.end_note, row.ended_by) == ("ended", "Amendment 2", cast.vendor_manager)
    assert [one.due_on for one in row.tasks.order_by("number")] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
    ]
    with refuses(Refused, "has ended"):
        services.edit_obligation(row, actor=cast.vendor_manager, title="x")
    services.keep_obligations(NOW)
    assert set(row.tasks.values_list("status", flat=True)) == {"missed"}


@pages
def test_what_is_due_by_the_day_it_ends_stays_though_the_contract_s_day_is_later(cast):
    """2 May 2026 is a Saturday after a holiday: it is due on 30 April, when the obligation ends."""
    contract = a_contract(cast, "active", on_business_days=True)
    row = an_obligation(cast, contract, first_due_on=date(2026, 5, 2))
    at = datetime(2026, 4, 30, 18, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        row = services.end_obligation(row, actor=cast.vendor_manager, note="Amendment 2")
        services.keep_obligations(at)
    assert [one.due_on for one in row.tasks.all()] == [date(2026, 4, 30)]
    later = datetime(2026, 5, 4, 18, tzinfo=UTC)
    with time_machine.travel(later, tick=False):
        services.keep_obligations(later)
    assert row.tasks.get().status == "missed"


@pages
def test_a_contract_that_does_not_come_about_obliges_to_nothing(cast):
    contract = a_contract(cast, "signed", starts_on=date(2026, 3, 1))
    row = an_obligation(cast, contract, first_due_on=date(2026, 3, 20))
    services.withdraw_contract(contract, actor=cast.vendor_manager, note="Not wanted")
    row.refresh_from_db()
    assert (row.status, row.end_note, row.ended_by) == ("ended", "Not wanted", cast.vendor_manager)
    services.keep_obligations(datetime(2026, 3, 20, 15, tzinfo=UTC))
    assert not row.tasks.exists()
    assert not Message.objects.exists()


# --- Done and judged ------------------------------------------------------------------------------


@pages
def test_it_is_submitted_with_evidence_and_accepted_by_another(cast, refuses):
    task = a_task(cast)
    with refuses(Refused, "evidence is not attached"):
        services.submit_task(task, actor=cast.vendor_manager, note="Received")
    attach(cast, task)
    with refuses(ValidationError, "what was done"):
        services.submit_task(task, actor=cast.vendor_manager, note=" ")
    task = services.submit_task(task, actor=cast.vendor_manager, note="Received")
    assert (task.status, task.note, task.submitted_by) == (
        *("submitted", "Received"),
        cast.vendor_manager,
    )
    assert Message.objects.get(kind="obligation_submitted").recipient == cast.approver2
    with refuses(Refused, "only its approver"):
        services.accept_task(task, actor=cast.vendor_manager)
    with refuses(Refused, "only its approver"):
        services.accept_task(task, actor=cast.finance)
    task = services.accept_task(task, actor=cast.approver2)
    assert (task.status, task.decided_by) == ("accepted", cast.approver2)


@pages
def test_without_need_of_evidence_a_note_is_enough(cast):
    task = a_task(cast, needs_evidence=False)
    task = services.submit_task(task, actor=cast.vendor_manager, note="Paid")
    assert task.status == "submitted"


@pages
def test_nobody_judges_what_they_submitted(cast, refuses):
    """The keeper may submit for the owner, and is the approver here."""
    task = a_task(cast, owner=cast.approver2, approver=cast.vendor_manager)
    attach(cast, task)
    task = services.submit_task(task, actor=cast.vendor_manager, note="Received")
    with refuses(Refused, "what you submitted"):
        services.accept_task(task, actor=cast.vendor_manager)
    with pytest.raises(DatabaseError, match="decided_by_another"), transaction.atomic():
        ObligationTask.objects.filter(pk=task.pk).update(
            status="accepted", decided_by=cast.vendor_manager, decided_at=NOW
        )


@pages
def test_the_database_lets_no_owner_judge(cast):
    task = a_task(cast, "submitted", owner=cast.finance)
    with pytest.raises(DatabaseError, match="owner does not judge"), transaction.atomic():
        ObligationTask.objects.filter(pk=task.pk).update(
            status="accepted", decided_by=cast.finance, decided_at=NOW
        )


@pages
def test_one_returned_waits_again(cast, refuses):
    task = a_task(cast, "submitted")
    with refuses(ValidationError, "Say why"):
        services.return_task(task, actor=cast.approver2, note="")
    task = services.return_task(task, actor=cast.approver2, note="Of another month")
    assert (task.status, task.decision_note) == ("returned", "Of another month")
    task = services.submit_task(task, actor=cast.vendor_manager, note="The right one")
    assert (task.status, task.decision_note, task.decided_by) == ("submitted", "", None)


@pages
def test_it_is_waived_with_a_reason_by_its_approver(cast, refuses):
    task = a_task(cast)
    with refuses(Refused, "only its approver"):
        services.waive_task(task, actor=cast.vendor_manager, note="x")
    with refuses(ValidationError, "Say why"):
        services.waive_task(task, actor=cast.approver2, note=" ")
    task = services.waive_task(task, actor=cast.approver2, note="No service that month")
    assert (task.status, task.decided_by) == ("waived", cast.approver2)


@pages
def test_others_submit_nothing(cast, refuses):
    task = a_task(cast)
    with refuses(Refused, "only its owner"):
        services.submit_task(task, actor=cast.finance, note="x")
    with refuses(NotAllowed, "only its owner"):
        services.attach_obligation_evidence(
            task, actor=cast.finance, title="x", name="x.txt", data=b"x"
        )


@pages
def test_what_is_settled_stays(cast, refuses):
    task = a_task(cast, "accepted")
    with refuses(Refused, "submitted already"):
        attach(cast, task)
    for change in ({"status": "open"}, {"note": "x"}, {"due_on": date(2025, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ObligationTask.objects.filter(pk=task.pk).update(**change)
    with pytest.raises(DatabaseError, match="evidence stays"), transaction.atomic():
        ObligationDocument.objects.filter(task=task).update(title="x")


# --- What time finds ------------------------------------------------------------------------------


def told(kind):
    rows = Message.objects.filter(kind=kind).order_by("pk")
    return [(one.recipient.username, one.context["due_at"][:10]) for one in rows]


@pages
def test_the_owner_hears_before_and_on_the_day_once_each(cast):
    an_obligation(cast, first_due_on=date(2026, 3, 20), owner=cast.finance, recurrence="once")
    for day in (5, 6, 7, 19, 20, 20):
        at = datetime(2026, 3, day, 15, tzinfo=UTC)
        with time_machine.travel(at, tick=False):
            services.keep_obligations(at)
    assert [who for who, _day in told("obligation_due")] == ["finance"] * 2
    assert told("obligation_missed") == []


@pages
def test_what_is_overdue_is_missed_and_reaches_the_contract_s_owner_once(cast):
    task = a_task(cast, first_due_on=date(2026, 3, 9), owner=cast.finance, recurrence="once")
    for _again in range(2):
        services.keep_obligations(NOW)
    task.refresh_from_db()
    assert (task.status, task.missed_at) == ("missed", NOW)
    assert sorted(who for who, _day in told("obligation_missed")) == ["finance", "vendor_manager"]
    attach(cast, task)
    task = services.submit_task(task, actor=cast.finance, note="Late")
    task = services.accept_task(task, actor=cast.approver2)
    assert (task.status, task.missed_at) == ("accepted", NOW)


@pages
def test_what_is_due_today_is_not_missed(cast, refuses):
    task = a_task(cast, first_due_on=date(2026, 3, 10), recurrence="once")
    services.keep_obligations(NOW)
    task.refresh_from_db()
    assert task.status == "open"


@pages
def test_one_returned_and_late_is_missed(cast):
    task = a_task(cast, "returned", first_due_on=date(2026, 3, 9), recurrence="once")
    services.keep_obligations(NOW)
    task.refresh_from_db()
    assert (task.status, task.decision_note) == ("missed", "")


@pages
def test_what_is_submitted_in_time_waits(cast):
    task = a_task(cast, "submitted", first_due_on=date(2026, 3, 9), recurrence="once")
    services.keep_obligations(NOW)
    task.refresh_from_db()
    assert (task.status, task.missed_at) == ("submitted", None)


@pages
def test_what_is_due_is_not_dropped(cast):
    task = a_task(cast)
    for drop in (task.delete, task.obligation.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            drop()


# --- The whole of it ------------------------------------------------------------------------------


def brought_to(cast, status):
    """A task that walked to a status by the services and the nightly sweep."""
    facts = {"first_due_on": date(2026, 3, 9), "recurrence": "once"}
    if status in ("open", "submitted", "returned", "accepted"):
        return a_task(cast, status, **facts)
    task = a_task(cast, **facts)
    if status == "waived":
        return services.waive_task(task, actor=cast.approver2, note="x")
    services.keep_obligations(NOW)
    task.refresh_from_db()
    assert task.status == status == "missed"
    return task


@pages
@pytest.mark.parametrize(
    "status", ["open", "submitted", "returned", "missed", "accepted", "waived"]
)
@pytest.mark.parametrize("action", ["submit", "accept", "return", "waive"])
def test_every_action_from_every_status(cast, refuses, status, action):
    task = brought_to(cast, status)
    if status in ("open", "returned", "missed"):
        attach(cast, task)
    does = {
        "submit": (services.submit_task, cast.vendor_manager),
        "accept": (services.accept_task, cast.approver2),
        "return": (services.return_task, cast.approver2),
        "waive": (services.waive_task, cast.approver2),
    }
    service, actor = does[action]
    wanted = LIFE_OF_A_TASK.get((status, action))
    if wanted is None:
        with refuses(Refused, "does not allow this action"):
            service(task, actor=actor, note="x")
        return
    assert service(task, actor=actor, note="x").status == wanted


@pages
@pytest.mark.parametrize(
    "status", ["open", "submitted", "returned", "missed", "accepted", "waived"]
)
def test_the_sweep_misses_what_waits_only(cast, status):
    task = brought_to(cast, status)
    for _again in range(2):
        services.keep_obligations(NOW)
    found = ObligationTask.objects.get(pk=task.pk)
    assert found.status == LIFE_OF_A_TASK.get((status, "miss"), status)
    assert (found.missed_at is not None) == (found.status == "missed")


@pages
def test_what_somebody_began_after_the_end_is_neither_dropped_nor_missed(cast, refuses):
    row = an_obligation(cast, first_due_on=date(2026, 3, 31))
    task = row.tasks.get(number=1)
    attach(cast, task)
    row = services.end_obligation(row, actor=cast.vendor_manager, note="Amendment 2")
    assert list(row.tasks.all()) == [task]
    with refuses(Refused, "the obligation has ended"):
        services.submit_task(task, actor=cast.vendor_manager, note="x")
    later = datetime(2026, 4, 20, 15, tzinfo=UTC)
    with time_machine.travel(later, tick=False):
        services.keep_obligations(later)
    task.refresh_from_db()
    assert (task.status, task.missed_at) == ("open", None)
    assert not Message.objects.exists()


@pages
def test_the_same_evidence_twice_is_refused(cast, refuses):
    task = a_task(cast)
    add = {"actor": cast.vendor_manager, "title": "Report"}
    services.attach_obligation_evidence(task, **add, name="a.txt", data=b"Page")
    with refuses(ValidationError, "already"):
        services.attach_obligation_evidence(task, **add, name="b.txt", data=b"Page")
    with refuses(ValidationError):
        services.attach_obligation_evidence(task, **add, name="a.pdf", data=b"MZ no PDF")
    with refuses(ValidationError, "which document"):
        services.attach_obligation_evidence(
            task, **add | {"title": " "}, name="c.txt", data=b"Other"
        )


@pages
def test_a_second_sweep_changes_nothing(cast):
    """Neither rows nor messages nor the ledger; the day after opens what comes next."""
    row = an_obligation(cast, first_due_on=date(2026, 2, 28))
    services.keep_obligations(NOW)

    def everything():
        tasks = row.tasks.order_by("number").values_list("number", "due_on", "status", "version")
        return list(tasks), Message.objects.count(), ObligationTask.history.count()

    before = everything()
    services.keep_obligations(NOW)
    assert everything() == before


@pages
def test_days_roll_by_the_contract_s_calendar(cast):
    """2 February 2026 is a holiday in Mexico, 1 March a Sunday; the day of the contract stays."""
    contract = a_contract(cast, "active", on_business_days=True)
    row = an_obligation(cast, contract, first_due_on=date(2026, 2, 2), until=date(2026, 5, 2))
    days = row.tasks.order_by("number").values_list("nominal_on", "due_on")
    assert list(days) == [
        (date(2026, 2, 2), date(2026, 1, 30)),
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 4, 2), date(2026, 4, 2)),
        (date(2026, 5, 2), date(2026, 4, 30)),
    ]
    services.keep_obligations(NOW)
    assert row.tasks.count() == 4


@pages
def test_one_person_with_two_accounts_does_not_judge_either(cast, refuses):
    """By person, not by account."""
    task = a_task(cast, "submitted")
    type(cast.approver2).objects.filter(pk=cast.approver2.pk).update(
        person=cast.vendor_manager.person
    )
    actor = type(cast.approver2).objects.get(pk=cast.approver2.pk)
    with refuses(Refused, "what you submitted"):
        services.accept_task(task, actor=actor)


@pages
def test_vendors_of_other_countries_stay_hidden(cast):
    task = a_task(cast)
    vendor = task.obligation.contract.vendor
    assert Obligation.objects.visible_to(cast.vendor_manager).count() == 1
    type(vendor).objects.filter(pk=vendor.pk).update(country="CO")
    for model in (Obligation, ObligationTask, ObligationDocument):
        assert not model.objects.visible_to(cast.vendor_manager).exists()
        assert not model.objects.visible_to(cast.agent_l1).exists()
    assert ObligationTask.objects.visible_to(cast.approver2).filter(pk=task.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_refused(cast):
    task = a_task(cast, "submitted")
    calls = [
        lambda: services.accept_task(task, actor=cast.approver2),
        lambda: services.return_task(task, actor=cast.approver2, note="x"),
    ]
    assert at_once(*calls) == ["done", "refused"]
    task.refresh_from_db()
    assert task.status in ("accepted", "returned")


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_do_it_once(cast):
    task = a_task(cast, first_due_on=date(2026, 3, 9), owner=cast.finance, recurrence="once")
    sweep = partial(services.keep_obligations, NOW)
    assert at_once(sweep, sweep) == ["done", "done"]
    assert sorted(who for who, _day in told("obligation_missed")) == ["finance", "vendor_manager"]
    changes = ObligationTask.history.filter(id=task.pk, status="missed")
    assert changes.count() == 1
