"""The times of requests and calls: previews, thresholds, explanations, feedback and figures."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.request_enums import RequestOutcome
from incidents.request_timeline import REQUEST_TIMELINE
from incidents.services.requests import progress
from notifications.enums import MessageKind
from notifications.models import Message
from notifications.texts import subject_of
from people.services import grant_role
from sla.agreement_services import approve_version, draft_version
from sla.enums import AgreementKind, Metric
from sla.feedback_figures import handling_of
from sla.models import FeedbackInvitation, FiredThreshold
from sla.retargeting import preview, retarget
from sla.thresholds import fire_thresholds
from tests.factories import a_service, an_incident
from tests.incidents.asking import a_call, a_request
from tests.sla.agreeing import HOUR, an_agreement, in_force
from tests.sla.feedback import a_client

pytestmark = pytest.mark.django_db


class Steps:
    """Progress of a job that nobody looks at."""

    done = 0

    def total(self, number):
        pass

    def advance(self):
        self.done += 1


@pytest.fixture
def cover(cast):
    """Another service manager than the one who drafts agreements."""
    grant_role(cast.team_lead, "service_manager", actor=None, reason="covers for a colleague")
    return type(cast.team_lead).objects.get(pk=cast.team_lead.pk)


def opened(cast, ago, **facts):
    return a_request(cast, priority=1, at=timezone.now() - ago, **facts)


def drafted(cast, agreement, metric=Metric.RESOLVE):
    return draft_version(agreement, actor=cast.service_manager, targets={(metric, 1): HOUR})


def ringing(cast, cover):
    """Payments-l1 answers its calls within twenty seconds."""
    facts = {"kind": AgreementKind.OLA, "team": cast.payments_l1}
    agreement = an_agreement(cast, "ring", **facts)
    targets = {(Metric.CALL_ANSWER, 3): timedelta(seconds=20)}
    version = draft_version(agreement, actor=cast.service_manager, targets=targets)
    return approve_version(version, actor=cover)


def heard():
    told = Message.objects.filter(kind=MessageKind.REQUEST_CLOCK).order_by("recipient__username")
    return [(m.recipient.username, m.context["percent"]) for m in told]


# --- Previews and re-targeting ------------------------------------------------------------------


def test_a_preview_counts_open_requests_by_type_or_kind(cast, cover):
    agreement = an_agreement(cast, "concerns", request_type="concern")
    a_request(cast, kind="concern")
    a_request(cast, kind="enquiry", request_type="concern")
    a_request(cast, kind="concern", request_type="lost-card")
    a_request(cast, "cancelled", kind="concern")
    an_incident(cast)
    assert preview(drafted(cast, agreement), timezone.now()).looked_at == 2


def test_a_new_agreement_comes_to_open_requests_and_calls(cast, cover):
    client = a_client()
    request, call = a_request(cast, priority=1, client=client), a_call(cast, client=client)
    agreement = an_agreement(cast, "gold", client=client)
    version = approve_version(drafted(cast, agreement), actor=cover)
    assert retarget(Steps(), version.pk) == {"retargeted": 2}
    assert [life.events.filter(agreement=agreement).count() for life in (request.life, call.life)] \
        == [1, 1]  # fmt: skip
    assert retarget(Steps(), version.pk) == {"retargeted": 0}


# --- Thresholds ---------------------------------------------------------------------------------


def test_its_owner_and_later_the_leads_hear_that_time_runs_out(cast, cover):
    client = a_client()
    in_force(cast, cover, "gold", client=client)
    early = opened(cast, 2.5 * HOUR, client=client, owner=cast.agent_l2)
    fire_thresholds()
    assert heard() == [("agent_l2", 50)]
    late = opened(cast, 3.2 * HOUR, client=client, owner=cast.agent_l2)
    fire_thresholds()
    assert heard()[-1] == ("team_lead", 75)
    assert list(early.life.fired_thresholds.values_list("percent", flat=True)) == [50]
    message = Message.objects.filter(reference=late.reference).first()
    assert message.context["path"] == f"/incidents/request/{late.pk}/change/"
    assert subject_of(message.kind, message.context).startswith(f"{late.reference} has used 75 %")


def test_nobody_hears_of_incidents_by_the_kind_of_requests(cast, cover):
    client = a_client()
    in_force(cast, cover, "gold", client=client)
    an_incident(
        cast, client=client, impact=1, urgency=1, at=timezone.now() - 2.5 * HOUR,
        service=a_service(cast),
    )  # fmt: skip
    fire_thresholds()
    assert (FiredThreshold.objects.count(), heard()) == (1, [])


def test_a_threshold_stands_on_the_timeline(cast, cover):
    client = a_client()
    in_force(cast, cover, "gold", client=client)
    request = opened(cast, 2.5 * HOUR, client=client)
    fire_thresholds()
    page = REQUEST_TIMELINE.read(request, cast.agent_l1, kinds=["clock"])
    assert [entry.details["percent"] for entry in page.entries] == [50]


def test_nobody_is_written_to_about_a_ringing_call(cast, cover):
    ringing(cast, cover)
    before = Message.objects.count()
    call = a_call(cast, came_in_at=timezone.now() - HOUR)
    fire_thresholds()
    assert (call.life.fired_thresholds.count(), Message.objects.count()) == (4, before)


# --- Explained ----------------------------------------------------------------------------------


def test_each_figure_on_its_page_opens_what_it_is_made_of(cast, client_of, cover):
    client = a_client()
    in_force(cast, cover, "gold", client=client)
    request = opened(cast, HOUR, client=client)
    browser = client_of(cast.agent_l1)
    url = reverse("admin:sla_explanation", args=[request.life_id, "gold", "resolve", 0])
    page = browser.get(f"/incidents/request/{request.pk}/change/").content.decode()
    assert url in page
    assert request.reference in browser.get(url).content.decode()
    assert client_of(cast.outsider).get(url).status_code == 404


def test_a_call_explains_its_clock_too(cast, client_of, cover):
    ringing(cast, cover)
    call, browser = a_call(cast), client_of(cast.agent_l1)
    url = reverse("admin:sla_explanation", args=[call.life_id, "ring", "call_answer", 0])
    page = browser.get(f"/incidents/phonecall/{call.pk}/change/")
    assert url in page.content.decode()
    assert call.reference in browser.get(url).content.decode()


# --- Feedback and figures -----------------------------------------------------------------------


def asked_about(request):
    rows = FeedbackInvitation.objects.filter(life=request.life)
    return [(row.address, row.state, row.language) for row in rows]


def test_who_asked_is_asked_in_the_language_of_the_request(cast):
    contacts = [
        {"name": "Ana", "email": "ana@acme.example", "phone": ""},
        {"name": "Bea", "email": "bea@acme.example", "phone": ""},
    ]
    client = a_client(contacts=contacts)
    contact = client.contacts.get(name="Bea")
    facts = {"client": client, "contact": contact, "language": "en"}
    request = a_request(cast, "resolved", **facts, team=cast.payments_l1)
    assert asked_about(request) == [("bea@acme.example", "queued", "en")]
    assert FeedbackInvitation.objects.get().service is None


def test_a_request_without_a_contact_asks_the_contacts_of_its_client(cast):
    request = a_request(cast, "resolved", client=a_client())
    assert asked_about(request) == [("ana@acme.example", "queued", "es-mx")]


def test_what_is_reopened_asks_nobody(cast):
    request = a_request(cast, "resolved", client=a_client())
    progress.reopen_request(request, actor=cast.agent_l1, note="again")
    assert asked_about(request) == [("ana@acme.example", "withdrawn", "es-mx")]


@pytest.mark.parametrize("outcome", [RequestOutcome.WITHDRAWN, RequestOutcome.DUPLICATE])
def test_who_took_it_back_or_asked_twice_is_not_asked(cast, outcome):
    request = a_request(cast, "in_progress", client=a_client())
    progress.resolve_request(
        request, actor=cast.agent_l1, outcome=outcome, resolution="See the other one."
    )
    assert asked_about(request) == []


def test_figures_add_up_over_incidents_and_requests(cast):
    client, service, now = a_client(), a_service(cast), timezone.now()
    an_incident(cast, "resolved", client=client, service=service)
    a_request(cast, "resolved", client=client, service=service)
    a_request(cast, client=client, team=cast.payments_l1)
    a_request(cast, team=cast.payments_l1)
    a_request(cast, "cancelled", client=client, service=service)
    found = handling_of(cast.agent_l1, (now - timedelta(days=30), now + HOUR))
    counted = {key: (one.opened, one.resolved) for key, one in found.items()}
    assert counted == {
        (client.pk, service.pk): (2, 2),
        (client.pk, None): (1, 0),
        (None, None): (4, 2),
    }
    assert handling_of(cast.norole, (now - timedelta(days=30), now)) == {}
