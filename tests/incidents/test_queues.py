"""The queues: who sees what in each, what it costs, what many at once come to."""

from datetime import timedelta
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import services
from incidents.models import Incident
from incidents.queues.kinds import WORK_KINDS
from incidents.queues.places import QUEUES
from incidents.queues.rows import work_key
from sla.clocks import MANDATE
from sla.deadlines import Mandated, next_deadlines
from sla.enums import Holder, MarkKind
from sla.holding import held_by, holding_bar, sums_in_words
from sla.models import Life
from tests.factories import a_vendor, an_incident
from tests.incidents.asking import a_request
from tests.incidents.problems import a_problem

PAGE = "/queues/"


def standing(slug, user):
    queue = next(queue for queue in QUEUES if queue.slug == slug)
    return [record.reference for _kind, record in queue.page(user, 50).rows]


def paged(slug, user, most):
    """The references of each page, one after the other."""
    queue = next(queue for queue in QUEUES if queue.slug == slug)
    after, pages = "", []
    while True:
        page = queue.page(user, most, after)
        pages.append([record.reference for _kind, record in page.rows])
        if not page.next:
            return pages
        after = page.next


def key_of(incident):
    return work_key(WORK_KINDS["incidents"], incident)


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.agent_l1)


def test_each_queue_holds_its_own(cast):
    new = an_incident(cast)
    mine = an_incident(cast, "in_progress", impact=1, urgency=1)
    services.assign_incident(mine, actor=cast.agent_l1, owner=cast.agent_l1)
    waiting = an_incident(cast, "in_progress")
    services.assign_incident(waiting, actor=cast.agent_l1, owner=cast.agent_l1)
    services.wait_for_customer(waiting, actor=cast.agent_l1, note="asked")
    an_incident(cast, "resolved")

    found = {queue.slug: standing(queue.slug, cast.agent_l1) for queue in QUEUES}

    assert found == {
        "mine": [mine.reference, waiting.reference],
        "team": [mine.reference, new.reference, waiting.reference],
        "unassigned": [new.reference],
        "breaching": [mine.reference, new.reference],
        "customer": [waiting.reference],
        "vendor": [],
        "approval": [],
    }


def test_the_first_agreed_deadline_is_found_however_low_its_priority(cast):
    for _n in range(3):
        an_incident(cast, "in_progress", impact=1, urgency=1)
    low, later = (an_incident(cast, "in_progress", impact=3, urgency=3) for _n in range(2))
    for incident, hours in ((later, 2), (low, 1)):
        at = timezone.now() + timedelta(hours=hours)
        Life.objects.filter(incident=incident).update(breaches_at=at)
    first, *_others = paged("breaching", cast.agent_l1, 5)

    assert first[3:] == [low.reference, later.reference]
    assert len(set(first)) == 5
    assert low.reference not in standing("breaching", cast.outsider)


@pytest.mark.parametrize("slug", [queue.slug for queue in QUEUES])
def test_nobody_sees_what_another_country_works_on(cast, slug):
    incident = an_incident(cast, "in_progress")

    assert incident.reference not in standing(slug, cast.outsider)
    assert standing(slug, cast.norole) == []


def test_strangers_are_refused_the_page_and_its_actions(cast, client_of):
    incident = an_incident(cast)
    stranger = client_of(cast.norole)

    assert stranger.get(PAGE).status_code == 403
    assert stranger.post(f"{PAGE}bulk/take/", {"ids": key_of(incident)}).status_code == 403


def test_a_queue_that_does_not_exist_is_said_to(browser):
    answer = browser.get(PAGE, {"queue": "bogus\x00"})

    assert (answer.status_code, answer.context["queue"].slug) == (200, "mine")
    assert "There is no such queue" in answer.content.decode()


def test_the_page_costs_the_same_for_few_and_for_many(cast, browser):
    asked = []
    an_incident(cast)
    browser.get(PAGE, {"queue": "team"})
    for _more in range(2):
        with CaptureQueriesContext(connection) as found:
            browser.get(PAGE, {"queue": "team"})
        asked.append(len(found))
        for _n in range(3):
            an_incident(cast, "in_progress")

    assert asked[0] == asked[1]


