"""Maintenance windows: agreed for services, expanded by their rules, told in the portal and API."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes import services
from changes.models import Change, Conflict, MaintenanceOccurrence, MaintenanceWindow
from core.errors import NotAllowed, Refused, Stale
from tests.factories import a_change, a_service

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIST = "/changes/maintenancewindow/"


def a_window(cast, service, **given):
    """From yesterday until tomorrow, so that a change of the factory lies inside."""
    now = timezone.now()
    facts = {"name": "Sunday night", "reason": "Fewest transfers.", "actor": None}
    if "rule" not in given:
        facts |= {"starts_at": now - DAY, "ends_at": now + DAY}
    return services.declare_maintenance(**facts | {"services": [service]} | given)


def worker():
    services.check_conflicts(lambda: False)


def outside(change):
    rows = Conflict.objects.of(change).exclude(status="resolved")
    return list(rows.values_list("kind", "severity"))


def test_a_change_inside_its_services_window_is_in_no_conflict(cast):
    service = a_service(cast)
    a_window(cast, service)
    assert outside(a_change(cast, services=[service])) == []


def test_a_change_outside_of_it_is_blocked(cast, refuses):
    service = a_service(cast)
    change = a_change(cast, "approved", services=[service])
    a_window(cast, service, starts_at=timezone.now() + DAY, ends_at=timezone.now() + 2 * DAY)
    worker()
    assert outside(change) == [("outside_maintenance", "blocking")]
    with refuses(Refused, "Outside the maintenance window"):
        services.schedule_change(change, actor=cast.requester)


def test_what_of_it_lies_outside_is_told(cast):
    service = a_service(cast)
    change = a_change(cast, services=[service])
    ends_at = change.planned_start_at + HOUR
    a_window(cast, service, starts_at=change.planned_start_at - DAY, ends_at=ends_at)
    worker()
    (one,) = Conflict.objects.of(change)
    assert (one.starts_at, one.ends_at, one.services) == (
        ends_at,
        change.planned_end_at,
        [service.pk],
    )


def test_a_service_without_windows_may_be_altered_at_any_time(cast):
    a_window(
        cast, a_service(cast), starts_at=timezone.now() + DAY, ends_at=timezone.now() + 2 * DAY
    )
    assert outside(a_change(cast)) == []


def test_a_window_that_is_over_binds_nobody_any_more(cast):
    service = a_service(cast)
    past = timezone.now() - 9 * DAY
    a_window(cast, service, starts_at=past, ends_at=past + HOUR)
    assert outside(a_change(cast, services=[service])) == []


def test_several_windows_of_a_service_add_up(cast):
    service = a_service(cast)
    change = a_change(cast, services=[service])
    middle = change.planned_start_at + HOUR
    a_window(cast, service, starts_at=middle - DAY, ends_at=middle)
    a_window(cast, service, name="Second", starts_at=middle, ends_at=middle + DAY)
    worker()
    assert outside(change) == []


def test_ending_it_resolves_what_it_held_up(cast):
    service = a_service(cast)
    change = a_change(cast, services=[service])
    window = a_window(
        cast, service, starts_at=timezone.now() + DAY, ends_at=timezone.now() + 2 * DAY
    )
    worker()
    assert outside(change) == [("outside_maintenance", "blocking")]
    services.end_maintenance(window, actor=None, note="Agreed otherwise.")
    worker()
    assert outside(change) == []


def test_naming_other_services_is_found(cast):
    service, other = a_service(cast), a_service(cast)
    change = a_change(cast, services=[service])
    window = a_window(cast, other, starts_at=timezone.now() + DAY, ends_at=timezone.now() + 2 * DAY)
    worker()
    assert outside(change) == []
    services.edit_maintenance(window, actor=None, services=[service])
    worker()
    assert outside(change) == [("outside_maintenance", "blocking")]


def test_a_rule_is_expanded_and_refreshed_with_those_of_freezes(cast):
    given = {
        "rule": "FREQ=WEEKLY;BYDAY=SU",
        "begins_on": date(2026, 1, 4),
        "begins_clock": time(1),
        "lasts": 4 * HOUR,
    }
    window = a_window(cast, a_service(cast), **given)
    count = window.occurrences.count()
    assert count > 70
    MaintenanceOccurrence.objects.all().delete()
    assert services.refresh_freezes(timezone.now()) == 1
    assert window.occurrences.count() == count


def test_it_is_about_some_service(cast, refuses):
    with refuses(ValidationError, "Name at least one service"):
        services.declare_maintenance(
            actor=None,
            services=[],
            name="Nothing",
            reason="?",
            starts_at=timezone.now(),
            ends_at=timezone.now() + HOUR,
        )


@pytest.mark.parametrize("name", ["agent_l1", "requester", "auditor", "norole"])
def test_whose_role_does_not_include_it_agrees_on_nothing(cast, refuses, name):
    service = a_service(cast)
    with refuses(NotAllowed):
        a_window(cast, service, actor=cast[name])


def test_a_role_of_one_country_agrees_on_nothing_elsewhere(cast, refuses):
    a_window(cast, a_service(cast), actor=cast.service_manager)
    abroad = a_service(cast, countries=["CO", "MX"])
    with refuses(NotAllowed, "every country"):
        a_window(cast, abroad, name="Both", actor=cast.service_manager)


def test_an_outdated_version_is_refused(cast, refuses):
    window = a_window(cast, a_service(cast))
    services.edit_maintenance(window, actor=None, version=window.version, reason="Agreed.")
    with refuses(Stale):
        services.edit_maintenance(window, actor=None, version=window.version, reason="Late.")


def test_the_database_refuses_one_that_is_neither_dated_nor_recurring(cast):
    window = a_window(cast, a_service(cast))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE changes_maintenancewindow SET ends_at = NULL WHERE id = %s", [window.pk]
        )


# --- In the portal -------------------------------------------------------------------------------


def read(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(browser, address):
    with CaptureQueriesContext(connection) as seen:
        read(browser, address)
    return len(seen)


def test_the_list_costs_the_same_for_one_and_for_three(cast, client_of):
    a_window(cast, a_service(cast))
    browser = client_of(cast.service_manager)
    read(browser, LIST)
    one = queries(browser, LIST)
    for name in ("Second", "Third"):
        a_window(cast, a_service(cast), name=name)
    assert queries(browser, LIST) == one


def test_services_that_one_does_not_see_are_not_named(cast, client_of):
    hidden = a_service(cast, name="Wallet Bogotá", countries=["CO"], owner_team=cast.wallet_co)
    window = a_window(cast, hidden)
    browser = client_of(cast.service_manager)
    pages = read(browser, LIST) + read(browser, f"{LIST}{window.pk}/change/")
    assert "Wallet Bogotá" not in pages
    assert "services that you do not see" in pages


def test_its_page_tells_which_changes_lie_outside(cast, client_of):
    service = a_service(cast)
    inside = a_change(cast, services=[service])
    start = timezone.now() + 5 * DAY
    given = {"planned_start_at": start, "planned_end_at": start + HOUR}
    beyond = a_change(cast, services=[service], **given)
    elsewhere = a_change(cast, **given)
    window = a_window(cast, service)
    found = Change.objects.outside_of(window, timezone.now())
    assert list(found) == [beyond]
    page = read(client_of(cast.service_manager), f"{LIST}{window.pk}/change/")
    shown = [change for change in (inside, beyond, elsewhere) if change.reference in page]
    assert shown == [beyond]


def test_one_is_agreed_and_ended_in_the_portal(cast, client_of):
    service = a_service(cast)
    browser = client_of(cast.service_manager)
    answer = browser.post(
        f"{LIST}add/",
        {
            "name": "Sunday night",
            "services": [service.pk],
            "reason": "Fewest transfers.",
            "is_active": "on",
            "rule": "FREQ=WEEKLY;BYDAY=SU",
            "begins_on": "2026-01-04",
            "begins_clock": "01:00",
            "lasts": "04:00:00",
            "time_zone": "America/Mexico_City",
            "roll": "none",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    window = MaintenanceWindow.objects.get()
    assert list(window.services.all()) == [service]
    browser.post(f"{LIST}{window.pk}/action/end/", {"note": "Agreed otherwise."})
    window.refresh_from_db()
    assert window.is_active is False


def test_by_api_it_is_agreed_and_corrected(cast, api_of):
    service, api = a_service(cast), api_of(cast.service_manager)
    answer = api.post(
        "/api/v1/maintenance-windows/",
        {
            "name": "Sunday night",
            "reason": "Fewest transfers.",
            "services": [service.reference],
            "rule": "FREQ=WEEKLY;BYDAY=SU",
            "begins_on": "2026-01-04",
            "begins_clock": "01:00:00",
            "lasts": "PT4H",
        },
        format="json",
    )
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert told["services"] == [service.reference]
    address = f"/api/v1/maintenance-windows/{told['reference']}/"
    answer = api.patch(
        address, {"lasts": "PT5H"}, format="json", HTTP_IF_MATCH=f'"{told["version"]}"'
    )
    assert (answer.status_code, answer.json()["lasts"]) == (200, "PT5H")
    found = api.get(f"/api/v1/maintenance-windows/?service={service.reference}").json()["results"]
    assert [row["reference"] for row in found] == [told["reference"]]
