"""Links and shares are taken back as they are made: by an action, with history, by who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from incidents import services
from incidents.models import Incident
from tests.factories import a_service, an_incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(cast: Any) -> Incident:
    incident = an_incident(cast)
    until = timezone.now() + timedelta(days=1)
    return services.share_incident(incident, actor=cast.team_lead, user=cast.outsider, until=until)


def test_a_share_ends_at_once(cast: Any, api_of: Any, shared: Incident) -> None:
    address = f"/api/v1/incidents/{shared.reference}/"
    reader = api_of(cast.outsider)
    assert reader.get(address).status_code == 200
    body = {"action": "end_share", "user": "outsider"}
    assert api_of(cast.team_lead).post(f"{address}transitions/", body).status_code == 200
    assert reader.get(address).status_code == 404
    share = shared.shares.get()
    assert share.until <= timezone.now()
    assert share.history.latest("history_id").history_action == "incident.end_share"


@pytest.mark.parametrize("who", ["norole", "hr_partner", "admin", "security_admin"])
def test_it_is_not_shared_with_whom_it_could_not_be_shown_to(
    cast: Any, api_of: Any, refuses: Any, who: str
) -> None:
    incident, until = an_incident(cast), timezone.now() + timedelta(days=1)
    told = "This person's role never shows incidents."
    with refuses(ValidationError, told):
        services.share_incident(incident, actor=cast.team_lead, user=cast[who], until=until)
    body = {"action": "share", "user": who, "until": until.isoformat()}
    address = f"/api/v1/incidents/{incident.reference}/transitions/"
    # Accounts outside the own teams cannot be chosen at all.
    assert api_of(cast.service_manager).post(address, body).status_code == 400
    assert not incident.shares.exists()


def test_only_who_may_share_ends_a_share(cast: Any, refuses: Any, shared: Incident) -> None:
    with refuses(NotAllowed):
        services.end_share(shared, actor=cast.agent_l1, user=cast.outsider)


def test_what_is_not_shared_is_not_ended(cast: Any, refuses: Any, shared: Incident) -> None:
    with refuses(Refused, "not shared"):
        services.end_share(shared, actor=cast.team_lead, user=cast.agent_l2)


def test_the_portal_offers_it_to_who_may(cast: Any, client_of: Any, shared: Incident) -> None:
    page = f"/incidents/incident/{shared.pk}/action/end_share/"
    assert client_of(cast.agent_l1).get(page).status_code == 404
    lead = client_of(cast.team_lead)
    assert "outsider" in lead.get(page).content.decode()
    assert lead.post(page, {"user": "outsider"}).status_code == 302
    assert not shared.shares.filter(until__gt=timezone.now()).exists()


def test_a_link_is_taken_back(cast: Any, client_of: Any, refuses: Any) -> None:
    one, other = an_incident(cast), an_incident(cast)
    services.link_records(one, "related", other, actor=cast.agent_l1)
    page = f"/incidents/incident/{one.pk}/action/unlink/"
    given = {"kind": "related", "target": other.reference}
    assert client_of(cast.agent_l2).post(page, given).status_code == 302
    assert not one.links.exists()
    with refuses(Refused, "not linked"):
        services.unlink_records(one, "related", other, actor=cast.agent_l1)


def test_a_link_to_a_hidden_incident_is_as_one_that_is_not_there(cast: Any, refuses: Any) -> None:
    theirs = a_service(cast, countries=["CO"], support_team=cast.wallet_co)
    hidden = an_incident(cast, actor=None, service=theirs)
    one = an_incident(cast)
    one.links.create(kind="related", target=hidden, created_by=cast.agent_l1)
    with refuses(Refused, "not linked"):
        services.unlink_records(one, "related", hidden, actor=cast.agent_l1)
    assert one.links.exists()
