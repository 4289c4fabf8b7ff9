"""Clients' portfolios and entitlements: who may ask for what, and what happens beyond it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from incidents.models import Request
from incidents.services.requests.opening import open_request
from sla import entitlement_services as services
from sla.client_services import add_client
from sla.entitled import what_speaks_against
from tests.factories import a_service
from tests.people.working_calendars import a_calendar

pytestmark = pytest.mark.django_db
SINCE = date(2024, 1, 1)


@pytest.fixture
def tienda(db):
    return add_client(actor=None, name="Tienda", slug="tienda", country="MX", language="en")


def entitled(client, **facts):
    facts = {"kinds": ["request"], "channels": ["phone"], "starts_on": SINCE} | facts
    return services.entitle(client, actor=None, **facts)


def against(client, kind="request", channel="phone", service=None, at=None):
    found = what_speaks_against(client, service, kind, channel, at or timezone.now())
    return found and (str(found.reason), found.refuses)


def test_nothing_agreed_lets_everything_in(tienda):
    assert against(tienda, "concern", "chat") is None
    assert against(None) is None


def test_kind_and_channel_are_what_it_says(tienda):
    entitled(tienda)
    assert against(tienda) is None
    assert against(tienda, "concern") == (
        "Tienda is not entitled to this: this kind of request", False
    )  # fmt: skip
    assert against(tienda, channel="chat") == (
        "Tienda is not entitled to this: this channel", False
    )  # fmt: skip


def test_an_entitlement_refuses_where_it_says_so_unless_another_takes_it(tienda):
    entitled(tienda, beyond="refuse")
    assert against(tienda, "concern")[1] is True
    entitled(tienda, channels=["chat"])
    assert against(tienda, "concern")[1] is False


def test_its_days_and_its_service_count(tienda, cast):
    service, other = a_service(cast), a_service(cast)
    today = timezone.localdate()
    entitled(tienda, service=service, beyond="refuse", ends_on=today + timedelta(days=1))
    assert against(tienda, service=service) is None
    told = (
        "Tienda is not entitled to this: none of its entitlements is in force for this",
        True,
    )
    assert against(tienda, service=other) == told
    assert against(tienda, service=service, at=timezone.now() + timedelta(days=3)) == told


def test_its_hours_are_those_of_a_calendar(tienda, cast):
    calendar = a_calendar(cast)
    entitled(tienda, hours=calendar)
    night = datetime(2026, 5, 6, 9, 0, tzinfo=UTC)  # three in the morning in Mexico
    assert against(tienda, at=night) == ("Tienda is not entitled to this: this hour", False)


def test_opening_beyond_it_is_noted_or_refused(tienda, cast, refuses):
    first = entitled(tienda)
    facts = {"actor": cast.agent_l1, "team": cast.payments_l1, "client": tienda, "title": "x"}
    noted = open_request(**facts, kind="concern", channel="phone")
    assert noted.entitlement_note == "kind"
    assert noted.language == "en"
    assert open_request(**facts, kind="request", channel="phone").entitlement_note == ""
    services.end_entitlement(tienda, actor=None, entitlement=first, ends_on=date(2024, 2, 1))
    entitled(tienda, beyond="refuse")
    count = Request.objects.count()
    with refuses(Refused, "not entitled"):
        open_request(**facts, kind="concern", channel="phone")
    assert Request.objects.count() == count


def test_a_service_is_used_once_at_a_time(tienda, cast, refuses):
    service = a_service(cast)
    services.add_to_portfolio(tienda, actor=None, service=service, starts_on=SINCE)
    with refuses(ValidationError, "already"):
        services.add_to_portfolio(tienda, actor=None, service=service, starts_on=date(2025, 1, 1))
    services.end_in_portfolio(tienda, actor=None, service=service, ends_on=date(2025, 1, 1))
    services.add_to_portfolio(tienda, actor=None, service=service, starts_on=date(2025, 1, 1))
    assert tienda.portfolio.count() == 2


def test_only_who_keeps_the_client_keeps_them(tienda, cast, refuses):
    with refuses(NotAllowed):
        services.entitle(
            tienda, actor=cast.agent_l1, kinds=["request"], channels=["phone"], starts_on=SINCE
        )


def test_the_page_of_the_client_shows_them_and_asks_for_more(tienda, cast, client_of):
    entitled(tienda)
    page = f"/sla/client/{tienda.pk}/change/"
    shown = client_of(cast.agent_l1).get(page).text
    assert "Telephone" in shown
    assert "/action/entitle/" not in shown
    browser = client_of(cast.admin)
    facts = {"kinds": ["concern", "enquiry"], "channels": ["email"], "beyond": "warn"}
    facts |= {"starts_on": "2026-01-01"}
    assert browser.post(f"/sla/client/{tienda.pk}/action/entitle/", facts).status_code == 302
    assert tienda.entitlements.count() == 2
    assert "at least" not in browser.get(page).text