def test_rows_alone_are_not_sent_again_where_nothing_changed(cast, browser, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    incident = an_incident(cast)
    first = browser.get(PAGE, {"queue": "team"}, headers={"X-Rows": "1"})
    tag = first["ETag"]

    again = browser.get(PAGE, {"queue": "team"}, headers={"X-Rows": "1", "If-None-Match": tag})
    services.assign_incident(incident, actor=cast.agent_l1, owner=cast.agent_l1)
    later = browser.get(PAGE, {"queue": "team"}, headers={"X-Rows": "1", "If-None-Match": tag})

    assert (again.status_code, again.content, later.status_code) == (304, b"", 200)


# --- Deadlines and who holds the time -------------------------------------------------------------


def test_the_next_deadline_is_the_earliest_of_those_that_run(cast):
    incident = an_incident(cast)
    now = incident.opened_at + timedelta(minutes=3)
    services.mark_incident(
        incident, actor=cast.agent_l1, kind=MarkKind.DETECTED, at=incident.opened_at
    )
    incident.refresh_from_db()

    found = next_deadlines(
        [incident.life_id], now, mandated={incident.life_id: Mandated(MANDATE, True)}
    )
    found = found[incident.life_id]

    assert (found.metric, found.due_at) == (
        "Investigate",
        incident.opened_at + timedelta(minutes=5),
    )
    assert found.remaining == timedelta(minutes=2)


def test_the_bar_says_in_words_what_it_shows(cast):
    incident = an_incident(cast, "in_progress")
    vendor = a_vendor(name="Switch <MX>")
    services.wait_for_vendor(incident, actor=cast.agent_l1, note="called", vendor=vendor)
    waits_from = incident.life.segments.get(holder=Holder.VENDOR).started_at

    held = held_by([incident.life_id], waits_from + timedelta(hours=2))[incident.life_id]

    assert held[-1].holder == Holder.VENDOR
    assert held[-1].lasted == timedelta(hours=2)
    assert sums_in_words(held).startswith("Held by: Vendor Switch <MX> 2 h")
    assert "Switch &lt;MX&gt;" in holding_bar(held)


def test_bars_and_deadlines_cost_the_same_for_few_and_for_many(cast, django_assert_num_queries):
    lives = [an_incident(cast, "in_progress").life_id for _n in range(3)]
    now = timezone.now() + timedelta(hours=1)

    for wanted in (lives[:1], lives):
        with django_assert_num_queries(1):
            held_by(wanted, now)
        with django_assert_num_queries(2):
            next_deadlines(wanted, now, mandated=dict.fromkeys(lives, Mandated(MANDATE, True)))


# --- Many at once ---------------------------------------------------------------------------------


def test_each_row_is_done_or_refused_by_itself(cast, browser):
    free, over = an_incident(cast), an_incident(cast)
    keys = [key_of(free), key_of(over)]
    services.cancel_incident(over, actor=cast.agent_l1, note="twice")

    answer = browser.post(
        f"{PAGE}bulk/assign/", {"ids": keys, "confirmed": "1", "owner": "agent_l1"}
    )

    free.refresh_from_db()
    over.refresh_from_db()
    assert (free.owner, over.owner) == (cast.agent_l1, None)
    assert (answer.context["done"], answer.context["refused"]) == (1, 1)


def test_taking_loses_nothing_of_what_somebody_else_did_meanwhile(cast, browser):
    incident = an_incident(cast)
    shown = key_of(incident)
    services.assign_incident(incident, actor=cast.team_lead, owner=cast.agent_l2)

    answer = browser.post(f"{PAGE}bulk/take/", {"ids": [shown], "confirmed": "1"})

    assert Incident.objects.get().owner == cast.agent_l2
    assert "somebody else changed this record meanwhile" in answer.content.decode()


def test_what_was_done_throughout_leads_back_to_the_queue(cast, browser):
    keys = [key_of(an_incident(cast)), key_of(an_incident(cast))]

    answer = browser.post(
        f"{PAGE}bulk/take/", {"ids": keys, "confirmed": "1", "back": "unassigned"}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/queues/?queue=unassigned")
    assert set(Incident.objects.values_list("owner__username", flat=True)) == {"agent_l1"}


def test_a_comment_on_many_is_never_for_the_client(cast, browser):
    incident = an_incident(cast)
    sent = {"confirmed": "1", "text": "Known outage.", "visibility": "public"}

    browser.post(f"{PAGE}bulk/comment/", {"ids": [key_of(incident)], **sent})

    assert [c.is_internal for c in incident.comments.all()] == [True]


@pytest.mark.parametrize("key", ["", "x", "incident-1", "incident-99999999999999-1", "team-1-1"])
def test_what_is_no_row_is_left_out(cast, browser, key):
    an_incident(cast)

    answer = browser.post(f"{PAGE}bulk/take/", {"ids": [key], "confirmed": "1"})

    assert (answer.status_code, answer.context["records"]) == (200, [])
    assert Incident.objects.get().owner is None


def test_who_may_not_see_a_record_does_nothing_to_it(cast, client_of):
    incident = an_incident(cast)

    client_of(cast.outsider).post(
        f"{PAGE}bulk/take/", {"ids": [key_of(incident)], "confirmed": "1"}
    )

    assert Incident.objects.get().owner is None


def test_readers_are_offered_nothing(cast, client_of):
    reader = client_of(cast.auditor)

    assert reader.get(PAGE).context["bulk_actions"] == []
    assert reader.post(f"{PAGE}bulk/take/").status_code == 404


# --- Page after page ------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["team", "breaching"])
def test_every_row_stands_on_one_page(cast, slug):
    incidents = [
        an_incident(cast, "in_progress", impact=1 + n % 3, urgency=1 + n % 2) for n in range(7)
    ]
    for n, incident in enumerate(incidents[:5]):
        at = timezone.now() + timedelta(hours=n % 2)
        Life.objects.filter(incident=incident).update(breaches_at=at)
    for incident in incidents[1:4]:
        due = timezone.now() + timedelta(minutes=30)
        services.promise_contact(incident, actor=cast.agent_l1, due_at=due)

    pages = paged(slug, cast.agent_l1, 2)

    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert list(chain(*pages)) == standing(slug, cast.agent_l1)
    assert sorted(chain(*pages)) == sorted(incident.reference for incident in incidents)


def test_the_page_leads_on_and_back_to_the_front(cast, browser, monkeypatch):
    monkeypatch.setattr("incidents.queues.rows.MOST", 2)
    last = [an_incident(cast) for _n in range(3)][-1]

    first = browser.get(PAGE, {"queue": "team"})
    second = browser.get(PAGE, {"queue": "team", "after": first.context["next"]})

    assert (first.context["shown"], second.context["shown"]) == (2, 1)
    assert last.reference in second.content.decode()
    assert (second.context["next"], "From the front" in second.content.decode()) == ("", True)


@pytest.mark.parametrize("after", ["x", "incident:x", "team:abc", "\x00", "incident-agreed:e30"])
def test_a_place_of_another_queue_is_said_to_be_none(cast, browser, after):
    an_incident(cast)

    answer = browser.get(PAGE, {"queue": "team", "after": after})

    assert (answer.status_code, answer.context["shown"], answer.context["after"]) == (200, 1, "")
    assert "does not belong to this list" in answer.content.decode()


def test_what_was_promised_stands_where_it_is_due(cast, browser):
    agreed, promised, late = (an_incident(cast, "in_progress", impact=3) for _n in range(3))
    now = timezone.now()
    Life.objects.filter(incident=agreed).update(breaches_at=now + timedelta(hours=2))
    Life.objects.filter(incident=late).update(breaches_at=now + timedelta(hours=4))
    for incident, hours in ((promised, 1), (late, 3)):
        due = now + timedelta(hours=hours)
        services.promise_contact(incident, actor=cast.agent_l1, due_at=due)

    order = standing("breaching", cast.agent_l1)
    page = browser.get(PAGE, {"queue": "breaching"}).content.decode()

    assert order == [incident.reference for incident in (promised, agreed, late)]
    assert page.count("Contact promised") == 2


# --- Kinds of work --------------------------------------------------------------------------------


def test_requests_and_problems_stand_beside_incidents(cast):
    incident = an_incident(cast, "in_progress", impact=1, urgency=1)
    problem = a_problem(cast, "candidate")
    request = a_request(cast)
    waiting = a_request(cast, "pending_customer")
    a_request(cast, "resolved")

    references = [record.reference for record in (incident, problem, request, waiting)]

    assert sorted(standing("team", cast.agent_l1)) == sorted(references)
    assert standing("team", cast.agent_l1)[0] == incident.reference
    assert standing("customer", cast.agent_l1) == [waiting.reference]
    assert sorted(standing("unassigned", cast.agent_l1)) == [problem.reference, request.reference]
    counts = {queue.slug: queue.count(cast.agent_l1) for queue in QUEUES}
    assert (counts["team"], counts["customer"], counts["breaching"]) == (4, 1, 3)


def test_other_kinds_are_seen_by_their_own_rules(cast):
    request, problem = a_request(cast), a_problem(cast)

    for queue in QUEUES:
        assert standing(queue.slug, cast.outsider) == []
    assert set(standing("team", cast.auditor)) == {request.reference, problem.reference}


def test_pages_lead_through_all_kinds(cast):
    for _n in range(2):
        an_incident(cast)
        a_problem(cast)
        a_request(cast)

    for slug in ("team", "breaching"):
        pages = paged(slug, cast.agent_l1, 2)
        assert [len(page) for page in pages] == [2, 2, 2]
        assert len(set(chain(*pages))) == 6


def test_each_kind_is_taken_by_its_own_rules(cast, browser):
    incident, problem, fresh = an_incident(cast), a_problem(cast), a_request(cast)
    begun = a_request(cast, "in_progress")
    keys = [
        work_key(WORK_KINDS[kind], record)
        for kind, record in (
            *(("incidents", incident), ("problems", problem)),
            *(("requests", fresh), ("requests", begun)),
        )
    ]

    answer = browser.post(f"{PAGE}bulk/take/", {"ids": keys, "confirmed": "1"})

    for record in (incident, problem, fresh):
        record.refresh_from_db()
        assert record.owner == cast.agent_l1
    assert (answer.context["done"], answer.context["refused"]) == (3, 1)
    assert "somebody works on it already" in answer.content.decode()


def test_a_comment_on_a_request_is_never_for_the_client(cast, browser):
    request = a_request(cast)
    key = work_key(WORK_KINDS["requests"], request)

    browser.post(f"{PAGE}bulk/comment/", {"ids": [key], "confirmed": "1", "text": "Known."})

    assert [comment.is_internal for comment in request.comments.all()] == [True]
