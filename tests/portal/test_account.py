"""One's own account page, and what administrators do to accounts, grants and sources."""

import re

import pytest

from integrations import services as alerting
from integrations.models import AlertEvent, SourceKey
from notifications.models import Preference
from people.models import ApiToken, RoleGrant
from tests.factories import a_service


@pytest.fixture
def confirmed(client_of, settings):
    """`confirmed(user)`: a browser in which the password was given just now."""

    def sign_in(user):
        user.set_password("demo")
        user.save(update_fields=["password"])
        browser = client_of(user)
        answer = browser.post("/accounts/reauthenticate/", {"password": "demo"})
        assert answer.status_code == 302
        return browser

    return sign_in


def test_language_and_time_zone_are_ones_own_choice(cast, client_of):
    browser = client_of(cast.agent_l1)
    given = {"part": "locale", "language": "es-mx", "time_zone": "America/Bogota"}
    assert browser.post("/account/", given)["Location"] == "/account/"
    cast.agent_l1.refresh_from_db()
    assert (cast.agent_l1.language, cast.agent_l1.time_zone) == ("es-mx", "America/Bogota")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "\x00", "x" * 500, "../etc/passwd"])
def test_what_is_no_time_zone_is_refused(cast, client_of, zone):
    given = {"part": "locale", "language": "en", "time_zone": zone}
    answer = client_of(cast.agent_l1).post("/account/", given)
    assert answer.status_code == 400
    cast.agent_l1.refresh_from_db()
    assert cast.agent_l1.time_zone == "America/Mexico_City"


def test_the_account_page_changes_nothing_else(cast, client_of):
    browser = client_of(cast.agent_l1)
    browser.post(
        "/account/",
        {
            "part": "locale",
            "language": "en",
            "time_zone": "America/Bogota",
            "username": "root",
            "email": "x@example.com",
            "is_active": "0",
        },
    )
    before = (cast.agent_l1.username, cast.agent_l1.email)
    cast.agent_l1.refresh_from_db()
    assert (cast.agent_l1.username, cast.agent_l1.email) == before


def test_messages_are_muted_but_never_those_about_the_account(cast, client_of):
    browser = client_of(cast.agent_l1)
    browser.post("/account/", {"part": "messages", "wanted": ["account_security"]})
    assert "incident_assigned" in Preference.objects.get(user=cast.agent_l1).muted_kinds
    answer = browser.post("/account/", {"part": "messages", "wanted": []})
    assert answer.status_code == 400
    half = {"part": "messages", "wanted": ["account_security"], "quiet_from": "22:00"}
    assert browser.post("/account/", half).status_code == 400


def test_a_token_is_shown_once_and_only_after_the_password(cast, client_of, confirmed):
    page = "/account/tokens/mint/"
    given = {"name": "ci", "scope": "read", "days": 30}
    answer = client_of(cast.agent_l1).post(page, given)
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert not ApiToken.objects.exists()
    browser = confirmed(cast.agent_l1)
    answer = browser.post(page, given)
    token = ApiToken.objects.get()
    secret = re.search(r"itsm_pat_[\w-]+", answer.content.decode()).group()
    assert "no-store" in answer["Cache-Control"]
    assert (token.user, token.scopes) == (cast.agent_l1, ["read"])
    assert secret not in browser.get("/account/").content.decode()


def test_tokens_are_revoked_by_their_owner_alone(cast, confirmed, client_of):
    from people.services import mint_token

    token, _secret = mint_token(cast.agent_l1, actor=cast.agent_l1, name="x", scopes=["read"])
    page = f"/account/tokens/{token.pk}/revoke/"
    assert client_of(cast.agent_l2).post(page).status_code == 404
    browser = client_of(cast.agent_l1)
    assert browser.get(page).status_code == 200
    token.refresh_from_db()
    assert token.revoked_at is None
    assert browser.post(page).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


@pytest.mark.parametrize("action", ["disable", "grant"])
def test_taking_and_giving_access_wants_the_password_again(cast, client_of, action):
    page = f"/people/user/{cast.agent_l2.pk}/action/{action}/"
    for answer in (
        client_of(cast.security_admin).get(page),
        client_of(cast.security_admin).post(page, {"reason": "left"}),
    ):
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]
    cast.agent_l2.refresh_from_db()
    assert cast.agent_l2.is_active


