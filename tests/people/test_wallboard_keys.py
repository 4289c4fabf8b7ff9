"""A screen on the wall stays signed in by a key: it reads the wallboard as its person, no more."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import OutboxEntry
from core.errors import NotAllowed, Refused, ValidationError
from itsm.logs import mask_hook_keys
from people.models import WallboardKey
from people.services import disable_account, mint_wallboard_key, revoke_wallboard_key
from people.token_format import digest_of
from tests.factories import an_incident

pytestmark = pytest.mark.django_db
MINT = "/account/screens/mint/"


def a_key(user, name="NOC"):
    return mint_wallboard_key(user, actor=user, name=name)


def an_urgent_one(cast, **given):
    at = timezone.now() - timedelta(minutes=3)
    return an_incident(cast, impact=1, urgency=1, at=at, **given)


def page(secret):
    return reverse("wallboard_screen", args=[secret])


def test_a_screen_shows_what_its_person_sees_without_signing_in(cast, client):
    an_urgent_one(cast, title="Cards are declined")
    _key, secret = a_key(cast.agent_l1)
    answer = client.get(page(secret))
    html = answer.content.decode()
    assert (answer.status_code, "Cards are declined" in html) == (200, True)
    assert "/incidents/incident/" not in html
    assert "no-store" in answer["Cache-Control"]
    _key, other = a_key(cast.outsider)
    assert "Cards are declined" not in client.get(page(other)).content.decode()


def test_it_opens_nothing_else_and_writes_nothing(cast, client):
    _key, secret = a_key(cast.agent_l1)
    assert client.post(page(secret)).status_code == 405
    client.get(page(secret))
    assert client.get("/incidents/incident/").status_code == 302


def test_it_speaks_the_language_of_its_person(cast, client):
    type(cast.agent_l1).objects.filter(pk=cast.agent_l1.pk).update(language="es-mx")
    user = type(cast.agent_l1).objects.get(pk=cast.agent_l1.pk)
    _key, secret = a_key(user)
    answer = client.get(page(secret), headers={"Accept-Language": "en"})
    assert (answer["Content-Language"], '<html lang="es-mx"' in answer.content.decode()) == (
        "es-mx",
        True,
    )


def test_a_revoked_or_unknown_key_or_one_of_a_disabled_account_opens_nothing(cast, client):
    key, secret = a_key(cast.agent_l1)
    _other, of_disabled = a_key(cast.agent_l2)
    assert client.get(page(secret)).status_code == 200
    revoke_wallboard_key(key, actor=cast.agent_l1)
    disable_account(cast.agent_l2, actor=cast.admin, reason="left")
    for closed in (secret, of_disabled, "x" * 43):
        assert client.get(page(closed)).status_code == 404
    with pytest.raises(Refused):
        revoke_wallboard_key(key, actor=cast.agent_l1)


def test_only_the_digest_is_kept_and_it_is_noted(cast):
    key, secret = a_key(cast.agent_l1)
    assert (key.digest, key.hint) == (digest_of(secret), secret[:4])
    assert secret not in str(list(OutboxEntry.objects.values_list("after", "context")))
    revoke_wallboard_key(key, actor=cast.agent_l1)
    noted = OutboxEntry.objects.filter(relation__startswith="event:wallboard.").order_by("pk")
    assert list(noted.values_list("relation", flat=True)) == [
        "event:wallboard.mint",
        "event:wallboard.revoke",
    ]


def test_a_new_address_of_a_screen_replaces_the_one_before(cast):
    first, _secret = a_key(cast.agent_l1)
    other, _secret = a_key(cast.agent_l1, "Reception")
    second, _secret = a_key(cast.agent_l1)
    assert set(WallboardKey.objects.filter(revoked_at=None)) == {other, second}
    assert first.pk != second.pk
    with pytest.raises(IntegrityError, match="one_live"), transaction.atomic():
        WallboardKey.objects.create(user=cast.agent_l1, name="NOC", hint="x", digest="x")


def test_it_is_made_for_oneself_by_those_who_see_incidents(cast):
    with pytest.raises(NotAllowed):
        mint_wallboard_key(cast.agent_l1, actor=cast.admin, name="NOC")
    with pytest.raises(NotAllowed):
        a_key(cast.norole)
    with pytest.raises(ValidationError):
        a_key(cast.agent_l1, " ")
    assert not WallboardKey.objects.exists()


def test_logs_do_not_hold_the_key(db):
    told = mask_hook_keys(None, "", {"path": f"/wallboard/{'k' * 43}/?look=light"})
    assert told == {"path": "/wallboard/…/?look=light"}
    assert mask_hook_keys(None, "", {"path": "/wallboard/"}) == {"path": "/wallboard/"}


def test_ones_own_page_lists_and_revokes_them(cast, client_of):
    browser = client_of(cast.agent_l1)
    key, _secret = a_key(cast.agent_l1)
    assert "NOC" in browser.get("/account/").content.decode()
    assert client_of(cast.agent_l2).post(f"/account/screens/{key.pk}/revoke/").status_code == 404
    browser.post(f"/account/screens/{key.pk}/revoke/")
    assert WallboardKey.objects.get().revoked_at is not None
