"""Problems: their workflow over the whole cross product, their rules, links, life and readers."""

import itertools
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import NotAllowed, Refused, ValidationError
from incidents.forms.problems import PROBLEM_ACTIONS
from incidents.models import Problem
from incidents.problem_enums import ProblemStatus
from incidents.problem_fit import known_errors_for, problems_behind
from incidents.problem_workflow import PROBLEM_WORKFLOW
from incidents.services import problem_links as links
from incidents.services import problems as services
from tests.factories import a_change, a_service, a_vendor, an_incident
from tests.incidents.problems import a_problem

pytestmark = pytest.mark.django_db

LIFE_OF_A_PROBLEM = {
    ("candidate", "accept"): "accepted",
    ("candidate", "reject"): "rejected",
    ("accepted", "investigate"): "investigating",
    ("accepted", "reject"): "rejected",
    ("investigating", "declare_known_error"): "known_error",
    ("investigating", "fix_in_change"): "fix_in_change",
    ("investigating", "close"): "closed",
    ("known_error", "fix_in_change"): "fix_in_change",
    ("known_error", "monitor"): "monitoring",
    ("known_error", "investigate_again"): "investigating",
    ("known_error", "close"): "closed",
    ("fix_in_change", "monitor"): "monitoring",
    ("fix_in_change", "investigate_again"): "investigating",
    ("monitoring", "investigate_again"): "investigating",
    ("monitoring", "close"): "closed",
    ("closed", "reopen"): "investigating",
    ("rejected", "reconsider"): "candidate",
}
ALL_ACTIONS = sorted({action for _, action in LIFE_OF_A_PROBLEM})


@pytest.mark.parametrize(
    ("status", "action"), list(itertools.product(ProblemStatus.values, ALL_ACTIONS))
)
def test_an_action_leads_where_the_literal_says_and_nowhere_else(status, action):
    assert PROBLEM_WORKFLOW.target(status, action) == LIFE_OF_A_PROBLEM.get((status, action))


def test_the_table_has_no_action_that_the_literal_lacks():
    assert sorted({t.action for t in PROBLEM_WORKFLOW}) == ALL_ACTIONS
    assert set(ALL_ACTIONS) <= set(PROBLEM_ACTIONS)


@pytest.mark.parametrize("status", ProblemStatus.values)
def test_every_status_is_reached_by_the_workflow(cast: Any, status: str) -> None:
    problem = Problem.objects.get(pk=a_problem(cast, status).pk)
    assert problem.status == status
    assert (problem.closed_at is None) == problem.is_open


def test_a_known_error_needs_a_workaround(cast: Any, refuses: Any) -> None:
    problem = a_problem(cast, "investigating", workaround="")
    with refuses(Refused, "a workaround is required"):
        services.move_problem(problem, "declare_known_error", actor=cast.agent_l1)
    known = a_problem(cast, "known_error")
    with refuses(ValidationError):
        services.describe_workaround(known, actor=cast.agent_l1, workaround="  ")


def test_a_fix_in_a_change_needs_that_change_and_keeps_it(cast: Any, refuses: Any) -> None:
    problem = a_problem(cast, "investigating")
    with refuses(Refused, "a linked change is required"):
        services.move_problem(problem, "fix_in_change", actor=cast.agent_l1)
    fixing = a_problem(cast, "fix_in_change")
    change = fixing.change_links.get().change
    with refuses(Refused, "investigate again first"):
        links.unlink_change(fixing, change, actor=None)


def test_the_page_of_the_change_tells_of_the_problem(cast: Any, client_of: Any) -> None:
    fixing = a_problem(cast, "fix_in_change")
    change = fixing.change_links.get().change
    address = f"/changes/change/{change.pk}/change/"
    page = client_of(cast.service_manager).get(address).content.decode()
    assert 'id="panel-problems"' in page
    assert fixing.reference in page
    blind = [
        name
        for name in ("approver", "requester", "outsider", "peer", "auditor")
        if not Problem.objects.visible_to(cast[name]).exists()
        and type(change).objects.visible_to(cast[name]).filter(pk=change.pk).exists()
    ]
    for name in blind:
        page = client_of(cast[name]).get(address).content.decode()
        assert fixing.reference not in page


def test_closing_needs_a_cause_or_a_reason_why_there_is_none(cast: Any, refuses: Any) -> None:
    problem = a_problem(cast, "monitoring")
    with refuses(ValidationError, "root_cause"):
        services.close_problem(problem, actor=cast.agent_l1)
    closed = services.close_problem(problem, actor=cast.agent_l1, no_cause_reason="Logs are gone.")
    assert (closed.status, closed.root_cause, closed.no_cause_reason) == (
        "closed",
        "",
        "Logs are gone.",
    )
    reopened = services.move_problem(closed, "reopen", actor=cast.agent_l1, note="again")
    assert (reopened.closed_at, reopened.no_cause_reason) == (None, "")