def test_an_administrator_disables_and_enables_an_account(cast, confirmed):
    browser = confirmed(cast.security_admin)
    page = f"/people/user/{cast.agent_l2.pk}/action"
    assert browser.post(f"{page}/disable/", {"reason": "left"}).status_code == 302
    cast.agent_l2.refresh_from_db()
    assert not cast.agent_l2.is_active
    assert browser.get(f"{page}/disable/").status_code == 404
    assert browser.post(f"{page}/enable/", {"reason": "back"}).status_code == 302
    cast.agent_l2.refresh_from_db()
    assert cast.agent_l2.is_active


def test_a_role_is_granted_and_ended(cast, confirmed):
    browser = confirmed(cast.security_admin)
    given = {"role": "agent", "team": cast.payments_l1.pk, "reason": "new colleague"}
    page = f"/people/user/{cast.norole.pk}/action/grant/"
    assert browser.post(page, given).status_code == 302
    grant = RoleGrant.objects.get(user=cast.norole)
    assert (grant.role, grant.granted_by) == ("agent", cast.security_admin)
    end = f"/people/rolegrant/{grant.pk}/action/end/"
    assert browser.post(end, {"reason": "mistake"}).status_code == 302
    grant.refresh_from_db()
    assert grant.ends_at is not None


def test_nobody_grants_to_themselves(cast, confirmed):
    page = f"/people/user/{cast.security_admin.pk}/action/grant/"
    before = RoleGrant.objects.count()
    given = {"role": "auditor", "reason": "curious", "ends_at": "2030-01-01T00:00"}
    answer = confirmed(cast.security_admin).post(page, given)
    assert answer.status_code == 403
    assert RoleGrant.objects.count() == before


@pytest.mark.parametrize("who", ["agent_l1", "team_lead", "auditor", "norole"])
def test_others_find_no_such_dialogs(cast, client_of, who):
    page = f"/people/user/{cast.agent_l2.pk}/action/disable/"
    assert client_of(cast[who]).get(page).status_code == 404


def test_password_hashes_appear_nowhere(cast, client_of):
    stored = cast.agent_l1.password
    browser = client_of(cast.security_admin)
    pages = ["", f"{cast.agent_l1.pk}/change/", f"{cast.agent_l1.pk}/history/"]
    for page in pages:
        text = browser.get(f"/people/user/{page}").content.decode()
        assert stored not in text
        assert "md5$" not in text
        assert "argon2" not in text


def test_the_roles_are_there_to_read(cast, client_of):
    text = client_of(cast.agent_l1).get("/people/roles/").content.decode()
    assert "Works incidents of the own country" in text
    assert client_of(cast.norole).get("/people/roles/").status_code == 404


@pytest.fixture
def source(cast):
    return alerting.add_source(
        actor=cast.admin, name="prod", kind="alertmanager", default_service=a_service(cast)
    )


def test_a_new_pair_of_keys_is_shown_once_with_the_ready_yaml(cast, client_of, source):
    browser = client_of(cast.admin)
    page = f"/integrations/alertsource/{source.pk}/action/rotate/"
    assert browser.get(page).status_code == 200
    assert not SourceKey.objects.exists(), "asking makes no key"
    text = browser.post(page).content.decode()
    assert "webhook_configs" in text
    key = re.search(r"/hooks/alertmanager/([\w-]+)/", text).group(1)
    assert key not in browser.get(f"/integrations/alertsource/{source.pk}/change/").content.decode()
    browser.post(page)
    assert browser.post(page).status_code == 409, "two pairs live at most"
    first = SourceKey.objects.order_by("pk").first()
    revoke = f"/integrations/alertsource/{source.pk}/action/revoke/"
    assert browser.post(revoke, {"key": first.pk}).status_code == 302
    assert SourceKey.objects.filter(revoked_at=None).count() == 1


def test_events_show_their_payload_and_are_replayed_by_a_post(cast, client_of, source):
    event = AlertEvent.objects.create(source=source, payload={"alerts": []}, sha256="0" * 64)
    browser = client_of(cast.admin)
    page = f"/integrations/alertevent/{event.pk}"
    assert "alerts" in browser.get(f"{page}/change/").content.decode()
    browser.get(f"{page}/action/replay/")
    event.refresh_from_db()
    assert event.replays == 0
    browser.post(f"{page}/action/replay/")
    event.refresh_from_db()
    assert event.replays == 1
    assert client_of(cast.auditor).post(f"{page}/action/replay/").status_code == 404
    assert client_of(cast.agent_l1).get(f"{page}/change/").status_code == 404
