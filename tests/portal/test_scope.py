"""No page of the portal tells of records that the person may not see: hidden is 404."""

import pytest
from django.urls import reverse

from incidents import services
from tests.factories import a_service, a_vendor, an_asset, an_incident

LIST = "/incidents/incident/"


@pytest.fixture
def hidden(cast):
    """An incident in Mexico with all that hangs on it; the Colombian outsider may not see it."""
    incident = an_incident(
        cast, "in_progress", title="Zanahoria de SPEI", assets=[an_asset(cast, name="zanahoria-db")]
    )
    services.comment_on_incident(incident, actor=cast.agent_l1, text="zanahoria")
    services.attach_to_incident(incident, actor=cast.agent_l1, name="zanahoria.txt", data=b"x")
    return incident


def _pages_of(incident):
    pk = incident.pk
    file = incident.attachments.get()
    return [
        f"{LIST}{pk}/change/",
        f"{LIST}{pk}/history/",
        f"{LIST}{pk}/files/{file.pk}/",
        f"{LIST}{pk}/delete/",
        *(f"{LIST}{pk}/action/{action}/" for action in ("resolve", "comment", "watch", "assign")),
    ]


@pytest.mark.parametrize("who", ["outsider", "norole", "hr_partner", "admin"])
def test_every_page_of_a_hidden_incident_is_404(cast, client_of, hidden, who):
    browser = client_of(cast[who])
    answers = {page: browser.get(page).status_code for page in _pages_of(hidden)}
    delete = answers.pop(f"{LIST}{hidden.pk}/delete/")
    assert set(answers.values()) == {404}
    assert delete in (403, 404)


@pytest.mark.parametrize("who", ["outsider", "norole", "hr_partner", "admin"])
def test_nothing_can_be_done_to_a_hidden_incident(cast, client_of, hidden, who):
    browser = client_of(cast[who])
    before = (hidden.status, hidden.version)
    for action in ("resolve", "comment", "watch", "cancel"):
        answer = browser.post(f"{LIST}{hidden.pk}/action/{action}/", {"note": "x", "text": "x"})
        assert answer.status_code == 404
    assert browser.post(f"{LIST}{hidden.pk}/change/", {"title": "x"}).status_code == 404
    hidden.refresh_from_db()
    assert (hidden.status, hidden.version) == before
    assert hidden.comments.count() == 1


@pytest.mark.parametrize(
    "page",
    [
        LIST,
        f"{LIST}?state=all",
        f"{LIST}?q=zanahoria",
        f"{LIST}?q=INC-000001",
        "/",
        f"{LIST}add/",
        "/assets/asset/",
        "/assets/asset/?q=zanahoria",
        "/people/team/",
    ],
)
@pytest.mark.parametrize("who", ["outsider", "norole"])
def test_no_list_search_choice_or_count_reveals_it(cast, client_of, hidden, who, page):
    answer = client_of(cast[who]).get(page)
    text = answer.content.decode()
    assert answer.status_code in (200, 403)
    assert "anahoria" not in text.replace("q=zanahoria", "").replace(
        'value="zanahoria"', ""
    ).replace("<b>zanahoria</b>", "")
    assert hidden.service.name not in text


def test_the_agent_next_door_sees_it(cast, client_of, hidden):
    """What the tests above look for is there to be found."""
    browser = client_of(cast.agent_l2)
    assert "Zanahoria" in browser.get(f"{LIST}?q=zanahoria").content.decode()
    for page in _pages_of(hidden):
        if "delete" not in page:
            answer = browser.get(page)
            assert answer.getvalue()
            assert answer.status_code == 200, page


@pytest.mark.parametrize(
    ("model", "field"), [("incident", "client"), ("incident", "vendor"), ("incident", "assets")]
)
def test_autocomplete_offers_only_what_one_may_see(cast, client_of, hidden, model, field):
    query = {"app_label": "incidents", "model_name": model, "field_name": field, "term": ""}
    answer = client_of(cast.norole).get(reverse("admin:autocomplete"), query)
    assert answer.status_code == 403
    answer = client_of(cast.outsider).get(reverse("admin:autocomplete"), query)
    assert "zanahoria" not in answer.content.decode()


