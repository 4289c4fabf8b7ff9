"""Whatever door a card number comes in by: no table holds it afterwards, nor does the trail."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from core.errors import Refused, ValidationError
from incidents import services as incidents
from integrations.services import add_source, edit_source
from people import services as people
from records.models import CardNumberFinding
from records.saved_views import save_view
from sla.client_services import add_client
from tests.factories import a_service, a_vendor, an_asset, an_incident
from tests.incidents.missing import a_breach_reason, a_late_one
from tests.sla.clock_profiles import a_clock_profile

pytestmark = pytest.mark.django_db

CARD = "4111111111111111"
TEXT = f"card {CARD}"


def _tables_with(number: str) -> set[str]:
    """The tables in which some row holds the number, whatever the column."""
    found = set()
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    with connection.cursor() as cursor:
        for table in {model._meta.db_table for model in models}:
            cursor.execute(
                f'SELECT EXISTS (SELECT 1 FROM "{table}" t WHERE t::text LIKE %s)', [f"%{number}%"]
            )
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def _in_progress(cast: Any) -> Any:
    return an_incident(cast, "in_progress")


def _resolved(cast: Any) -> Any:
    return an_incident(cast, "resolved")


WRITES: dict[str, Any] = {
    "opening": lambda c: an_incident(c, title=TEXT, description=TEXT),
    "editing": lambda c: incidents.edit_incident(
        an_incident(c), actor=c.agent_l1, title=TEXT, description=TEXT
    ),
    "note": lambda c: incidents.triage_incident(an_incident(c), actor=c.agent_l1, note=TEXT),
    "reason to reopen": lambda c: incidents.reopen_incident(
        _resolved(c), actor=c.agent_l1, note=TEXT
    ),
    "resolution": lambda c: incidents.resolve_incident(
        _in_progress(c), actor=c.agent_l1, resolution_code="fixed", resolution=TEXT
    ),
    "priority": lambda c: incidents.override_priority(
        an_incident(c), actor=c.team_lead, priority=1, reason=TEXT
    ),
    "comment": lambda c: incidents.comment_on_incident(
        an_incident(c), actor=c.agent_l1, text=TEXT
    ),
    "evidence": lambda c: incidents.mark_incident(
        an_incident(c), actor=c.agent_l1, kind="started",
        at=timezone.now() - timedelta(hours=1), evidence=TEXT,
    ),
    "reason for a miss": lambda c: incidents.explain_misses(
        a_late_one(c), actor=c.team_lead, metrics=["detect"], reason=a_breach_reason(), note=TEXT
    ),
    "clock profile": lambda c: a_clock_profile(reason=TEXT),
    "file name": lambda c: incidents.attach_to_incident(
        an_incident(c), actor=c.agent_l1, name=f"{TEXT}.txt", data=b"x"
    ),
    "saved view": lambda c: save_view(
        actor=c.agent_l1, list_name="incidents", name=TEXT, query={"search": TEXT}
    ),
    "client": lambda c: add_client(
        actor=None, name=TEXT, slug="x", country="MX",
        contacts=[{"name": TEXT, "email": "a@example.com", "phone": ""}],
    ),
    "source": lambda c: edit_source(
        add_source(
            actor=None, name=TEXT, kind="alertmanager", default_service=a_service(c)
        ),
        actor=None,
        name=f"new {TEXT}",
    ),
    "company": lambda c: people.found_subsidiary(actor=None, name=TEXT, country="MX"),
    "person": lambda c: people.edit_person(
        people.hire_person(
            actor=None, full_name=TEXT, subsidiary=c.mx, employee_number=f"card {CARD}"
        ),
        actor=None,
        full_name=f"new {TEXT}",
    ),
    "team": lambda c: people.edit_team(
        people.found_team(actor=None, slug="x", name=TEXT, tier="l1", subsidiary=c.mx),
        actor=None,
        name=f"new {TEXT}",
    ),
    "reason for a role": lambda c: people.end_grant(
        people.grant_role(c.norole, "agent", actor=c.admin, reason=TEXT, country="MX"),
        actor=c.admin,
        reason=TEXT,
    ),
    "reason to disable": lambda c: people.disable_account(c.norole, actor=c.admin, reason=TEXT),
    "token": lambda c: people.mint_token(c.agent_l1, actor=c.agent_l1, name=TEXT, scopes=["read"]),
}  # fmt: skip


@pytest.mark.parametrize("what", WRITES)
def test_no_table_holds_the_number_and_a_finding_says_so(cast: Any, what: str) -> None:
    WRITES[what](cast)
    assert _tables_with(CARD) == set()
    assert _tables_with("411111XXXXXX1111") != set()
    assert CardNumberFinding.objects.exists()


def test_short_names_are_masked_or_refused(cast: Any) -> None:
    add_client(actor=None, name="x", slug=CARD, country="MX")
    people.found_team(actor=None, slug=CARD, name="x", tier="l1", subsidiary=cast.mx)
    with pytest.raises(ValidationError):
        people.create_account(actor=None, username=CARD, email="a@example.com")
    assert _tables_with(CARD) == set()


def test_what_is_typed_where_a_name_belongs_is_masked_in_the_audit_trail(
    cast: Any, client: Any
) -> None:
    answer = client.post("/accounts/login/", {"login": TEXT, "password": "x"})
    assert answer.status_code == 200
    assert _tables_with(CARD) == set()
    assert _tables_with("411111XXXXXX1111") == {"audit_outboxentry"}


def test_a_refused_action_leaves_no_finding(cast: Any) -> None:
    incident = an_incident(cast)
    with pytest.raises(Refused):
        incidents.resume_incident(incident, actor=cast.agent_l1, note=TEXT)
    assert not CardNumberFinding.objects.exists()


def test_vendors_services_and_assets(cast: Any) -> None:
    from assets.services import edit_asset, edit_service
    from vendors.services import edit_vendor

    edit_service(a_service(cast), actor=None, name=TEXT, description=TEXT)
    edit_asset(an_asset(cast), actor=None, name=TEXT)
    edit_vendor(a_vendor(), actor=None, name=TEXT)
    assert _tables_with(CARD) == set()
    assert CardNumberFinding.objects.count() == 4
