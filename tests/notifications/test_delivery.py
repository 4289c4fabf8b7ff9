"""Messages go through a real mail server, once, in the recipient's language, and leave a log."""

import re
from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.utils import timezone, translation

from incidents.models import Incident
from notifications import delivery
from notifications.audience import AUDIENCE_CHECKS
from notifications.email import compose
from notifications.enums import MessageKind
from notifications.models import Message
from people.services import disable_account
from tests.factories import a_service, an_incident
from tests.notifications.conftest import deliver, tell

pytestmark = pytest.mark.django_db


def about(incident, **more):
    """What the incidents app gives a message."""
    return {
        "kind": MessageKind.INCIDENT_ASSIGNED,
        "reference": incident.reference,
        "context": {
            "reference": incident.reference,
            "title": incident.title,
            "priority": incident.priority,
            "service": incident.service.name,
            "path": f"/incidents/incident/{incident.pk}/change/",
            **more,
        },
    }


def log_of(message):
    return list(message.delivery_attempts.values_list("outcome", "detail"))


# --- What is sent ----------------------------------------------------------------------------


def test_a_mail_is_text_and_html_and_says_what_it_is(cast, sink):
    cast.agent_l1.language = "en"
    cast.agent_l1.save()
    incident = an_incident(cast, title="Transfers <b>fail</b>\nand queue")
    Message.objects.all().delete()
    tell(cast.agent_l1, **about(incident), key="assigned:1")
    deliver()
    (mail,) = sink.mails
    subject = f"{incident.reference} was assigned to you: Transfers <b>fail</b> and queue"
    assert mail["Subject"] == subject
    assert parseaddr(mail["To"])[1] == cast.agent_l1.email
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-ITSM-Reference"] == incident.reference
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    url = f"https://itsm.example/incidents/incident/{incident.pk}/change/"
    assert "Service: " + incident.service.name in text
    assert "Priority: P3" in text
    assert url in text
    assert f'href="{url}"' in html
    assert "&lt;b&gt;fail&lt;/b&gt;" in html
    assert "<b>fail" not in html
    assert '<html lang="en">' in html


def test_a_mail_is_in_the_recipients_language_and_time_zone(cast):
    cast.agent_l1.language, cast.agent_l1.time_zone = "es-mx", "America/Tijuana"
    cast.agent_l1.save()
    incident = an_incident(cast)
    (message,) = tell(cast.agent_l1, **about(incident, opened_at="2026-03-02T08:30:00+00:00"))
    mail = compose(message)
    with translation.override("es-mx"):
        subject = translation.gettext("%(reference)s was assigned to you: %(title)s")
    assert mail.subject == subject % {"reference": incident.reference, "title": incident.title}
    assert "00:30 (America/Tijuana)" in mail.body
    assert "marzo" in mail.body.lower()
    assert mail.extra_headers["Content-Language"] == "es-mx"


def test_the_message_id_follows_from_the_key_and_tells_nothing_of_it(cast, settings):
    settings.SITE_URL = "https://itsm.example"
    a, b = tell(cast.agent_l1, key="a")[0], tell(cast.agent_l1, key="b")[0]
    ids = [compose(message).extra_headers["Message-ID"] for message in (a, a, b)]
    assert ids[0] == ids[1] != ids[2]
    assert re.fullmatch(r"<[0-9a-f]{40}@itsm\.example>", ids[0])


@pytest.mark.parametrize("kind", MessageKind)
@pytest.mark.parametrize("language", ["en", "es-mx"])
def test_every_kind_can_be_written_even_when_facts_are_missing(cast, kind, language):
    cast.agent_l1.language = language
    cast.agent_l1.save()
    (message,) = tell(cast.agent_l1, kind=kind, context={})
    mail = compose(message)
    assert mail.subject.strip()
    assert "%(" not in mail.subject


def test_a_batch_goes_over_one_connection(cast, sink):
    tell(cast.agent_l1, cast.agent_l2, cast.team_lead)
    deliver()
    assert (len(sink.mails), sink.connections) == (3, 1)
    assert len({mail["Message-ID"] for mail in sink.mails}) == 3


# --- What becomes of it ----------------------------------------------------------------------


def test_what_was_sent_is_sent_once_and_logged(cast, sink):
    (message,) = tell(cast.agent_l1)
    deliver()
    deliver()
    message.refresh_from_db()
    assert len(sink.mails) == 1
    assert (message.state, message.attempts, message.lease_until) == ("sent", 1, None)
    assert message.sent_at is not None
    assert log_of(message) == [("accepted", cast.agent_l1.email)]


def test_what_is_due_later_waits(cast, sink):
    (message,) = tell(cast.agent_l1)
    Message.objects.update(due_at=timezone.now() + timedelta(hours=1))
    deliver()
    assert sink.mails == []
    message.refresh_from_db()
    assert message.attempts == 0


DELAYS = [30, 90, 270, 810, 2430, 7290, 21870]  # seconds after each attempt but the last


