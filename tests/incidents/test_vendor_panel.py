"""The vendor's page shows the calls on it, about what the reader sees."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import services
from incidents.services.requests import progress
from incidents.vendor_panel import escalations_panel
from tests.factories import a_vendor, an_incident
from tests.incidents.asking import a_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Any) -> Any:
    """A vendor that was asked about an incident and a request, beside one asked about another."""
    vendor, other = a_vendor(), a_vendor()
    for one, number in ((vendor, "V-1"), (other, "V-9")):
        services.wait_for_vendor(
            an_incident(cast, "in_progress"),
            actor=cast.agent_l1,
            vendor=one,
            note="Is it down?",
            vendor_reference=number,
        )
    progress.wait_for_vendor(
        a_request(cast, "in_progress"),
        actor=cast.agent_l1,
        vendor=vendor,
        note="A new one?",
        vendor_reference="V-2",
    )
    return vendor


def test_the_calls_are_shown_newest_first(cast: Any, client: Any, asked: Any) -> None:
    panel = escalations_panel(asked, cast.agent_l1)
    assert panel is not None
    assert [row[1] for row in panel.context["rows"]] == ["V-2", "V-1"]
    client.force_login(cast.agent_l1)
    shown = client.get(f"/vendors/vendor/{asked.pk}/change/").content.decode()
    assert "V-2" in shown
    assert "V-9" not in shown


def test_only_about_what_one_sees(cast: Any, client: Any, asked: Any) -> None:
    panel = escalations_panel(asked, cast.outsider)
    assert panel is not None
    assert panel.context["rows"] == []
    assert escalations_panel(asked, cast.norole) is None


def test_as_many_questions_for_many_calls(cast: Any, asked: Any) -> None:
    with CaptureQueriesContext(connection) as few:
        escalations_panel(asked, cast.agent_l1)
    incident = an_incident(cast, "in_progress")
    facts = {"vendor": asked, "note": "And this?"}
    services.wait_for_vendor(incident, actor=cast.agent_l1, **facts)
    for _ in range(3):
        services.escalate_again(incident, actor=cast.agent_l1, **facts)
    with CaptureQueriesContext(connection) as many:
        escalations_panel(asked, cast.agent_l1)
    assert len(many) <= len(few)