def test_a_hidden_service_cannot_be_chosen(cast, client_of):
    foreign = a_service(cast, countries=["CO"], owner_team=cast.wallet_co)
    answer = client_of(cast.agent_l1).post(
        f"{LIST}add/",
        {"title": "x", "service": foreign.pk, "impact": 2, "urgency": 2, "channel": "portal"},
    )
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["service"]


def test_filters_offer_only_visible_records(cast, client_of):
    mexican = a_service(cast)
    colombian = a_service(cast, countries=["CO"], owner_team=cast.wallet_co)
    text = client_of(cast.agent_l1).get(f"{LIST}suggest/?filter=service").content.decode()
    assert mexican.name in text
    assert colombian.name not in text


@pytest.mark.parametrize("lookup", ["service__owner_team__slug", "owner__password", "alert_key"])
def test_lookups_that_no_filter_offers_narrow_nothing(cast, client_of, lookup):
    an_incident(cast)
    page = client_of(cast.agent_l1).get(LIST, {lookup: "x"}).context["list"]
    assert len(page.page.rows) == 1
    assert page.query.problems


def test_a_vendor_manager_sees_the_incidents_of_the_own_vendors_and_works_on_none(cast, client_of):
    vendor = a_vendor()
    named = an_incident(cast, vendor=vendor)
    other = an_incident(cast)
    browser = client_of(cast.vendor_manager)
    assert browser.get(f"{LIST}{named.pk}/change/").status_code == 200
    assert browser.get(f"{LIST}{other.pk}/change/").status_code == 404
    assert browser.post(f"{LIST}{named.pk}/change/", {"title": "x"}).status_code == 403
    answer = browser.post(f"{LIST}{named.pk}/action/start/", {})
    assert answer.status_code == 403
    named.refresh_from_db()
    assert named.status == "new"


def test_a_shared_incident_is_shown_and_not_worked_on(cast, client_of, hidden):
    from datetime import timedelta

    from django.utils import timezone

    services.share_incident(
        hidden,
        actor=cast.team_lead,
        user=cast.outsider,
        until=timezone.now() + timedelta(days=1),
    )
    browser = client_of(cast.outsider)
    assert browser.get(f"{LIST}{hidden.pk}/change/").status_code == 200
    assert browser.post(f"{LIST}{hidden.pk}/change/", {"title": "x"}).status_code == 403
    assert browser.post(f"{LIST}{hidden.pk}/action/resolve/", {}).status_code in (400, 403, 409)


def test_files_come_as_downloads_that_no_browser_runs(cast, client_of, hidden):
    file = hidden.attachments.get()
    answer = client_of(cast.agent_l1).get(f"{LIST}{hidden.pk}/files/{file.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == b"x"


def test_a_file_that_is_not_the_one_given_is_not_handed_out(cast, client_of, hidden):
    file = hidden.attachments.get()
    type(file).objects.filter(pk=file.pk).update(sha256="0" * 64)
    answer = client_of(cast.agent_l1).get(f"{LIST}{hidden.pk}/files/{file.pk}/")
    assert answer["Location"] == f"{LIST}{hidden.pk}/change/#timeline"


def test_a_file_is_not_found_by_way_of_another_incident(cast, client_of, hidden):
    other = an_incident(cast)
    file = hidden.attachments.get()
    answer = client_of(cast.agent_l1).get(f"{LIST}{other.pk}/files/{file.pk}/")
    assert answer.status_code == 404


def test_without_a_role_there_is_a_friendly_page_and_an_empty_menu(cast, client_of):
    answer = client_of(cast.norole).get("/")
    assert answer.status_code == 200
    assert answer.context["sidebar_navigation"] == []
    assert "nobody has given you a role yet" in answer.content.decode()


def test_everybody_signs_in_first(client, db):
    for page in ("/", LIST, "/account/", "/people/roles/", "/nowhere/"):
        answer = client.get(page)
        assert answer.status_code == 302
        assert "login" in answer["Location"]
