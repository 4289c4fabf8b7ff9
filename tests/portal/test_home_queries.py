"""The home page costs the same number of queries whatever there is to show."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.services import record_event
from core.dashboard import CARDS
from incidents import services
from incidents.models import Incident
from records.models import CardNumberFinding
from sla.models import Life
from tests.factories import a_vendor, an_incident
from tests.incidents.asking import a_request, an_adjustment

# Session, account, scope and the person's name take four; the menu's counts come on top.
MOST = {
    "agent_l1": 30,
    "team_lead": 33,
    "service_manager": 32,
    "service_owner": 22,
    "approver": 20,
    "vendor_manager": 24,
    "auditor": 27,
    "admin": 22,
    "security_admin": 20,
}
SLOW = {"mandate": 5, "volume": 6, "services": 5, "hours": 5}


def _queries(browser, page):
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(page).status_code == 200
    return len(seen)


def _something_of_everything(cast):
    """For every card a row: urgent, owned, nobody's, watched, commented, moved, reopened, waiting,
    found and refused."""
    urgent = an_incident(cast, "in_progress", impact=1, urgency=1)
    services.comment_on_incident(urgent, actor=cast.team_lead, text="looking @agent_l1")
    an_incident(cast, impact=1, urgency=2)
    followed = an_incident(cast, actor=cast.agent_l2)
    services.watch_incident(followed, actor=cast.agent_l1)
    services.comment_on_incident(followed, actor=cast.agent_l2, text="mine now")
    services.start_incident(followed, actor=cast.agent_l2)
    resolved = an_incident(cast, "resolved")
    services.reopen_incident(resolved, actor=cast.agent_l1, note="again")
    waiting = an_incident(cast, "in_progress")
    services.wait_for_vendor(waiting, actor=cast.agent_l1, vendor=a_vendor(), note="asked")
    CardNumberFinding.objects.create(where="incidents_incident.title", count=1)
    record_event("login.failed", given="agent_l1")
    record_event("token.mint", actor=cast.admin)
    Incident.objects.filter(pk=waiting.pk).update(tier="l2")
    a_request(cast, "assigned")
    an_adjustment(cast)


@pytest.mark.parametrize("who", MOST)
def test_the_page_costs_the_same_for_one_of_everything_and_for_three(cast, client_of, who):
    browser = client_of(cast[who])
    _something_of_everything(cast)
    browser.get("/")
    one = _queries(browser, "/")
    for _ in range(2):
        _something_of_everything(cast)
    assert _queries(browser, "/") == one
    assert one <= MOST[who]


@pytest.mark.parametrize("slug", SLOW)
def test_a_fetched_card_costs_the_same_for_one_and_for_three(cast, client_of, slug):
    browser = client_of(cast.service_manager)
    _something_of_everything(cast)
    browser.get("/")
    one = _queries(browser, f"/?card={slug}")
    for _ in range(2):
        _something_of_everything(cast)
    assert _queries(browser, f"/?card={slug}") == one
    assert one <= SLOW[slug]


@pytest.mark.parametrize("card", ["queue", "team_load"])
def test_what_is_open_is_counted_from_the_index_alone(cast, card):
    """However many incidents there are, closed and open: none of their rows is read for it."""
    closed = an_incident(cast, "closed")
    stored = [field.attname for field in Incident._meta.concrete_fields if not field.generated]
    facts = {name: getattr(closed, name) for name in stored if name not in ("id", "life_id")}
    Incident.objects.bulk_create(Incident(life=Life.objects.create(), **facts) for _ in range(300))
    an_incident(cast)
    with CaptureQueriesContext(connection) as seen:
        CARDS[card].content(cast.service_manager, timezone.now())
    counting = next(q["sql"] for q in seen if "COUNT(" in q["sql"])
    with connection.cursor() as cursor:
        # What earlier tests left decides nothing: neither dead rows in indexes, whose size counts,
        # nor what is known of the joined tables.
        cursor.execute("REINDEX TABLE incidents_incident")
        cursor.execute("ANALYZE incidents_incident")
        for way in ("seqscan", "bitmapscan", "nestloop"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {counting}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert re.search("Index Only Scan using incidents_incident_(open|work|waits)", plan), plan
