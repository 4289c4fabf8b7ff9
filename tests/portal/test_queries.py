"""Pages cost the same number of queries whatever there is to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import services
from people.models import Team
from tests.factories import a_service, a_vendor, an_asset, an_incident
from tests.ledger import seal_here

LIST = "/incidents/incident/"


def _queries(browser, page):
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(page).status_code == 200
    return [q["sql"] for q in seen.captured_queries]


def _an_incident_with_everything(cast):
    incident = an_incident(
        cast, "in_progress", title="Slow transfers", vendor=a_vendor(), assets=[an_asset(cast)]
    )
    services.comment_on_incident(incident, actor=cast.agent_l1, text="looking")
    services.watch_incident(incident, actor=cast.agent_l2)
    return incident


PAGES = [
    "/",
    LIST,
    f"{LIST}?search=slow",
    f"{LIST}?tab=all&priority=3",
    "/incidents/problem/",
    "/assets/asset/",
    "/assets/service/",
    "/vendors/vendor/",
    "/people/team/",
]


@pytest.mark.parametrize("page", PAGES)
def test_lists_cost_the_same_for_one_row_and_for_three(cast, client_of, page):
    _an_incident_with_everything(cast)
    browser = client_of(cast.agent_l1)
    browser.get(page)
    one = _queries(browser, page)
    for _ in range(2):
        _an_incident_with_everything(cast)
    assert len(_queries(browser, page)) == len(one)


def test_the_incident_list_costs_few_queries(cast, client_of):
    _an_incident_with_everything(cast)
    browser = client_of(cast.agent_l1)
    browser.get(LIST)
    assert len(_queries(browser, LIST)) <= 13


def test_a_page_costs_the_same_for_one_comment_and_for_three(cast, client_of):
    incident = _an_incident_with_everything(cast)
    page = f"{LIST}{incident.pk}/change/"
    browser = client_of(cast.agent_l1)
    browser.get(page)
    one = _queries(browser, page)
    other = an_incident(cast)
    for actor in (cast.agent_l1, cast.team_lead):
        services.comment_on_incident(incident, actor=actor, text="more")
        services.watch_incident(incident, actor=actor)
    services.link_records(incident, "related", other, actor=cast.agent_l1)
    browser.get(page)
    assert len(_queries(browser, page)) == len(one)


def test_the_accounts_list_costs_the_same_for_all(cast, client_of):
    browser = client_of(cast.security_admin)
    browser.get("/people/user/")
    assert len(_queries(browser, "/people/user/")) <= 12
    assert len(_queries(browser, "/people/user/?search=agent")) <= 12


def test_nothing_but_the_tabs_is_counted_and_those_to_a_hundred(cast, client_of):
    an_incident(cast)
    browser = client_of(cast.agent_l1)
    counts = [sql for sql in _queries(browser, LIST) if "COUNT(*)" in sql]
    assert len(counts) >= 4
    assert all("LIMIT 100)" in sql for sql in counts)


def test_the_audit_trail_is_never_counted(cast, client_of):
    an_incident(cast)
    seal_here()
    browser = client_of(cast.auditor)
    counts = [sql for sql in _queries(browser, "/audit/ledgerentry/") if "COUNT" in sql]
    assert not [sql for sql in counts if "audit_ledgerentry" in sql]
    assert Team.objects.exists()
    assert a_service(cast)
