"""Calendar addresses: made for oneself, shown once, one for each calendar, noted in the ledger."""

import re

import pytest
from django.db import IntegrityError, transaction

from audit.models import OutboxEntry
from core.errors import NotAllowed, Refused
from people.models import CalendarKey
from people.services import mint_calendar_key, revoke_calendar_key
from people.token_format import digest_of

pytestmark = pytest.mark.django_db
MINT = "/account/calendars/mint/"


def events():
    return list(
        OutboxEntry.objects.filter(relation__startswith="event:calendar.")
        .order_by("pk")
        .values_list("relation", flat=True)
    )


def test_only_the_digest_is_kept_and_it_is_noted(cast):
    key, secret = mint_calendar_key(cast.requester, actor=cast.requester)
    assert len(secret) == 43
    assert (key.digest, key.hint) == (digest_of(secret), secret[:4])
    assert secret not in str(list(OutboxEntry.objects.values_list("after", "context")))
    revoke_calendar_key(key, actor=cast.requester)
    assert events() == ["event:calendar.mint", "event:calendar.revoke"]


def test_a_new_address_replaces_the_one_before(cast):
    first, _secret = mint_calendar_key(cast.requester, actor=cast.requester)
    of_team, _secret = mint_calendar_key(
        cast.requester, actor=cast.requester, team=cast.core_platform
    )
    second, _secret = mint_calendar_key(cast.requester, actor=cast.requester)
    live = set(cast.requester.calendar_keys.filter(revoked_at=None))
    assert (live, first in live) == ({of_team, second}, False)


def test_the_database_refuses_two_live_addresses_of_one_calendar(cast):
    mint_calendar_key(cast.requester, actor=cast.requester)
    with pytest.raises(IntegrityError, match="one_live"), transaction.atomic():
        CalendarKey.objects.create(user=cast.requester, hint="x", digest="x")


def test_it_is_made_for_oneself_and_ones_own_teams(cast, refuses):
    with refuses(NotAllowed, "for oneself only"):
        mint_calendar_key(cast.requester, actor=cast.admin)
    with refuses(NotAllowed, "not in this team"):
        mint_calendar_key(cast.requester, actor=cast.requester, team=cast.wallet_co)


def test_nobody_revokes_somebody_elses_but_an_administrator(cast, refuses):
    key, _secret = mint_calendar_key(cast.requester, actor=cast.requester)
    with refuses(CalendarKey.DoesNotExist):
        revoke_calendar_key(key, actor=cast.implementer)
    revoke_calendar_key(key, actor=cast.security_admin, reason="The telephone was lost.")
    with refuses(Refused, "revoked already"):
        revoke_calendar_key(key, actor=cast.requester)


def confirmed(client_of, user):
    browser = client_of(user)
    at = f"/accounts/reauthenticate/?next={MINT}"
    assert browser.get(MINT).status_code == 302
    browser.post(at, {"password": "demo"})
    return browser


def test_the_account_page_makes_shows_once_and_revokes(cast, client_of):
    browser = confirmed(client_of, cast.requester)
    assert "without signing in" in browser.get(MINT).content.decode()
    page = browser.post(MINT, {"team": "core-platform"}).content.decode()
    (secret,) = re.findall(r"/calendar/([\w-]+)\.ics", page)
    assert browser.get(f"/calendar/{secret}.ics").status_code == 200
    account = browser.get("/account/").content.decode()
    assert (secret in account, "Core platform" in account) == (False, True)
    key = cast.requester.calendar_keys.get()
    revoke = f"/account/calendars/{key.pk}/revoke/"
    assert client_of(cast.implementer).post(revoke).status_code == 404
    assert browser.post(revoke).status_code == 302
    assert browser.get(f"/calendar/{secret}.ics").status_code == 404
    assert browser.post(MINT, {"team": "wallet-co"}).status_code == 400
