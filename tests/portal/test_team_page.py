"""The page of a team: who opens it, what it counts, what it never tells."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.enums import Status
from people.services import add_to_team
from people.services import one_on_one_entries as entries
from tests.factories import a_service, an_incident
from tests.people.certified import a_certification
from tests.people.coaching import a_coaching
from tests.people.one_on_ones import a_series
from tests.people.reviewed import a_revealed_review

pytestmark = pytest.mark.django_db
PAGE = "/my-team/"


def text_for(client_of, user, query=""):
    user.language = "en"
    user.save()
    answer = client_of(user).get(f"{PAGE}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_who_leads_opens_it(cast, client_of):
    for who in cast.users.values():
        status = client_of(who).get(PAGE).status_code
        leads = who.username in ("team_lead", "service_manager", "lead_co", "manager_co")
        assert (status == 200) == leads or status in (302, 403, 404), who
    assert client_of(cast.team_lead).get(PAGE).status_code == 200
    for who in (cast.agent_l1, cast.admin, cast.auditor, cast.hr_partner, cast.norole):
        assert client_of(who).get(PAGE).status_code == 403, who


@pytest.mark.parametrize("slug", ["wallet-co", "no-such-team", "%00"])
def test_other_teams_are_not_there(cast, client_of, slug):
    assert client_of(cast.team_lead).get(f"{PAGE}?team={slug}").status_code == 404


def test_it_tells_the_team_its_work_and_its_people(cast, client_of):
    review = a_revealed_review(cast, 4, 4, 1, None)
    incident = an_incident(cast, Status.IN_PROGRESS, service=a_service(cast))
    a_certification(
        cast, verified=True, name="CISSP", expires_on=timezone.localdate() + timedelta(days=20)
    )
    a_series(cast)
    a_coaching(cast)
    text = text_for(client_of, cast.team_lead, f"?team={incident.team.slug}")
    name = cast.agent_l1.person.full_name
    assert name in text
    assert "CISSP" in text
    assert f"{float(review.score) * 100:.0f} % (n = 1)" in text
    assert "Quality of the team" in text
    assert "There are no 1:1s" not in text
    assert "You coach nobody" not in text
    assert "no verdict on anybody" in text


def test_what_is_said_in_confidence_is_never_told(cast, client_of):
    series = a_series(cast)
    entries.write_note(series, actor=cast.team_lead, text="Zacapoaxtla note")
    entries.tell_mood(series, actor=cast.agent_l1, mood=2)
    a_coaching(cast, goal="Zacapoaxtla goal")
    for who in (cast.team_lead, cast.service_manager):
        assert "Zacapoaxtla" not in text_for(client_of, who, "?team=payments-l1")
    assert "You coach nobody" in text_for(client_of, cast.service_manager, "?team=payments-l1")


def test_it_asks_as_often_for_many_as_for_few(cast, client_of):
    client = client_of(cast.service_manager)
    client.get(f"{PAGE}?team=payments-l1")
    with CaptureQueriesContext(connection) as few:
        client.get(f"{PAGE}?team=payments-l1")
    for who in (cast.agent_l2, cast.requester, cast.peer, cast.implementer, cast.service_owner):
        add_to_team(
            who.person, cast.teams["payments-l1"], actor=cast.admin,
            starts_on=timezone.localdate(),
        )  # fmt: skip
        an_incident(cast, Status.RESOLVED, service=a_service(cast), actor=cast.agent_l1)
    with CaptureQueriesContext(connection) as many:
        client.get(f"{PAGE}?team=payments-l1")
    assert len(many) == len(few)
