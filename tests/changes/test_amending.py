"""Amending what people vote on: what it touches too, shown before it is done."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from changes import services
from changes.models import ContentVersion, Vote
from core.errors import Refused
from notifications.models import Message
from tests.changes.test_risk_assessment import QUIET
from tests.factories import a_change, a_service, an_asset, vote

MEXICO = ZoneInfo("America/Mexico_City")

pytestmark = pytest.mark.django_db


def asked(cast, **given):
    return a_change(cast, "awaiting_approval", **given)


def dialog(change):
    return f"/changes/change/{change.pk}/action/amend/"


def test_what_it_touches_is_amended_in_the_dialog_after_the_difference_was_seen(cast, client_of):
    change, other = asked(cast), a_service(cast)
    (first,) = change.services.all()
    vote(change, cast.peer)
    change.refresh_from_db()
    browser = client_of(cast.requester)
    given = {
        "services": f"{first.reference}, {other.reference.lower()}",
        "assets": "",
        "clients": "",
        "commits": "cobalto/spei@abc123",
        "note": "The other service too",
        "version": change.version,
    }

    shown = browser.post(dialog(change), given)
    told = shown.content.decode()
    assert shown.status_code == 200
    assert "1 vote on the version before becomes void." in told
    assert f"{first.reference}, {other.reference}" in told
    assert "cobalto/spei@abc123" in told
    assert "The risk stays as it is. Its conflicts stay as they are." in told
    change.refresh_from_db()
    assert (change.versions.count(), change.services.count()) == (1, 1)

    browser.post(dialog(change), given | {"foretold": shown.context["foretold"]})
    change.refresh_from_db()
    assert (change.versions.count(), change.services.count()) == (2, 2)
    assert change.status == "awaiting_approval"
    page = browser.get(f"/changes/change/{change.pk}/change/").content.decode()
    assert "What differs from the version before" in page


def test_whoever_voted_hears_what_it_does_to_the_conflicts(cast, client_of):
    service = a_service(cast)
    later = timezone.now() + timedelta(days=3)
    window = {"planned_start_at": later, "planned_end_at": later + timedelta(hours=2)}
    other = a_change(cast, "approved", services=[service], **window)
    change = asked(cast, services=[service])
    vote(change, cast.peer)
    change.refresh_from_db()
    typed = [f"{timezone.localtime(at, MEXICO):%Y-%m-%dT%H:%M}" for at in window.values()]
    given = {
        "planned_start_at": typed[0],
        "planned_end_at": typed[1],
        "note": "Together with the other",
        "version": change.version,
    }
    shown = client_of(cast.requester).post(dialog(change), given).content.decode()
    assert f"Same service ({other.reference})" in shown

    services.amend_change(change, actor=cast.requester, note="Together", **window)
    told = Message.objects.filter(kind="change_amended", recipient=cast.peer).latest("pk")
    assert "conflicts: 0 → 1" in told.context["note"]


def test_other_answers_than_those_seen_are_shown_once_more(cast, client_of):
    change = asked(cast)
    browser = client_of(cast.requester)
    given = {"reason": "Sooner", "note": "Said so", "version": change.version}
    shown = browser.post(dialog(change), given)

    other = given | {"reason": "Later", "foretold": shown.context["foretold"]}
    again = browser.post(dialog(change), other)

    assert "Later" in again.content.decode()
    assert again.context["foretold"] != shown.context["foretold"]
    assert change.versions.count() == 1


def test_foretelling_writes_nothing(cast):
    change = asked(cast)
    vote(change, cast.peer)
    before = (ContentVersion.objects.count(), Vote.objects.count(), Message.objects.count())

    told = services.foretell_amendment(change, actor=cast.requester, note="x", reason="Other")

    assert told.altered == {"reason": ("It expires at the end of the month.", "Other")}
    assert told.votes == 1
    after = (ContentVersion.objects.count(), Vote.objects.count(), Message.objects.count())
    assert after == before
    assert change.versions.get().sha256 == change.version_hash


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"services": "SVC-999999"}, "There is no SVC-999999."),
        ({"services": ""}, "A service or an asset must be named"),
        ({"commits": "nonsense"}, "is not a commit"),
        ({"note": ""}, "This field is required"),
        ({}, "Nothing was altered"),
    ],
)
def test_wrong_answers_are_told_and_alter_nothing(cast, client_of, given, told):
    change = asked(cast)
    answer = client_of(cast.requester).post(dialog(change), {"note": "Why"} | given)

    assert told in answer.content.decode()
    assert change.versions.count() == 1


def test_what_the_actor_does_not_see_is_not_lost(cast):
    hidden = an_asset(cast, owner_team=cast.wallet_co)
    change = asked(cast, assets=[hidden], actor=None, requester=cast.requester)
    assert hidden not in type(hidden).objects.visible_to(cast.requester)

    amended = services.amend_change(change, actor=cast.requester, note="x", assets=[], title="New")

    assert list(amended.assets.all()) == [hidden]


def test_the_risk_is_asked_anew_with_the_answers_that_were_given(cast):
    change = a_change(cast, "assessing", risk="")
    change = services.assess_risk(change, actor=cast.requester, answers=QUIET, backout_tested=True)
    change = services.request_approval(change, actor=cast.requester)
    vote(change, cast.peer)
    change.refresh_from_db()

    told = services.foretell_amendment(change, actor=cast.requester, note="x", is_significant=True)
    amended = services.amend_change(change, actor=cast.requester, note="x", is_significant=True)

    assert told.altered["risk"] == ("low", "high")
    assert amended.risk == "high"
    message = Message.objects.get(kind="change_amended", recipient=cast.peer)
    assert message.context["note"] == "is_significant, risk: low → high"


def test_the_api_amends_what_it_touches(cast, api_of):
    change, other = asked(cast), a_service(cast)
    body = {"action": "amend", "note": "Other service", "services": other.reference}
    address = f"/api/v1/changes/{change.reference}/transitions/"
    answer = api_of(cast.requester).post(address, body)

    assert answer.status_code == 200
    assert answer.json()["services"] == [other.reference]
    with pytest.raises(Refused):
        services.amend_change(change, actor=cast.requester, note="x", services=[])
