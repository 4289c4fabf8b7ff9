"""An incident names the change that caused it, and both pages tell those who see both."""

from datetime import timedelta

import pytest
from django.utils import timezone

from changes.consequences import CONSEQUENCES
from core.errors import ValidationError
from incidents import services
from incidents.causes import likely_causes
from incidents.models import Incident
from tests.factories import a_change, a_service, an_incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(cast):
    return a_service(cast)


@pytest.fixture
def change(cast, service):
    return a_change(cast, "verifying", services=[service], title="New switch certificate")


@pytest.fixture
def incident(cast, service, change):
    return an_incident(cast, service=service)


@pytest.fixture
def hidden(cast):
    """A change of Colombia's, which nobody in Mexico sees."""
    wallet = {"owner_team": cast.wallet_co, "support_team": cast.wallet_co, "countries": ["CO"]}
    return a_change(
        cast,
        team=cast.wallet_co,
        services=[a_service(cast, **wallet)],
        title="Hidden wallet change",
        builder=None,
        implementer=None,
    )


def test_the_api_takes_and_shows_the_change(api_of, cast, incident, change):
    api = api_of(cast.agent_l1)
    address = f"/api/v1/incidents/{incident.reference}/"
    at = {"HTTP_IF_MATCH": f'"{incident.version}"'}
    answer = api.patch(address, {"caused_by_change": change.reference}, format="json", **at)
    assert (answer.status_code, answer.json()["caused_by_change"]) == (200, change.reference)
    listed = api.get(f"/api/v1/incidents/?caused_by_change={change.reference}").json()["results"]
    assert [(row["reference"], row["caused_by_change"]) for row in listed] == [
        (incident.reference, change.reference)
    ]
    at = {"HTTP_IF_MATCH": f'"{answer.json()["version"]}"'}
    answer = api.patch(address, {"caused_by_change": None}, format="json", **at)
    assert answer.json()["caused_by_change"] is None


@pytest.mark.parametrize("given", ["CHG-999999", 7, "\x00"])
def test_what_is_no_change_is_refused(api_of, cast, incident, given):
    at = {"HTTP_IF_MATCH": f'"{incident.version}"'}
    answer = api_of(cast.agent_l1).patch(
        f"/api/v1/incidents/{incident.reference}/", {"caused_by_change": given}, format="json", **at
    )
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["caused_by_change"]


def test_a_hidden_change_is_not_there(api_of, client_of, cast, incident, hidden):
    at = {"HTTP_IF_MATCH": f'"{incident.version}"'}
    address = f"/api/v1/incidents/{incident.reference}/"
    api = api_of(cast.agent_l1)
    answer = api.patch(address, {"caused_by_change": hidden.reference}, format="json", **at)
    assert answer.status_code == 400
    assert api.get(f"/api/v1/incidents/?caused_by_change={hidden.reference}").status_code == 400
    with pytest.raises(ValidationError):
        services.edit_incident(incident, actor=cast.agent_l1, caused_by_change=hidden)
    Incident.objects.filter(pk=incident.pk).update(caused_by_change=hidden)
    assert api.get(address).json()["caused_by_change"] is None
    (row,) = api.get("/api/v1/incidents/").json()["results"]
    assert row["caused_by_change"] is None
    history = api.get(f"{address}history/").content.decode()
    browser = client_of(cast.agent_l1)
    pages = [
        browser.get(f"/incidents/incident/{incident.pk}/change/{more}").content.decode()
        for more in ("", "?edit=1")
    ]
    for text in (history, *pages):
        assert hidden.reference not in text
        assert hidden.title not in text
    with pytest.raises(ValidationError):
        services.edit_incident(incident, actor=cast.agent_l1, caused_by_change=None)


def test_the_likely_changes_are_those_of_the_service_shortly_before(cast, service, change):
    other = a_change(cast, "verifying")  # of another service
    later = an_incident(cast, service=service, at=timezone.now())
    assert list(likely_causes(later, cast.service_manager)) == [change]
    assert other not in likely_causes(later, cast.service_manager)
    before = Incident(service=service, opened_at=change.actual_start_at - timedelta(minutes=1))
    assert list(likely_causes(before, cast.service_manager)) == []
    long_after = Incident(service=service, opened_at=timezone.now() + timedelta(hours=25))
    assert list(likely_causes(long_after, cast.service_manager)) == []
    assert list(likely_causes(later, cast.outsider)) == []


def test_the_dialog_offers_them_and_both_pages_show_it(client_of, cast, incident, change):
    browser = client_of(cast.agent_l1)
    address = f"/incidents/incident/{incident.pk}/"
    dialog = f"{address}action/name_cause/"
    assert change.title in browser.get(dialog).content.decode()
    assert browser.post(dialog, {"likely": "", "change": ""}).status_code == 400
    assert browser.post(dialog, {"likely": "CHG-999999"}).status_code == 400
    assert browser.post(dialog, {"likely": change.reference}).status_code == 302
    incident.refresh_from_db()
    assert incident.caused_by_change == change
    assert change.reference in browser.get(f"{address}change/").content.decode()
    page = client_of(cast.service_manager).get(f"/changes/change/{change.pk}/change/")
    assert incident.reference in page.content.decode()


def test_an_incident_that_one_does_not_see_is_not_told_of(client_of, cast, incident, change):
    services.edit_incident(incident, actor=None, caused_by_change=change)
    caused = CONSEQUENCES["incidents"].changes
    assert set(caused(cast.service_manager).values_list("caused_by_change", flat=True)) == {
        change.pk
    }
    for name in ("approver", "peer"):
        if not Incident.objects.visible_to(cast[name]).exists():
            assert list(caused(cast[name])) == []
            page = client_of(cast[name]).get(f"/changes/change/{change.pk}/change/")
            assert incident.title not in page.content.decode()
