"""Who stands in for whom, in the portal."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from changes.models import Absence
from changes.services.configuring import end_absence, name_substitute
from core.errors import Refused
from tests.changes.test_boards_pages import cost, text

pytestmark = pytest.mark.django_db
LIST = "/changes/absence/"


def away(user, substitute, starts=timedelta(hours=-1), lasts=timedelta(days=2)):
    now = timezone.now()
    return name_substitute(
        actor=user, substitute=substitute, starts_at=now + starts, ends_at=now + starts + lasts
    )


def local(at):
    return at.astimezone(ZoneInfo("America/Mexico_City")).strftime("%Y-%m-%dT%H:%M")


def page_of(absence):
    return f"{LIST}{absence.pk}/change/"


def test_a_substitute_is_named_on_the_form(cast, client_of):
    now = timezone.now()
    said = {
        "substitute": cast.approver2.pk,
        "starts_at": local(now + timedelta(days=1)),
        "ends_at": local(now + timedelta(days=8)),
    }
    answer = client_of(cast.approver).post(f"{LIST}add/", said)

    assert answer.status_code == 302, answer.context["errors"]
    absence = Absence.objects.get()
    assert (absence.user, absence.substitute) == (cast.approver, cast.approver2)


@pytest.mark.parametrize("name", ["agent_l1", "approver"])
def test_who_may_not_approve_and_oneself_are_no_choice(cast, client_of, name):
    now = timezone.now()
    said = {
        "substitute": cast[name].pk,
        "starts_at": local(now),
        "ends_at": local(now + timedelta(days=8)),
    }
    answer = client_of(cast.approver).post(f"{LIST}add/", said)
    assert answer.status_code == 200
    assert Absence.objects.count() == 0


def test_an_absence_that_ends_before_it_starts_is_told(cast, client_of):
    now = timezone.now()
    said = {
        "substitute": cast.approver2.pk,
        "starts_at": local(now + timedelta(days=8)),
        "ends_at": local(now + timedelta(days=1)),
    }
    answer = client_of(cast.approver).post(f"{LIST}add/", said)
    assert "An absence must end after it starts." in answer.content.decode()
    assert Absence.objects.count() == 0


def test_one_sees_the_own_and_those_one_stands_in_for(cast, client_of):
    own = away(cast.approver, cast.approver2)
    other = away(cast.cab_chair, cast.senior_approver)

    for name in ("approver", "approver2"):
        browser = client_of(cast[name])
        assert browser.get(page_of(own)).status_code == 200
        assert browser.get(page_of(other)).status_code == 404
        shown = text(browser, f"{LIST}?tab=all")
        assert f"absence/{own.pk}/" in shown
        assert f"absence/{other.pk}/" not in shown
    assert client_of(cast.auditor).get(page_of(other)).status_code == 200
    assert client_of(cast.agent_l1).get(page_of(own)).status_code in (403, 404)


def test_an_auditor_comes_to_all_of_them_from_the_boards(cast, client_of):
    absence = away(cast.approver, cast.approver2)
    browser = client_of(cast.auditor)
    assert f"{LIST}?tab=all" in text(browser, "/changes/board/")
    assert f"absence/{absence.pk}/" in text(browser, f"{LIST}?tab=all")
    assert f"{LIST}?tab=all" not in text(client_of(cast.agent_l1), "/changes/board/")


def test_who_is_back_ends_it_and_nobody_else_does(cast, client_of):
    absence = away(cast.approver, cast.approver2)
    address = f"{LIST}{absence.pk}/action/end/"
    assert client_of(cast.approver2).post(address).status_code == 404
    assert client_of(cast.auditor).post(address).status_code == 404

    assert client_of(cast.approver).post(address).status_code == 302

    absence.refresh_from_db()
    assert absence.ends_at <= timezone.now()
    assert client_of(cast.approver).get(address).status_code == 404


def test_what_is_over_is_not_ended_again(cast):
    absence = away(cast.approver, cast.approver2)
    ended = end_absence(absence, actor=cast.approver)
    with pytest.raises(Refused, match="over already"):
        end_absence(absence, actor=cast.approver)
    absence.refresh_from_db()
    assert absence.ends_at == ended.ends_at


def test_the_list_costs_the_same_for_one_and_for_three(cast, client_of):
    away(cast.approver, cast.approver2)
    browser = client_of(cast.approver)
    one = cost(browser, LIST)
    for days in (10, 20):
        away(cast.approver, cast.approver2, starts=timedelta(days=days))
    assert cost(browser, LIST) == one
