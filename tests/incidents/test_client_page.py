"""The page of a client and the report of a month: what its reader sees, in its language."""

import io
import json
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from core.errors import NotAllowed
from incidents.client_panel import agreed_in, month_span
from incidents.client_report import JOB_KIND, ask_for_report, report_of
from people.services import grant_role
from records.jobs import run_next_job
from records.models import Job
from sla.client_page import by_service
from sla.feedback_figures import handling_of
from sla.feedback_services import answer_invitation
from sla.models import Agreement, MonthlyStatement
from tests.factories import a_service, an_incident
from tests.incidents.asking import a_request
from tests.sla.agreeing import in_force
from tests.sla.feedback import a_client, an_invitation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: Any) -> Any:
    """A client with an open incident in Mexico and one that only Colombia sees."""
    client = a_client("acme", name="Acme Pagos")
    here = an_incident(cast, client=client, title="Transfers are slow here")
    service = a_service(cast, support_team=cast.wallet_co, owner_team=cast.wallet_co)
    away = an_incident(cast, actor=cast.outsider, service=service, title="Far away secret")
    type(away).objects.filter(pk=away.pk).update(client=client)
    answer_invitation(an_invitation(here), score=5, comment="Very fast")
    return client


def _page(browser: Any, client: Any) -> str:
    answer = browser.get(f"/sla/client/{client.pk}/change/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_page_shows_what_its_reader_sees(cast: Any, client_of: Any, world: Any) -> None:
    page = _page(client_of(cast.agent_l1), world)
    for text in ("Transfers are slow here", "Very fast", "CSAT 100 % (n 1)", "ana@acme.example"):
        assert text in page
    assert "Far away secret" not in page
    assert 'id="panel-attainment"' in page
    reader = _page(client_of(cast.admin), world)  # configures clients, sees no incidents
    assert "Transfers are slow here" not in reader
    assert "Very fast" not in reader
    assert client_of(cast.outsider).get(f"/sla/client/{world.pk}/change/").status_code == 404


def test_the_page_costs_the_same_for_one_incident_and_for_four(
    cast: Any, client_of: Any, world: Any
) -> None:
    browser = client_of(cast.agent_l1)

    def cost() -> int:
        _page(browser, world)
        with CaptureQueriesContext(connection) as queries:
            _page(browser, world)
        return len(queries)

    before = cost()
    for _ in range(3):
        answer_invitation(an_invitation(an_incident(cast, client=world)), score=3)
    assert cost() == before


def _made(actor: Any, client: Any, form: str) -> Job:
    now = timezone.localtime()
    ask_for_report(client, actor=actor, year=now.year, month=now.month, form=form)
    job = run_next_job()
    assert job is not None
    job.refresh_from_db()
    assert (job.kind, job.state) == (JOB_KIND, "done"), job.error
    assert (job.done, job.total) == (2, 2)
    return job


def test_a_report_as_pdf_and_xlsx_in_the_clients_language(
    cast: Any, client_of: Any, world: Any
) -> None:
    browser = client_of(cast.team_lead)
    for form in ("pdf", "xlsx"):
        job = _made(cast.team_lead, world, form)
        answer = browser.get(f"/records/job/{job.pk}/file/")
        assert answer.status_code == 200
        data = b"".join(answer.streaming_content)
        if form == "pdf":
            text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
        else:
            book = load_workbook(io.BytesIO(data))
            cells = [c.value for sheet in book for row in sheet for c in row]
            text = " ".join(str(cell) for cell in cells)
        assert "Acme Pagos" in text
        assert "Transfers are slow here" in text
        assert "Far away secret" not in text
        other = client_of(cast.service_manager).get(f"/records/job/{job.pk}/file/")
        assert other.status_code == 404


def test_the_report_is_asked_for_on_the_page(cast: Any, client_of: Any, world: Any) -> None:
    address = f"/sla/client/{world.pk}/action/report/"
    now = timezone.localtime()
    answers = {"month": f"{now.year}-{now.month:02}", "form": "pdf"}
    assert client_of(cast.agent_l1).post(address, answers).status_code == 404  # takes no lists away
    assert client_of(cast.team_lead).post(address, {**answers, "month": "x"}).status_code == 400
    assert client_of(cast.team_lead).post(address, answers).status_code == 302
    assert Job.objects.get().params["client"] == "acme"


def test_only_who_takes_lists_away_asks_for_a_report(cast: Any, world: Any) -> None:
    with pytest.raises(NotAllowed):
        ask_for_report(world, actor=cast.agent_l1, year=2026, month=1, form="pdf")
    assert not Job.objects.exists()


def test_the_report_of_a_month_leaves_out_the_others(cast: Any, world: Any) -> None:
    before = timezone.now() - timedelta(days=70)
    told = report_of(world, cast.team_lead, before.year, before.month)
    assert [table["rows"] for table in told["tables"] if table["heading"] == "Incidents"] == [[]]


# --- Agreed times, requests, contacts by service ------------------------------------------------


@pytest.fixture
def cover(cast: Any) -> Any:
    """Another service manager than the one who drafts agreements."""
    grant_role(cast.team_lead, "service_manager", actor=None, reason="covers for a colleague")
    return type(cast.team_lead).objects.get(pk=cast.team_lead.pk)


@pytest.fixture
def served(cast: Any, cover: Any) -> Any:
    """A client with four hours to resolve at P1: one incident met, one request late, and one
    request that only Colombia sees."""
    client = a_client("gold", name="Gold Pagos")
    in_force(cast, cover, "gold-times", client=client)
    now = timezone.now()
    an_incident(cast, "resolved", client=client, impact=1, urgency=1)
    facts = {"client": client, "priority": 1, "at": now - timedelta(hours=6)}
    a_request(cast, title="A late terminal", **facts)
    away = a_request(cast, actor=cast.outsider, team=cast.wallet_co, title="Far away wish")
    type(away).objects.filter(pk=away.pk).update(client=client)
    return client


def _this_month() -> dict[date, Any]:
    today = timezone.localtime()
    return {date(today.year, today.month, 1): month_span(today.year, today.month)}


def test_agreed_times_are_those_of_the_stored_clocks_until_the_month_is_frozen(
    cast: Any, served: Any
) -> None:
    found = agreed_in(served, cast.agent_l1, _this_month())
    told = [(a.agreement, a.metric, a.met, a.n, a.late, a.share, a.statement) for a in found]
    assert told == [("Gold-Times", "resolve", 1, 1, 1, 100.0, None)]
    assert agreed_in(served, cast.norole, _this_month()) == []
    first = next(iter(_this_month()))
    figures = {"met": 3, "breached": 1, "late": 0, "n": 4, "elapsed": 0}
    content = json.dumps({"metrics": {"resolve": figures}, "zone": "America/Mexico_City"})
    digest = sha256(content.encode()).hexdigest()
    facts = {"month": first, "known_at": timezone.now(), "content": content, "digest": digest}
    agreement = Agreement.objects.get(slug="gold-times")
    for number in (0, 1):
        MonthlyStatement.objects.create(agreement=agreement, number=number, **facts)
    (frozen,) = agreed_in(served, cast.agent_l1, _this_month())
    assert (frozen.met, frozen.n, frozen.share, frozen.statement) == (3, 4, 75.0, 1)
    assert frozen.source == "restatement 1"


def test_the_page_shows_agreed_times_open_requests_and_contacts_by_service(
    cast: Any, client_of: Any, served: Any
) -> None:
    page = _page(client_of(cast.agent_l1), served)
    for text in ('id="panel-agreed"', "Gold-Times", "A late terminal", 'id="panel-handling"'):
        assert text in page
    assert "Far away wish" not in page


def test_contacts_are_counted_by_service_and_in_all(cast: Any, served: Any) -> None:
    a_request(cast, client=served, team=cast.payments_l1)
    now = timezone.now()
    span = (now - timedelta(days=30), now + timedelta(hours=1))
    rows = by_service(handling_of(cast.agent_l1, span, client_id=served.pk))
    (_all, total), *parts = rows
    assert total.opened == sum(one.opened for _name, one in parts) == 3
    assert "without a service" in [name for name, _one in parts]


def test_the_report_tells_agreed_times_and_requests(cast: Any, served: Any) -> None:
    a_request(cast, client=served, title="A wish of today")
    now = timezone.localtime()
    told = report_of(served, cast.agent_l1, now.year, now.month)
    tables = {table["heading"]: table["rows"] for table in told["tables"]}
    assert tables["Agreed times"] == [["Resolve", "Gold-Times", "100.0 %", "1", "1", "so far"]]
    titles = [row[1] for row in tables["Requests"]]  # the late one may be of the month before
    assert titles[-1] == "A wish of today"
    assert "Far away wish" not in titles
    assert tables["Contacts by service"][0][2] == str(1 + len(titles))