@pytest.mark.parametrize(
    "wrong",
    [
        "status = 'known_error', workaround = ''",
        "status = 'fix_in_change'",
        "status = 'closed', closed_at = now()",
        "status = 'rejected'",
        "status = 'solved'",
    ],
)
def test_the_database_refuses_what_the_workflow_would(cast: Any, wrong: str) -> None:
    problem = a_problem(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE incidents_problem SET {wrong} WHERE id = %s", [problem.pk])


def test_the_database_keeps_the_change_of_a_fix(cast: Any) -> None:
    problem = a_problem(cast, "fix_in_change")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM incidents_problemchange WHERE problem_id = %s", [problem.pk])


def test_its_life_tells_team_priority_waiting_and_end(cast: Any) -> None:
    problem = a_problem(cast, "closed")
    kinds = list(problem.life.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["opened", "waited_for_approval", "resumed", "resolved"]
    other = a_problem(cast)
    services.edit_problem(other, actor=cast.agent_l1, priority=1)
    services.assign_problem(other, actor=cast.team_lead, team=cast.payments_l2)
    kinds = list(other.life.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["opened", "prioritized", "assigned"]
    assert other.life.segments.exists()


def test_card_numbers_are_masked(cast: Any) -> None:
    problem = a_problem(cast, workaround="Use 4111 1111 1111 1111 to test.")
    assert "4111 1111 1111 1111" not in problem.workaround


def test_raised_from_an_incident_it_is_linked_and_its_workaround_shown(
    cast: Any, client_of: Any
) -> None:
    incident = an_incident(cast)
    browser = client_of(cast.agent_l1)
    page = f"/incidents/incident/{incident.pk}/"
    answers = {"title": "Locks", "symptom": "", "workaround": "Restart **the link**."}
    sent = browser.post(f"{page}action/raise_problem/", answers)
    assert sent.status_code == 302
    problem = Problem.objects.get()
    assert (problem.title, problem.service, problem.team) == (
        "Locks",
        incident.service,
        incident.team,
    )
    shown = browser.get(f"{page}change/").content.decode()
    assert "Restart <strong>the link</strong>." in shown
    assert problem.reference in shown


def test_an_incident_out_of_sight_is_not_linked(cast: Any, refuses: Any) -> None:
    service = a_service(cast, support_team=cast.wallet_co, countries=["CO"])
    foreign = an_incident(cast, actor=cast.outsider, service=service)
    problem = a_problem(cast)
    with refuses(ValidationError, "no such incident"):
        links.link_incident(problem, foreign, actor=cast.agent_l1)
    with refuses(ValidationError, "no such incident"):
        services.raise_problem(
            actor=cast.agent_l1, title="x", service=problem.service, incident=foreign
        )


def test_linking_twice_and_unlinking_what_is_not_linked_are_refused(
    cast: Any, refuses: Any
) -> None:
    problem, incident = a_problem(cast), an_incident(cast)
    links.link_incident(problem, incident, actor=cast.agent_l1)
    with refuses(Refused, "linked already"):
        links.link_incident(problem, incident, actor=cast.agent_l1)
    links.unlink_incident(problem, incident, actor=cast.agent_l1)
    with refuses(Refused, "not linked"):
        links.unlink_incident(problem, incident, actor=cast.agent_l1)


def test_known_errors_that_may_fit_are_of_the_service_and_share_words(cast: Any) -> None:
    service = a_service(cast)
    fits = a_problem(cast, "known_error", service=service, title="Transfers hang at night")
    a_problem(cast, "known_error", service=service, title="Certificates", workaround="Renew.")
    a_problem(cast, "known_error", title="Transfers hang elsewhere")
    a_problem(cast, "investigating", service=service, title="Transfers hang, cause unknown")
    incident = an_incident(cast, service=service, title="Transfers do hang")
    assert known_errors_for(incident, cast.agent_l1) == [fits]
    assert known_errors_for(incident, cast.outsider) == []
    links.link_incident(fits, incident, actor=cast.agent_l1)
    assert known_errors_for(incident, cast.agent_l1) == []
    assert problems_behind(incident, cast.agent_l1) == [fits]
    assert problems_behind(incident, cast.outsider) == []


@pytest.mark.parametrize("words", ["transfers", "cuelgan", "reinicie"])
def test_known_errors_are_found_by_title_symptom_and_workaround(
    cast: Any, client_of: Any, words: str
) -> None:
    a_problem(
        cast,
        "known_error",
        title="Transfers hang",
        symptom="Las transferencias se cuelgan",
        workaround="Reinicie el enlace",
    )
    other = a_problem(cast, "known_error", title="Other", symptom="x", workaround="y")
    page = client_of(cast.agent_l1).get(f"/incidents/problem/?tab=known&search={words}")
    shown = page.content.decode()
    assert "Reinicie el enlace" in shown
    assert other.reference not in shown


def test_who_sees_a_problem(cast: Any) -> None:
    vendor = a_vendor()
    problem = a_problem(cast, "fix_in_change", vendor=vendor)
    foreign = a_problem(
        cast,
        actor=cast.outsider,
        service=a_service(cast, support_team=cast.wallet_co, owner_team=cast.wallet_co),
    )

    def seen(name: str) -> set[Problem]:
        return set(Problem.objects.visible_to(cast[name]))

    assert seen("agent_l1") == seen("service_owner") == seen("vendor_manager") == {problem}
    assert seen("outsider") == {foreign}
    assert seen("auditor") == {problem, foreign}
    assert seen("admin") == seen("norole") == seen("hr_partner") == set()


def test_only_who_reaches_the_team_works_on_it(cast: Any, refuses: Any) -> None:
    problem = a_problem(cast)
    with refuses(NotAllowed):
        services.move_problem(problem, "accept", actor=cast.service_owner)
    with refuses(Problem.DoesNotExist):
        services.move_problem(problem, "accept", actor=cast.outsider)
    with refuses(NotAllowed):
        services.raise_problem(actor=cast.auditor, title="x", service=problem.service)


def test_counting_incidents_costs_the_same_for_one_problem_and_for_four(
    cast: Any, api_of: Any, client_of: Any
) -> None:
    def one() -> Problem:
        problem = a_problem(cast)
        for _ in range(2):
            links.link_incident(problem, an_incident(cast), actor=cast.agent_l1)
        return problem

    one()
    browser, program = client_of(cast.agent_l1), api_of(cast.agent_l1)
    addresses = ((browser, "/incidents/problem/"), (program, "/api/v1/problems/"))

    def cost() -> list[int]:
        costs = []
        for who, address in addresses:
            who.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                who.get(address)
            costs.append(len(queries))
        return costs

    before = cost()
    for _ in range(3):
        one()
    assert cost() == before
    counts = {row["incident_count"] for row in program.get("/api/v1/problems/").json()["results"]}
    assert counts == {2}


def test_the_count_leaves_out_incidents_that_the_reader_does_not_see(
    cast: Any, api_of: Any
) -> None:
    problem = a_problem(cast)
    service = a_service(cast, support_team=cast.wallet_co, owner_team=cast.wallet_co)
    hidden = an_incident(cast, actor=cast.outsider, service=service)
    links.link_incident(problem, hidden, actor=None)
    links.link_incident(problem, shown := an_incident(cast), actor=None)
    program = api_of(cast.agent_l1)
    address = f"/api/v1/problems/{problem.reference}/"
    assert program.get(address).json()["incident_count"] == 1
    told = [row["incident"] for row in program.get(f"{address}incidents/").json()]
    assert told == [shown.reference]
    page = api_of(cast.agent_l1).get(f"{address}timeline/").content.decode()
    assert shown.reference in page
    assert hidden.reference not in page


def test_the_whole_road_by_rest(cast: Any, api_of: Any) -> None:
    program = api_of(cast.agent_l1)
    incident = an_incident(cast)
    body = {"title": "Locks", "service": incident.service.reference}
    made = program.post("/api/v1/problems/", {**body, "incident": incident.reference})
    assert made.status_code == 201, made.content
    address = made["Location"]
    assert made.json()["incident_count"] == 1

    def take(action: str, **answers: Any) -> Any:
        return program.post(f"{address}transitions/", {"action": action, **answers})

    assert take("accept").json()["status"] == "accepted"
    assert take("investigate").json()["owner"] == "agent_l1"
    refused = take("declare_known_error")
    assert (refused.status_code, refused.json()["reasons"]) == (409, ["a workaround is required"])
    assert take("describe_workaround", workaround="Restart.").status_code == 200
    assert take("declare_known_error").json()["status"] == "known_error"
    change = a_change(cast, services=[incident.service])
    assert take("link_change", change=change.reference).status_code == 200
    assert take("fix_in_change").json()["status"] == "fix_in_change"
    assert take("monitor").json()["status"] == "monitoring"
    closed = take("close", root_cause="A lock.")
    assert closed.json()["root_cause"] == "A lock."
    found = program.get(f"/api/v1/incidents/?problem={closed.json()['reference']}").json()
    assert [row["reference"] for row in found["results"]] == [incident.reference]
    said = program.post(f"{address}comments/", {"text": "Thanks."})
    assert said.status_code == 201
    kinds = {entry["kind"] for entry in program.get(f"{address}timeline/").json()}
    assert kinds == {"status", "change", "links", "comment"}


def test_the_page_of_a_problem(cast: Any, client_of: Any) -> None:
    problem = a_problem(cast, "fix_in_change", symptom="Timeouts.")
    links.link_incident(problem, incident := an_incident(cast), actor=cast.agent_l1)
    shown = client_of(cast.agent_l1).get(f"/incidents/problem/{problem.pk}/change/")
    page = shown.content.decode()
    for text in ("Timeouts.", "Restart the link", incident.reference, "Fix in a change"):
        assert text in page
    reader = client_of(cast.service_owner).get(f"/incidents/problem/{problem.pk}/change/")
    assert reader.status_code == 200
    assert (
        client_of(cast.outsider).get(f"/incidents/problem/{problem.pk}/change/").status_code == 404
    )
