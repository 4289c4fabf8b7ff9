"""An auditor of one country reads what belongs to it; one of all countries reads everything."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from integrations.models import AlertEvent
from integrations.services import add_source
from notifications.models import Message
from people.models import User
from people.services import grant_role
from records.models import CardNumberFinding
from tests.factories import a_service, an_asset, an_incident

pytestmark = pytest.mark.django_db

MEXICAN = {"message", "own", "incident", "giver", "service", "asset", "event"}
COLOMBIAN = {name.upper() for name in MEXICAN - {"own"}}
NOBODYS = {"nobody's"}


@pytest.fixture
def rows(cast: Any) -> Any:
    """One of each kind in both countries, Colombian ones in capitals, and one of no country."""
    auditor = _auditor_of(cast.norole, "MX")
    for recipient, name in ((cast.agent_l1, "message"), (cast.outsider, "MESSAGE")):
        _message(recipient, name)
    _message(auditor, "own")
    for country, team, giver, other in (
        ("MX", cast.payments_l2, cast.agent_l1, cast.outsider),
        ("CO", cast.wallet_co, cast.outsider, cast.agent_l1),
    ):
        shown = str.lower if country == "MX" else str.upper
        service = a_service(cast, countries=[country], support_team=team, owner_team=team)
        asset = an_asset(cast, owner_team=team)
        incident = an_incident(cast, actor=None, service=service)
        for where, reference, given_by in (
            ("incident", incident.reference, giver),
            ("giver", "", giver),
            ("service", service.reference, None),
            ("asset", asset.reference, None),
        ):
            CardNumberFinding.objects.create(
                where=shown(where), count=1, reference=reference, given_by=given_by
            )
        source = add_source(
            actor=None, name=shown("event"), kind="alertmanager", default_service=service
        )
        AlertEvent.objects.create(source=source, payload={}, sha256="0" * 64)
        # Whoever gave it, it belongs to the country of the incident it stands in.
        CardNumberFinding.objects.create(
            where=shown("incident"), count=1, reference=incident.reference, given_by=other
        )
    CardNumberFinding.objects.create(where="nobody's", count=1)
    return cast


def _auditor_of(user: User, country: str) -> User:
    ends_at = timezone.now() + timedelta(days=30)
    grant_role(user, "auditor", actor=None, reason="audit", country=country, ends_at=ends_at)
    return user


def _message(recipient: User, name: str) -> None:
    Message.objects.create(
        recipient=recipient, kind="account_security", due_at=timezone.now(), idempotency_key=name
    )


def seen_by(user: User) -> set[str]:
    user.__dict__.pop("_scope", None)
    return {
        *Message.objects.visible_to(user).values_list("idempotency_key", flat=True),
        *CardNumberFinding.objects.visible_to(user).values_list("where", flat=True),
        *AlertEvent.objects.visible_to(user).values_list("source__name", flat=True),
    }


def test_one_of_a_country_reads_what_belongs_to_it(rows: Any) -> None:
    assert seen_by(rows.norole) == MEXICAN


def test_one_of_two_countries_reads_both_and_nothing_that_has_none(rows: Any) -> None:
    _auditor_of(rows.norole, "CO")
    assert seen_by(rows.norole) == MEXICAN | COLOMBIAN


def test_one_of_all_countries_reads_everything(rows: Any) -> None:
    assert seen_by(rows.auditor) == MEXICAN | COLOMBIAN | NOBODYS


def test_another_role_elsewhere_does_not_widen_it(rows: Any) -> None:
    grant_role(rows.norole, "agent", actor=None, reason="also", team=rows.wallet_co)
    assert seen_by(rows.norole) == MEXICAN


def test_whoever_reads_none_of_it_sees_their_own_messages(rows: Any) -> None:
    assert seen_by(rows.agent_l1) == {"message"}


def test_a_page_of_another_country_is_not_there(rows: Any, client_of: Any, api_of: Any) -> None:
    browser, program = client_of(rows.norole), api_of(rows.norole)
    for model in (Message, CardNumberFinding, AlertEvent):
        seen = set(model.objects.visible_to(rows.norole).values_list("pk", flat=True))
        for pk in model.objects.values_list("pk", flat=True):
            name = f"{model._meta.app_label}/{model._meta.model_name}"
            status = browser.get(f"/{name}/{pk}/change/").status_code
            assert status == (200 if pk in seen else 404)
    assert len(program.get("/api/v1/alert-events/").json()["results"]) == 1
    assert len(program.get("/api/v1/messages/").json()["results"]) == 2
