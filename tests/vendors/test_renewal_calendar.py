"""The renewal calendar: what a year brings, who sees it, what is late, how it is drawn."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import a_vendor
from tests.vendors.attested import accepted
from tests.vendors.contracts import a_contract
from tests.vendors.obliged import an_obligation
from vendors.calendar.picture import APART, drawn_lane, months, place
from vendors.calendar.year import Lane, Mark, year_of
from vendors.models import Contract

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)
PAGE = "/vendors/contract/calendar/"
QUERIES = 25


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def year(user, number=2026, **asked):
    return year_of(user, number, NOW.date(), asked)


def days(found):
    return [
        (mark.kind, mark.day.isoformat(), mark.is_late)
        for lane in found.lanes
        for mark in sorted(lane.marks, key=lambda one: (one.day, one.kind))
    ]


def test_a_year_tells_decisions_notice_and_ends(cast):
    """P90D notice and P30D lead of a year that ends on 31 December."""
    a_contract(cast, "active", internal_lead="P30D")
    assert days(year(cast.vendor_manager)) == [
        ("decide", "2026-09-02", False),
        ("notice", "2026-10-02", False),
        ("end", "2026-12-31", False),
    ]


def test_what_nobody_decided_is_late(cast):
    a_contract(cast, "active", starts_on=date(2025, 4, 1), notice="P30D", on_business_days=False)
    Contract.objects.update(activated_on=date(2025, 4, 1))
    assert days(year(cast.vendor_manager))[:3] == [
        ("decide", "2026-03-01", True),
        ("notice", "2026-03-01", True),
        ("end", "2026-03-31", False),
    ]


def test_obligations_and_attestations_stand_beside(cast):
    vendor = a_vendor(name="Nube", country="MX", tier="tactical")
    contract = a_contract(cast, "active", vendor=vendor, notice="P0D")
    an_obligation(cast, contract, recurrence="once", first_due_on=date(2026, 3, 9))
    ours = {"direction": "ours", "recurrence": "once", "first_due_on": date(2026, 5, 4)}
    an_obligation(cast, contract, **ours)
    accepted(cast, vendor, expires_on=date(2026, 8, 1))
    found = year(cast.vendor_manager)
    assert [(lane.title, lane.reference[:4]) for lane in found.lanes] == [
        ("Attestations", "VND-"),
        ("Switching of cards", "CON-"),
    ]
    assert [one for one in days(found) if one[0] not in ("decide", "notice", "end")] == [
        ("attestation", "2026-08-01", False),
        ("vendors", "2026-03-09", True),
        ("ours", "2026-05-04", False),
    ]


def test_drafts_and_what_ended_before_are_left_out(cast):
    a_contract(cast)
    gone = a_contract(cast, "active")
    Contract.objects.filter(pk=gone.pk).update(status="ended", ended_on=date(2025, 12, 31))
    assert year(cast.vendor_manager).lanes == []
    assert [one.reference for one in year(cast.vendor_manager, 2025).lanes] == [gone.reference]


def test_only_what_a_reader_may_see(cast, client_of):
    """vendor_manager looks after Mexico; a CAB member sees every vendor."""
    contract = a_contract(cast, "active")
    an_obligation(cast, contract)
    assert len(year(cast.vendor_manager).lanes) == 1
    type(contract.vendor).objects.filter(pk=contract.vendor_id).update(country="CO")
    assert year(cast.vendor_manager).lanes == []
    assert len(year(cast.approver2).lanes) == 1
    assert contract.title not in client_of(cast.vendor_manager).get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *[(one, 200) for one in ("vendor_manager", "finance", "auditor", "service_manager")],
        *[(one, 403) for one in ("agent_l1", "requester", "outsider", "admin")],
    ],
)
def test_the_page_opens_for_those_who_read_about_vendors(cast, client_of, who, status):
    a_contract(cast, "active")
    assert client_of(getattr(cast, who)).get(PAGE).status_code == status


def test_it_is_narrowed_by_vendor_company_and_owner(cast):
    one = a_contract(cast, "active", vendor=a_vendor(name="Uno", tier="tactical"))
    other = a_contract(cast, "active", owner=cast.service_manager)
    user = cast.vendor_manager
    assert [lane.reference for lane in year(user, vendor=one.vendor).lanes] == [one.reference]
    assert [lane.reference for lane in year(user, owner=cast.service_manager).lanes] == [
        other.reference
    ]
    assert year(user, entity=cast.co).lanes == []
    names = sorted([cast.service_manager.get_full_name(), user.get_full_name()])
    assert [owner for owner, _lanes in year(user).groups] == names


@pytest.mark.parametrize("query", ["year=1", "year=x", "vendor=0", "owner=999999", "view=pdf"])
def test_what_makes_no_sense_is_told(cast, client_of, query):
    assert client_of(cast.vendor_manager).get(f"{PAGE}?{query}").status_code == 400


def test_the_picture_leads_to_records_and_says_what_is_late(cast, client_of):
    contract = a_contract(cast, "active")
    task = an_obligation(cast, contract).tasks.order_by("number").first()
    page = client_of(cast.vendor_manager).get(PAGE).content.decode()
    assert f'href="/vendors/obligationtask/{task.pk}/change/"' in page
    assert f'href="/vendors/contract/{contract.pk}/change/"' in page
    assert "renewals-today" in page
    assert ", Con retraso</span>" in page
    other = client_of(cast.vendor_manager).get(f"{PAGE}?year=2027").content.decode()
    assert 'class="renewals-today"' not in other


def test_the_same_stands_in_a_table_and_in_a_file(cast, client_of):
    contract = a_contract(cast, "active", title="=Switching", notice="P0D")
    an_obligation(cast, contract, recurrence="once")
    browser = client_of(cast.vendor_manager)
    table = browser.get(f"{PAGE}?view=table").content.decode()
    assert table.count("<tr>") == 1 + len(days(year(cast.vendor_manager)))
    answer = browser.get(f"{PAGE}?view=csv")
    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Disposition"] == 'attachment; filename="renewals-2026.csv"'
    assert len(text.splitlines()) == 1 + len(days(year(cast.vendor_manager)))
    assert "'=Switching" in text
    assert text.count("=Switching") == text.count("'=Switching")


def test_the_page_asks_the_same_questions_for_one_and_three(cast, client_of):
    browser = client_of(cast.vendor_manager)
    counts = []
    for _times in range(2):
        for _each in range(len(counts) + 1):
            contract = a_contract(cast, "active")
            an_obligation(cast, contract)
            accepted(cast, contract.vendor)
        browser.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as found:
            browser.get(PAGE)
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert counts[0] <= QUERIES


def test_more_than_can_be_read_is_cut_and_said(cast, client_of, monkeypatch):
    for _each in range(2):
        a_contract(cast, "active")
    monkeypatch.setattr("vendors.calendar.year.MOST", 1)
    found = year(cast.vendor_manager)
    assert (len(found.lanes), found.is_cut) == (1, True)
    assert "acote el calendario" in client_of(cast.vendor_manager).get(PAGE).content.decode()


def test_marks_lie_where_their_day_is():
    assert [place(date(2026, 1, 1)), place(date(2026, 12, 31))] == [0.0, 99.73]
    assert place(date(2024, 12, 31)) == 99.73
    assert sum(width for _day, _start, width in months(2026)) == pytest.approx(100)


def test_marks_close_together_stand_below_each_other():
    marks = [Mark(date(2026, 5, day), "ours", "x", "/") for day in (1, 2, 3, 20)]
    drawn = drawn_lane(Lane("x", "y", "/", "z", marks=marks))
    assert ([one["line"] for one in drawn["marks"]], drawn["lines"]) == ([0, 1, 2, 0], 3)
    assert APART > 0