def test_a_temporary_refusal_is_tried_eight_times_ever_later(cast, sink):
    sink.refusal[cast.agent_l1.email] = "451 Come back later"
    (message,) = tell(cast.agent_l1)
    delays = []
    for _ in range(8):
        before = timezone.now()
        deliver()
        message.refresh_from_db()
        delays.append(round((message.due_at - before).total_seconds()))
        Message.objects.update(due_at=timezone.now())
    assert delays[:7] == DELAYS
    assert (message.state, message.attempts) == ("failed", 8)
    assert log_of(message) == [("refused", "451 Come back later")] * 8


def test_a_final_refusal_is_not_tried_again_and_holds_up_nobody(cast, sink):
    sink.refusal[cast.agent_l1.email] = "550 No such user"
    tell(cast.agent_l1, cast.agent_l2)
    deliver()
    assert dict(Message.objects.values_list("recipient__username", "state")) == {
        "agent_l1": "failed",
        "agent_l2": "sent",
    }
    assert [parseaddr(mail["To"])[1] for mail in sink.mails] == [cast.agent_l2.email]


def test_refused_content_is_final(cast, sink):
    sink.data_refusal = "554 This is spam"
    (message,) = tell(cast.agent_l1)
    deliver()
    message.refresh_from_db()
    assert (message.state, log_of(message)) == (
        "failed",
        [("refused", "554 This is spam")],
    )


def test_a_mail_server_that_is_away_is_tried_again(cast, sink, settings):
    settings.EMAIL_PORT = 1
    (message,) = tell(cast.agent_l1)
    deliver()
    message.refresh_from_db()
    assert message.state == "queued"
    ((outcome, said),) = log_of(message)
    assert outcome == "unreachable"
    assert "refused" in said


def test_a_disabled_account_gets_nothing(cast, sink):
    (message,) = tell(cast.agent_l1)
    disable_account(cast.agent_l1, actor=cast.security_admin, reason="left")
    deliver()
    message.refresh_from_db()
    assert sink.mails == []
    assert (message.state, log_of(message)) == (
        "suppressed",
        [("account_disabled", "")],
    )


@pytest.mark.parametrize("name", ["outsider", "norole"])
def test_nobody_is_told_of_what_they_may_not_see(cast, sink, name):
    incident = an_incident(cast)
    Message.objects.all().delete()
    (message,) = tell(cast[name], **about(incident))
    deliver()
    message.refresh_from_db()
    assert sink.mails == []
    assert (message.state, log_of(message)) == (
        "suppressed",
        [("not_for_them", "")],
    )


@pytest.mark.parametrize("reference", ["INC-999999", "INC-x", "ZZZ-000001", "-", "INC"])
def test_records_that_are_unknown_are_told_to_nobody(cast, sink, reference):
    tell(cast.agent_l1, reference=reference)
    deliver()
    assert Message.objects.get().state == "suppressed"
    assert "INC" in AUDIENCE_CHECKS


def test_a_mistake_of_ours_with_one_message_does_not_stop_the_others(cast, sink):
    broken, _fine = tell(cast.agent_l1, cast.agent_l2)
    Message.objects.filter(pk=broken.pk).update(context={"opened_at": "never"})
    deliver()
    assert len(sink.mails) == 1
    assert Message.objects.get(pk=broken.pk).state == "queued"
    ((outcome, said),) = log_of(broken)
    assert outcome == "unforeseen"
    assert said.startswith("ValueError: ")


def test_the_log_reads_in_the_readers_language(cast, sink, client_of):
    sink.refusal[cast.agent_l1.email] = "550 No such user"
    (message,) = tell(cast.agent_l1)
    deliver()
    page = client_of(cast.agent_l1).get(f"/notifications/message/{message.pk}/change/")
    (attempt,) = message.delivery_attempts.all()
    with translation.override(cast.agent_l1.language):
        assert attempt.get_outcome_display() in page.content.decode()
    assert "550 No such user" in page.content.decode()


# --- Who sends it ----------------------------------------------------------------------------


def test_what_a_dead_worker_held_is_sent_when_its_lease_ends(cast, sink):
    (message,) = tell(cast.agent_l1)
    Message.objects.update(
        state="sending", attempts=1, lease_until=timezone.now() + timedelta(seconds=20)
    )
    deliver()
    assert sink.mails == []
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    deliver()
    message.refresh_from_db()
    assert (len(sink.mails), message.state, message.attempts) == (1, "sent", 2)


def test_a_worker_that_lost_its_lease_sends_nothing_and_records_nothing(cast, sink):
    (message,) = tell(cast.agent_l1)
    (held,) = delivery._claim(timezone.now())
    Message.objects.update(attempts=2)  # another worker has claimed it since
    with delivery.CHANNELS["email"]() as transport:
        delivery._deliver(held, transport)
    assert sink.mails == []
    assert log_of(message) == []


def test_an_incidents_assignment_reaches_its_owner(cast, sink):
    from incidents.services import assign_incident

    incident = an_incident(cast, service=a_service(cast))
    Message.objects.all().delete()
    assign_incident(incident, actor=cast.team_lead, owner=cast.agent_l1)
    deliver()
    (mail,) = sink.mails
    assert mail["X-ITSM-Reference"] == Incident.objects.get().reference
