"""Feedback: who is asked and when, the page without sign-in, one answer, the figures."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from core.errors import Refused
from incidents import services as incidents
from sla.feedback_figures import handling_of, scores_of
from sla.feedback_sending import send_due_invitations
from sla.feedback_services import answer_invitation, token_of
from sla.models import FeedbackAnswer, FeedbackInvitation
from tests.factories import a_service, an_incident
from tests.sla.feedback import a_client, address_of, an_invitation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet() -> None:
    cache.clear()


def _resolved(cast: Any, **given: Any) -> Any:
    return an_incident(cast, "resolved", **given)


def _send_all() -> None:
    FeedbackInvitation.objects.update(due_at=timezone.now())
    assert send_due_invitations(lambda: False) is False


def test_a_resolved_incident_asks_the_contacts_that_have_an_address(cast: Any) -> None:
    contacts = [
        {"name": "Ana", "email": "ana@acme.example", "phone": ""},
        {"name": "Ana again", "email": "ANA@acme.example", "phone": ""},
        {"name": "Beto", "email": "", "phone": "+52 55 0000 0000"},
    ]
    incident = _resolved(cast, client=a_client(contacts=contacts))
    asked = FeedbackInvitation.objects.get()
    assert (asked.address, asked.kind, asked.state) == ("ana@acme.example", "csat", "queued")
    assert (asked.life_id, asked.language) == (incident.life_id, "es-mx")
    assert asked.due_at > timezone.now() + timedelta(minutes=59)
    _resolved(cast)  # without a client
    assert FeedbackInvitation.objects.count() == 1


def test_an_address_is_asked_at_most_once_a_week_and_then_whether_it_recommends(
    cast: Any,
) -> None:
    client = a_client()
    _resolved(cast, client=client)
    _resolved(cast, client=client)
    assert FeedbackInvitation.objects.count() == 1
    FeedbackInvitation.objects.update(created_at=timezone.now() - timedelta(days=8))
    _resolved(cast, client=client)
    assert FeedbackInvitation.objects.latest("pk").kind == "nps"


def test_what_is_reopened_asks_nobody(cast: Any) -> None:
    incident = _resolved(cast, client=a_client())
    incidents.reopen_incident(incident, actor=cast.agent_l1, note="again")
    _send_all()
    assert mail.outbox == []
    assert FeedbackInvitation.objects.get().state == "withdrawn"


def test_the_email_is_in_the_clients_language_and_sent_once(cast: Any) -> None:
    _resolved(cast, client=a_client(language="en"), title="Transfers are slow")
    _send_all()
    _send_all()
    (email,) = mail.outbox
    row = FeedbackInvitation.objects.get()
    assert email.to == ["ana@acme.example"]
    assert row.reference in email.subject
    assert token_of(row.nonce) in email.body
    assert "Transfers are slow" in email.body
    assert row.state == "sent"
    assert token_of(row.nonce) not in (row.digest, row.nonce)


def test_one_address_that_fails_keeps_no_other_from_being_asked(cast: Any, settings: Any) -> None:
    incident = an_incident(cast, client=a_client())
    broken = an_invitation(
        incident, nonce="a", state="queued", sent_at=None, address="bad\n@acme.example"
    )
    fine = an_invitation(incident, nonce="b", state="queued", sent_at=None)
    send_due_invitations(lambda: False)
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.state, broken.attempts, fine.state) == ("queued", 1, "sent")
    assert broken.due_at > timezone.now()


def test_the_page_asks_without_sign_in_and_takes_one_answer(cast: Any) -> None:
    row = an_invitation(an_incident(cast, client=a_client(), description="secret detail"))
    browser, address = Browser(), address_of(row)
    asked = browser.get(address)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert row.reference in page
    assert "secret detail" not in page
    assert asked["Cache-Control"] == "no-store"
    assert browser.post(address, {"score": ""}).status_code == 400
    assert browser.post(address, {"score": "6"}).status_code == 400
    assert browser.post(address, {"score": "5", "comment": " Fast! "}).status_code == 200
    assert browser.post(address, {"score": "1"}).status_code == 409
    answer = FeedbackAnswer.objects.get()
    assert (answer.score, answer.comment) == (5, "Fast!")


def test_the_page_speaks_the_clients_language(cast: Any) -> None:
    row = an_invitation(an_incident(cast, client=a_client()), language="es-mx")
    assert '<html lang="es-mx">' in Browser().get(address_of(row)).content.decode()


def test_card_numbers_are_refused(cast: Any) -> None:
    row = an_invitation(an_incident(cast, client=a_client()))
    told = {"score": "3", "comment": "my card is 4111 1111 1111 1111"}
    answer = Browser().post(address_of(row), told)
    assert answer.status_code == 400
    assert "Please leave card numbers out." in answer.content.decode()
    assert not FeedbackAnswer.objects.exists()


@pytest.mark.parametrize("token", ["x", "a" * 43, "nonce-0"])
def test_an_unknown_link_is_not_there(cast: Any, token: str) -> None:
    an_invitation(an_incident(cast, client=a_client()))
    assert Browser().get(f"/feedback/{token}/").status_code == 404


def test_a_withdrawn_link_is_not_there_and_an_old_one_says_so(cast: Any) -> None:
    incident = an_incident(cast, client=a_client())
    gone = an_invitation(incident, state="withdrawn", sent_at=None)
    old = an_invitation(incident, expires_at=timezone.now() - timedelta(seconds=1))
    assert Browser().get(address_of(gone)).status_code == 404
    assert Browser().get(address_of(old)).status_code == 410
    with pytest.raises(Refused):
        answer_invitation(old, score=3)


def test_too_many_requests_of_one_address_wait(cast: Any) -> None:
    browser = Browser()
    codes = [browser.get("/feedback/unknown/").status_code for _ in range(32)]
    assert set(codes[:30]) == {404}
    assert codes[31] == 429


def test_the_database_takes_one_answer_on_the_scale_and_keeps_it(cast: Any) -> None:
    row = an_invitation(an_incident(cast, client=a_client()))

    def refused(sql: str) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [row.pk])

    insert = "INSERT INTO sla_feedbackanswer (invitation_id, score, comment, answered_at)"
    refused(f"{insert} VALUES (%s, 0, '', now())")
    answer_invitation(row, score=4)
    refused(f"{insert} VALUES (%s, 5, '', now())")
    refused("UPDATE sla_feedbackanswer SET score = 1 WHERE invitation_id = %s")
    with pytest.raises(Refused, match="already"):
        answer_invitation(row, score=2)


def test_scores_come_with_their_n(cast: Any) -> None:
    incident = an_incident(cast, client=a_client())
    for score in (5, 4, 2):
        answer_invitation(an_invitation(incident), score=score)
    an_invitation(incident)
    for score in (10, 9, 3):
        answer_invitation(an_invitation(incident, kind="nps"), score=score)
    now = timezone.now()
    span = (now - timedelta(days=1), now + timedelta(days=1))
    csat, nps = scores_of(FeedbackInvitation.objects.visible_to(cast.agent_l1), span)
    assert (csat.asked, csat.n, round(csat.figure), csat.response_rate) == (4, 3, 67, 75)
    assert (nps.n, round(nps.figure)) == (3, 33)
    hidden = scores_of(FeedbackInvitation.objects.visible_to(cast.outsider), span)
    assert [scores.n for scores in hidden] == [0, 0]


def test_handling_by_client_and_service(cast: Any) -> None:
    now = timezone.now()
    client, service = a_client(), a_service(cast)
    start = now - timedelta(hours=5)
    incident = an_incident(cast, client=client, service=service, at=start)
    incidents.start_incident(incident, actor=cast.agent_l1, at=start + timedelta(minutes=30))
    incident.refresh_from_db()
    incidents.wait_for_customer(
        incident, actor=cast.agent_l1, note="x", at=start + timedelta(hours=1)
    )
    incident.refresh_from_db()
    incidents.resume_incident(incident, actor=cast.agent_l1, at=start + timedelta(hours=3))
    incident.refresh_from_db()
    incidents.resolve_incident(
        incident,
        actor=cast.agent_l1,
        resolution_code="fixed",
        resolution="done",
        at=start + timedelta(hours=4),
    )
    an_incident(cast, "cancelled", client=client, service=service)
    found = handling_of(cast.agent_l1, (now - timedelta(days=30), now))
    figures = found[client.pk, service.pk]
    assert (figures.opened, figures.resolved, figures.first_response_rate) == (1, 1, 100)
    assert figures.handle_time == timedelta(hours=2)
    assert figures.resolution_time == timedelta(hours=4)
    assert figures.contact_rate == pytest.approx(1)
    assert found[None, None].opened == 1
    assert (
        handling_of(cast.outsider, (now - timedelta(days=30), now)).get((client.pk, service.pk))
        is None
    )


def test_figures_by_rest(cast: Any, api_of: Any) -> None:
    answer_invitation(an_invitation(an_incident(cast, client=a_client())), score=5)
    program = api_of(cast.agent_l1)
    told = program.get("/api/v1/feedback/figures/").json()
    assert told["scores"][0]["n"] == 1
    assert told["handling"]["opened"] == 1
    assert program.get("/api/v1/feedback/figures/?since=x").status_code == 400
    row = program.get("/api/v1/feedback/").json()["results"][0]
    assert (row["score"], "address" in row) == (5, False)
