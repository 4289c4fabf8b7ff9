"""One change shown to one person until a moment, by who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from changes import services
from changes.models import Change
from core.errors import NotAllowed, Refused, ValidationError
from tests.factories import a_change

pytestmark = pytest.mark.django_db


def share(cast, change, user="outsider", actor="requester", **later):
    until = timezone.now() + timedelta(**later or {"days": 1})
    return services.share_change(change, actor=cast[actor], user=cast[user], until=until)


def test_it_is_read_until_the_end_and_not_worked_on(cast, api_of):
    change, other = a_change(cast, "assessing"), a_change(cast)
    address = f"/api/v1/changes/{change.reference}/"
    reader = api_of(cast.outsider)
    assert reader.get(address).status_code == 404
    share(cast, change)

    assert list(Change.objects.visible_to(cast.outsider)) == [change]
    assert reader.get(address).status_code == 200
    assert reader.get(f"/api/v1/changes/{other.reference}/").status_code == 404
    assert reader.post(f"{address}transitions/", {"action": "cancel", "note": "x"}).status_code in (
        403,
        409,
    )
    change.refresh_from_db()
    assert change.status == "assessing"

    body = {"action": "end_share", "user": "outsider"}
    assert api_of(cast.requester).post(f"{address}transitions/", body).status_code == 200
    assert reader.get(address).status_code == 404
    history = change.shares.get().history.latest("history_id")
    assert history.history_action == "change.end_share"


@pytest.mark.parametrize(
    ("user", "later", "told"),
    [
        ("norole", {"days": 1}, "This person's role never shows changes."),
        ("requester", {"days": 1}, "Choose somebody else, with an active account."),
        ("outsider", {"days": 91}, "Choose a moment within the next 90 days."),
        ("outsider", {"days": -1}, "Choose a moment within the next 90 days."),
    ],
)
def test_what_cannot_be_shared_is_told(cast, refuses, user, later, told):
    change = a_change(cast)
    with refuses(ValidationError, told):
        share(cast, change, user, **later)


def test_who_has_no_part_or_may_not_share_does_not(cast, refuses):
    change = a_change(cast)
    share(cast, change)
    with refuses(NotAllowed):
        share(cast, change, "agent_l1", actor="implementer")
    with refuses(Refused, "not shared"):
        services.end_share(change, actor=cast.requester, user=cast.agent_l2)


def test_the_page_offers_it_beside_the_record_and_tells_it(cast, client_of):
    change = a_change(cast)
    browser = client_of(cast.requester)
    dialog = f"/changes/change/{change.pk}/action/share/"
    assert client_of(cast.implementer).get(dialog).status_code == 404
    until = timezone.localtime() + timedelta(days=2)
    given = {"user": "agent_l1", "until": until.strftime("%Y-%m-%dT%H:%M")}
    assert "until-quick" in browser.get(dialog).content.decode()
    assert browser.post(dialog, given).status_code == 302

    page = browser.get(f"/changes/change/{change.pk}/change/").content.decode()
    assert "End sharing with agent_l1" in page
    told = browser.get(f"/changes/change/{change.pk}/timeline/").content.decode()
    assert "may see it until" in told
