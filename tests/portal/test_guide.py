"""The first five minutes: a newcomer is led by what they have really done, and left alone after."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.context import Channel, acting
from itsm import guide
from tests.factories import a_service, an_incident

HOME = "/"


def _page(incident):
    return f"/incidents/incident/{incident.pk}/change/"


def _act(browser, incident, action, **given):
    answer = browser.post(f"/incidents/incident/{incident.pk}/action/{action}/", given)
    assert answer.status_code == 302, answer.content.decode()[:2000]


def _next(answer):
    """The code of the step that the page asks for; None where it shows no guide."""
    if "data-guide" not in answer.content.decode():
        return None
    steps = answer.context["first_steps"]
    return steps["next"]["code"] if steps["next"] else "finished"


def test_a_newcomer_is_led_from_step_to_step_and_praised_once(cast, client_of):
    incident = an_incident(cast, actor=cast.team_lead)
    browser = client_of(cast.agent_l1)
    home = browser.get(HOME)
    assert _next(home) == "take"
    assert _page(incident) in home.content.decode()

    _act(browser, incident, "start")
    assert _next(browser.get(_page(incident))) == "comment"
    _act(browser, incident, "comment", text="Looking at it.")
    assert _next(browser.get(HOME)) == "resolve"
    _act(browser, incident, "resolve", resolution_code="fixed", resolution="Restarted it.")

    browser.cookies[guide.cookie_of(cast.agent_l1)] = "shown"  # as the page's script says
    assert _next(browser.get(_page(incident))) == "finished"
    browser.cookies[guide.cookie_of(cast.agent_l1)] = "closed"
    assert _next(browser.get(HOME)) is None


def test_who_has_done_it_all_elsewhere_is_not_taught(cast, client_of):
    incident = an_incident(cast, actor=cast.team_lead)
    browser = client_of(cast.agent_l1)
    _act(browser, incident, "start")
    _act(browser, incident, "comment", text="Looking at it.")
    _act(browser, incident, "resolve", resolution_code="fixed", resolution="Restarted it.")
    assert _next(client_of(cast.agent_l1).get(HOME)) is None


def test_deeds_of_the_demo_world_do_not_count(cast, client_of):
    with acting(channel=Channel.DEMO):
        an_incident(cast, "resolved")
    assert guide.deeds_of(cast.agent_l1) == {"take": False, "comment": False, "resolve": False}


def test_deeds_of_others_do_not_count(cast, client_of):
    incident = an_incident(cast, actor=cast.team_lead)
    _act(client_of(cast.agent_l2), incident, "start")
    assert guide.deeds_of(cast.agent_l1)["take"] is False
    assert guide.deeds_of(cast.agent_l2)["take"] is True


def test_what_is_done_is_never_asked_again(cast):
    caches["local"].set(f"first-steps-done:{cast.agent_l1.pk}", True, None)
    with CaptureQueriesContext(connection) as seen:
        assert all(guide.deeds_of(cast.agent_l1).values())
    assert len(seen) == 0


def test_it_closes_without_scripts_and_stays_closed(cast, client_of):
    browser = client_of(cast.agent_l1)
    answer = browser.post("/first-steps/close/", {"next": "/incidents/incident/"})
    assert answer["Location"] == "/incidents/incident/"
    assert _next(browser.get(HOME)) is None
    assert _next(client_of(cast.agent_l2).get(HOME)) == "take"


@pytest.mark.parametrize(
    "to", ["", "https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_closing_leads_nowhere_else(cast, client_of, to):
    answer = client_of(cast.agent_l1).post("/first-steps/close/", {"next": to})
    assert answer["Location"] == "/"


def test_closing_is_a_post(cast, client_of):
    assert client_of(cast.agent_l1).get("/first-steps/close/").status_code == 405


@pytest.mark.parametrize("who", ["auditor", "admin", "vendor_manager", "requester", "norole"])
def test_those_who_work_no_incidents_are_not_led(cast, client_of, who):
    an_incident(cast)
    assert _next(client_of(cast[who]).get(HOME)) is None


def test_only_incidents_that_one_sees_are_offered(cast, client_of):
    hidden = an_incident(cast)
    home = client_of(cast.outsider).get(HOME)
    assert _next(home) == "take"
    assert hidden.reference not in home.content.decode()


def test_an_incident_of_another_team_is_not_offered_to_be_taken(cast, client_of):
    an_incident(cast, service=a_service(cast, support_team=cast.payments_l2))
    assert client_of(cast.agent_l1).get(HOME).context["first_steps"]["record"] is None


@pytest.mark.parametrize("page", ["/incidents/incident/", "/account/", "/people/team/"])
def test_other_pages_are_left_alone(cast, client_of, page):
    assert _next(client_of(cast.agent_l1).get(page)) is None
