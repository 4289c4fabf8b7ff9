"""Who may see an incident, asked the other way round; and who is called into a conversation."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from incidents import services
from incidents.models import Incident, Request
from incidents.readers import mentionable, people_who_see
from incidents.services.requests.conversation import comment_on_request
from notifications.models import Message
from people.models import RoleGrant, User
from people.roles import Role
from people.services import end_grant, grant_role
from tests.factories import a_service, a_vendor, an_incident
from tests.incidents.asking import a_request

pytestmark = pytest.mark.django_db
LIST = "/incidents/incident/"


@pytest.fixture
def incident(cast: Any) -> Incident:
    return an_incident(cast, "in_progress")


def _who_see(incident: Incident) -> set[str]:
    return {u.username for u in User.objects.filter(is_active=True) if _sees(u, incident)}


def _sees(user: Any, incident: Incident) -> bool:
    fresh = User.objects.get(pk=user.pk)
    return Incident.objects.visible_to(fresh).filter(pk=incident.pk).exists()


def test_readers_are_exactly_those_who_see_it(cast: Any) -> None:
    """The whole cast against incidents of every kind of reach."""
    mexican, colombian = a_vendor(country="MX"), a_vendor(country="CO")
    owned = a_service(cast, owner_team=cast.wallet_co)
    incidents = [
        an_incident(cast),
        an_incident(cast, vendor=mexican),
        an_incident(cast, vendor=colombian),
        an_incident(cast, service=owned),
        an_incident(cast, actor=None, team=cast.wallet_co, vendor=mexican),
        an_incident(cast, actor=None, team=cast.wallet_co, service=owned),
    ]
    now = timezone.now()
    for role, place in (
        (Role.AGENT, {"country": "CO"}),
        (Role.VENDOR_MANAGER, {}),
        (Role.SERVICE_OWNER, {"team": cast.wallet_co}),
        (Role.AUDITOR, {"country": "MX", "ends_at": now + timedelta(days=9)}),
    ):
        grant_role(cast.norole, role, actor=None, reason="x", starts_at=now, **place)
        for each in incidents:
            found = {user.username for user in people_who_see(each)}
            assert found == _who_see(each), (role, each)
    User.objects.filter(pk=cast.agent_l2.pk).update(is_active=False)
    assert "agent_l2" not in {user.username for user in people_who_see(incidents[0])}


def test_readers_by_a_share_are_those_until_its_end(cast: Any, incident: Incident) -> None:
    until = timezone.now() + timedelta(days=1)
    services.share_incident(incident, actor=cast.team_lead, user=cast.outsider, until=until)
    assert "outsider" in {user.username for user in people_who_see(incident)} == _who_see(incident)
    for grant in RoleGrant.objects.filter(user=cast.outsider):
        end_grant(grant, actor=None, reason="left")
    found = {user.username for user in people_who_see(incident)}
    assert found == _who_see(incident)
    assert "outsider" not in found, "a share shows nothing to who has no role"


def test_a_mention_tells_once_and_makes_a_watcher(cast: Any, incident: Incident) -> None:
    text = "@agent_l2 look, @agent_l2! And @agent_l1 knows."
    comment = services.comment_on_incident(incident, actor=cast.agent_l1, text=text)
    assert comment.unheard == ()
    told = Message.objects.filter(reference=incident.reference)
    assert [(m.recipient.username, m.kind) for m in told] == [("agent_l2", "incident_mentioned")]
    assert [w.user for w in incident.watchers.all()] == [cast.agent_l2]


def test_who_is_mentioned_is_not_told_of_the_comment_as_well(cast: Any, incident: Incident) -> None:
    for user in (cast.agent_l2, cast.team_lead):
        services.watch_incident(incident, actor=user)
    services.comment_on_incident(incident, actor=cast.agent_l1, text="@agent_l2 look")
    told = Message.objects.filter(reference=incident.reference).order_by("recipient__username")
    assert [(m.recipient.username, m.kind) for m in told] == [
        ("agent_l2", "incident_mentioned"),
        ("team_lead", "incident_commented"),
    ]


def test_a_mention_of_who_may_not_see_it_does_nothing(cast: Any, incident: Incident) -> None:
    text = "@outsider @norole @nobody_at_all"
    comment = services.comment_on_incident(incident, actor=cast.agent_l1, text=text)
    assert comment.unheard == ("outsider", "norole", "nobody_at_all")
    assert not Message.objects.filter(reference=incident.reference).exists()
    assert not incident.watchers.exists()
    assert not _sees(cast.outsider, incident)


def test_the_writer_is_told_of_who_does_not_hear(
    cast: Any, client_of: Any, incident: Incident
) -> None:
    page = f"{LIST}{incident.pk}/action/comment/"
    browser = client_of(cast.agent_l1)
    answer = browser.post(page, {"text": "@outsider @agent_l2 @nobody_at_all"}, follow=True)
    text = answer.content.decode()
    assert "@outsider, @nobody_at_all were not told" in text
    assert browser.post(page, {"text": "@agent_l2"}, follow=True).status_code == 200


def test_machines_mention_nobody(cast: Any, incident: Incident) -> None:
    services.comment_on_incident(incident, actor=None, text="@agent_l2 in a log line")
    kinds = Message.objects.filter(reference=incident.reference).values_list("kind", flat=True)
    assert set(kinds) == {"incident_commented"}


def test_suggested_are_those_who_see_it_and_whom_one_knows(
    cast: Any, client_of: Any, incident: Incident
) -> None:
    browser, url = client_of(cast.agent_l1), f"{LIST}{incident.pk}/people/"
    told = browser.get(url, {"q": "agent"}).json()
    assert [p["username"] for p in told["people"]] == ["agent_l2"], "neither oneself nor outsiders"
    by_name = browser.get(url, {"q": "Luna"}).json()["people"]
    assert by_name == [{"username": "agent_l2", "name": "Andrés Luna"}]
    everybody = {user.username for user in mentionable(incident, by=cast.agent_l1)}
    assert everybody <= _who_see(incident) - {"agent_l1"}
    for hostile in ("\x00", "%", "_", "'", "x" * 500, "²", "\ud83d"):
        query = hostile.encode("utf-8", "replace").decode()
        assert browser.get(url, {"q": query}).status_code == 200, hostile
    assert browser.post(url).status_code == 405


def test_a_preview_is_what_will_be_shown(cast: Any, client_of: Any, incident: Incident) -> None:
    browser, url = client_of(cast.agent_l1), f"{LIST}{incident.pk}/preview/"
    answer = browser.post(url, {"text": "**a** @agent_l2 <script>x</script>"})
    text = answer.content.decode()
    assert "<strong>a</strong>" in text
    assert "<strong>@agent_l2</strong>" in text
    assert "<script>" not in text
    assert browser.post(url, {"text": "x" * 20_001}).status_code == 413
    assert browser.get(url).status_code == 405
    assert browser.post(url).content == b""


# --- Comments: for whom, and files ------------------------------------------------------------


@pytest.fixture
def with_client(cast: Any) -> Incident:
    from sla.client_services import add_client

    client = add_client(actor=None, slug="oxxo", name="Oxxo", country="MX")
    return an_incident(cast, "in_progress", client=client)


def test_nothing_goes_to_a_client_without_being_confirmed(
    cast: Any, client_of: Any, with_client: Incident
) -> None:
    browser, page = client_of(cast.agent_l1), f"{LIST}{with_client.pk}/action/comment/"
    public = {"text": "Dear client", "visibility": "public"}
    answer = browser.post(page, public)
    assert answer.status_code == 400
    assert "Tick this if Oxxo may read it." in answer.content.decode()
    assert not with_client.comments.exists()
    assert browser.post(page, public | {"confirmed": "on"}).status_code == 302
    assert [c.is_internal for c in with_client.comments.all()] == [False]


@pytest.mark.parametrize("visibility", ["", "internal"])
def test_internal_is_what_is_not_said_to_be_public(
    cast: Any, client_of: Any, with_client: Incident, visibility: str
) -> None:
    page = f"{LIST}{with_client.pk}/action/comment/"
    client_of(cast.agent_l1).post(page, {"text": "x", "visibility": visibility})
    assert [c.is_internal for c in with_client.comments.all()] == [True]


def test_a_visibility_that_is_none_is_refused(
    cast: Any, client_of: Any, with_client: Incident
) -> None:
    page = f"{LIST}{with_client.pk}/action/comment/"
    answer = client_of(cast.agent_l1).post(page, {"text": "x", "visibility": "everybody"})
    assert answer.status_code == 400
    assert not with_client.comments.exists()


def test_files_come_with_the_comment_or_alone(
    cast: Any, client_of: Any, incident: Incident
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser, page = client_of(cast.agent_l1), f"{LIST}{incident.pk}/action/comment/"
    files = [SimpleUploadedFile(f"{n}.txt", b"text") for n in "ab"]
    assert browser.post(page, {"text": "two", "files": files}).status_code == 302
    assert (incident.comments.count(), incident.attachments.count()) == (1, 2)
    alone = SimpleUploadedFile("c.txt", b"text")
    assert browser.post(page, {"text": " ", "files": [alone]}).status_code == 302
    assert (incident.comments.count(), incident.attachments.count()) == (1, 3)


def test_a_file_that_is_refused_takes_the_comment_with_it(
    cast: Any, client_of: Any, incident: Incident
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = f"{LIST}{incident.pk}/action/comment/"
    files = [SimpleUploadedFile("a.txt", b"text"), SimpleUploadedFile("b.exe", b"MZ")]
    answer = client_of(cast.agent_l1).post(page, {"text": "both", "files": files})
    assert answer.status_code == 400
    assert (incident.comments.count(), incident.attachments.count()) == (0, 0)


def test_ten_files_are_enough_for_one_comment(
    cast: Any, client_of: Any, incident: Incident
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = f"{LIST}{incident.pk}/action/comment/"
    files = [SimpleUploadedFile(f"{n}.txt", b"text") for n in range(11)]
    assert client_of(cast.agent_l1).post(page, {"text": "x", "files": files}).status_code == 400
    assert not incident.attachments.exists()


# --- On requests --------------------------------------------------------------------------------


def test_readers_of_a_request_are_exactly_those_who_see_it(cast: Any) -> None:
    owned = a_service(cast, owner_team=cast.wallet_co)
    requests = [
        a_request(cast),
        a_request(cast, team=cast.payments_l1),
        a_request(cast, vendor=a_vendor(country="CO")),
        a_request(cast, service=owned),
    ]
    for role, place in ((Role.VENDOR_MANAGER, {}), (Role.SERVICE_OWNER, {"team": cast.wallet_co})):
        grant_role(cast.norole, role, actor=None, reason="x", **place)
        for request in requests:
            see = {
                user.username
                for user in User.objects.filter(is_active=True)
                if Request.objects.visible_to(user).filter(pk=request.pk).exists()
            }
            assert {user.username for user in people_who_see(request)} == see, (role, request)


def test_a_mention_on_a_request_tells_once_and_makes_a_watcher(cast: Any) -> None:
    request = a_request(cast)
    text = "@agent_l2 look, @agent_l2! @outsider too"
    comment = comment_on_request(request, actor=cast.agent_l1, text=text)
    assert comment.unheard == ("outsider",)
    (told,) = Message.objects.filter(reference=request.reference)
    assert (told.recipient, told.kind) == (cast.agent_l2, "request_mentioned")
    assert told.context["path"] == f"/incidents/request/{request.pk}/change/#c-{comment.pk}"
    assert [watcher.user for watcher in request.watchers.all()] == [cast.agent_l2]
