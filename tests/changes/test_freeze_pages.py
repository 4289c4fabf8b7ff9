"""Freezes in the portal and the API: who opens what, what is told, and at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes import services
from changes.models import FreezeWindow
from tests.changes.test_freezes import DAY, HOUR, a_freeze, ask, let_in, payday
from tests.factories import a_change, a_service

pytestmark = pytest.mark.django_db
LIST = "/changes/freezewindow/"


def page_of(window):
    return f"{LIST}{window.pk}/change/"


def read(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(browser, address):
    with CaptureQueriesContext(connection) as seen:
        read(browser, address)
    return len(seen)


@pytest.mark.parametrize("name", ["norole", "hr_partner", "security_admin"])
def test_what_is_hidden_is_not_there(cast, client_of, name):
    window = a_freeze(cast)
    browser = client_of(cast[name])
    addresses = [
        LIST,
        page_of(window),
        f"{LIST}{window.pk}/history/",
        f"{LIST}{window.pk}/action/self_test/",
    ]
    assert {browser.get(address).status_code for address in addresses} <= {403, 404}


def test_the_list_costs_the_same_for_one_and_for_three(cast, client_of):
    a_freeze(cast, services=[a_service(cast)])
    browser = client_of(cast.service_manager)
    read(browser, LIST)
    one = queries(browser, LIST)
    a_freeze(cast, name="Second", services=[a_service(cast), a_service(cast)])
    payday(cast)
    assert queries(browser, LIST) == one


def test_services_that_one_does_not_see_are_not_named(cast, client_of):
    hidden = a_service(cast, name="Wallet Bogotá", countries=["CO"], owner_team=cast.wallet_co)
    window = a_freeze(cast, services=[hidden])
    browser = client_of(cast.service_manager)
    for address in (LIST, page_of(window)):
        text = read(browser, address)
        assert "Wallet Bogotá" not in text
        assert "services that you do not see" in text, address


def test_a_freeze_is_declared_on_the_form(cast, client_of):
    service = a_service(cast)
    browser = client_of(cast.service_manager)
    sent = {
        "name": "Payday",
        "mode": "block",
        "source": "payroll",
        "reason": "Wages are paid.",
        "is_active": "on",
        "countries": ["MX"],
        "services": [service.pk],
        "rule": "FREQ=MONTHLY;BYMONTHDAY=15,-1",
        "begins_on": "2026-01-01",
        "begins_clock": "06:00",
        "lasts": "17:59:00",
        "time_zone": "America/Mexico_City",
        "roll": "previous",
        "calendar": "MX",
    }
    refused = browser.post(f"{LIST}add/", sent | {"rule": "FREQ=HOURLY"})
    assert refused.status_code == 200
    assert "Windows are daily" in refused.content.decode()
    answer = browser.post(f"{LIST}add/", sent)
    assert answer.status_code == 302, answer.context["errors"]
    window = FreezeWindow.objects.get()
    assert list(window.services.all()) == [service]
    assert window.occurrences.count() >= 34

    edited = browser.post(
        f"{page_of(window)}",
        sent | {"version": window.version, "services": [], "initial-services": [service.pk]},
    )
    assert edited.status_code == 302, edited.context["errors"]
    assert not window.services.exists()


def test_the_page_tells_the_next_times_and_the_changes_it_hits(cast, client_of):
    window, change = payday(cast), a_change(cast)
    once = a_freeze(cast)
    browser = client_of(cast.service_manager)
    assert "FREQ=MONTHLY" in read(browser, page_of(window))
    assert change.reference in read(browser, page_of(once))
    one = queries(browser, page_of(once))
    a_change(cast)
    a_change(cast)
    assert queries(browser, page_of(once)) == one


def test_the_self_test_answers(cast, client_of):
    service = a_service(cast)
    window = a_freeze(cast)
    browser = client_of(cast.agent_l1)
    for at, told in (
        (timezone.now(), "Buen Fin (Blocks)"),
        (timezone.now() + 2 * DAY, "no freeze"),
    ):
        answer = browser.post(
            f"{LIST}{window.pk}/action/self_test/",
            {"at": at.strftime("%Y-%m-%dT%H:%M"), "service": service.reference},
            follow=True,
        )
        assert told in answer.content.decode()


def test_who_may_not_freeze_may_only_look(cast, client_of):
    window = a_freeze(cast)
    browser = client_of(cast.agent_l1)
    assert "/action/end/" not in read(browser, page_of(window))
    assert browser.get(f"{LIST}{window.pk}/action/end/").status_code == 404
    assert browser.get(f"{LIST}add/").status_code == 403


def test_the_page_of_a_change_names_its_freezes_and_how_to_be_let_in(cast, client_of):
    change = a_change(cast, "approved", risk="medium")
    page = f"/changes/change/{change.pk}/change/"
    browser = client_of(cast.requester)
    assert "Freezes" not in read(browser, page).split("record-side")[-1]
    assert "ask_for_freeze_exception" not in read(browser, page)

    window = a_freeze(cast)
    assert "Buen Fin" in read(browser, page)
    answer = browser.post(
        f"/changes/change/{change.pk}/action/ask_for_freeze_exception/",
        {
            "occurrence": window.occurrences.get().pk,
            "justification": "It expires tonight.",
            "compensating_controls": "Watched.",
            "version": change.version,
        },
    )
    assert answer.status_code == 302
    for name in ("cab_chair", "approver"):
        approver = client_of(cast[name])
        assert "It expires tonight." in read(
            approver, f"/changes/change/{change.pk}/action/approve_freeze_exception/"
        )
        agreed = approver.post(
            f"/changes/change/{change.pk}/action/approve_freeze_exception/",
            {"exception": change.freeze_exceptions.get().pk},
        )
        assert agreed.status_code == 302
    assert "Excepted by two people" in read(browser, page)
    assert services.schedule_change(change, actor=cast.requester).status == "scheduled"


def test_the_page_of_a_change_costs_the_same_for_one_freeze_and_for_three(cast, client_of):
    change = a_change(cast, "approved", risk="medium")
    window = a_freeze(cast)
    ask(cast, change, window)
    services.refresh_conflicts(change)  # the freeze is listed among them
    browser = client_of(cast.service_manager)
    page = f"/changes/change/{change.pk}/change/"
    read(browser, page)
    one = queries(browser, page)
    for name in ("Second", "Third"):
        let_in(cast, change, a_freeze(cast, name=name))
    assert queries(browser, page) == one


def test_a_freeze_by_the_api(cast, api_of):
    service = a_service(cast)
    api = api_of(cast.service_manager)
    now = timezone.now()
    sent = {
        "name": "Buen Fin 2026",
        "mode": "block",
        "source": "buen_fin",
        "reason": "Sales",
        "countries": ["MX"],
        "services": [service.reference],
        "starts_at": now.isoformat(),
        "ends_at": (now + 4 * DAY).isoformat(),
    }
    url = "/api/v1/freeze-windows/"
    assert api.post(url, sent | {"countries": []}, format="json").status_code == 403
    made = api.post(url, sent, format="json")
    assert made.status_code == 201, made.json()
    assert made.json()["services"] == [service.reference]
    one = f"{url}{made.json()['reference']}/"
    early, version = (now - HOUR).isoformat(), {"if-match": made["ETag"]}
    wrong = api.patch(one, {"ends_at": early}, format="json", headers=version)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "ends_at")
    right = api.patch(
        one,
        {"services": [], "ends_at": (now + timedelta(days=1)).isoformat()},
        format="json",
        headers=version,
    )
    assert right.status_code == 200, right.json()
    assert right.json()["services"] == []
    assert api.get(url, {"mode": "block"}).json()["results"][0]["name"] == "Buen Fin 2026"
