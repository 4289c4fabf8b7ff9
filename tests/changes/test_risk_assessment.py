"""Assessing the risk of a change: what is asked, what is known, and what the page and API tell."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets.enums import PciScope
from assets.services import add_dependency
from changes import services
from changes.enums import Outcome, Status
from changes.models import Change, RiskAssessment
from changes.risk import QUESTIONS
from core.errors import NotAllowed, Refused, ValidationError
from people.duty import ON_DUTY
from tests.factories import a_change, a_service, an_asset, vote

pytestmark = pytest.mark.django_db

CHANGES = "/api/v1/changes/"
QUIET = {question.code: question.answers[0].code for question in QUESTIONS}
WORST = {question.code: question.answers[-1].code for question in QUESTIONS}


def assessed(change, cast, answers=QUIET, *, backout_tested=True, **more):
    change = services.assess_risk(
        change, actor=cast.requester, answers=answers, backout_tested=backout_tested, **more
    )
    return change, change.risk_assessments.order_by("-pk").first()


def rules_of(assessment):
    """The rules that raised it, by code, with the figures and the level that each stands for."""
    return {
        line.code: (*line.figures.values(), line.level) for line in assessment.reasons if line.level
    }


# --- The services --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["submitted", "assessing"])
def test_the_level_of_the_answers_is_the_risk_of_the_change(cast, status):
    change, assessment = assessed(a_change(cast, status, risk=""), cast, WORST)

    assert (change.risk, change.status) == ("high", status)
    stored = Change.objects.get(pk=change.pk)
    assert (stored.risk, stored.version) == ("high", change.version)
    assert (assessment.level, assessment.points) == ("high", 43)
    assert (assessment.answers, assessment.assessed_by) == (WORST, cast.requester)


def test_the_latest_assessment_counts_and_the_earlier_ones_stay(cast):
    change, first = assessed(a_change(cast, "assessing"), cast, WORST)
    change, second = assessed(change, cast)

    assert change.risk == "low"
    assert list(change.risk_assessments.order_by("pk")) == [first, second]


def test_the_move_to_assessing_may_bring_the_answers(cast):
    change = a_change(cast, "submitted")

    change = services.assess_change(change, actor=cast.requester, answers=QUIET)

    assert (change.status, change.risk) == (Status.ASSESSING, "medium")  # its back-out is untried
    assert change.risk_assessments.count() == 1


def test_the_move_to_assessing_may_come_first(cast):
    change = services.assess_change(a_change(cast, "submitted"), actor=cast.requester)

    assert (change.status, change.risk) == (Status.ASSESSING, "")
    assert not change.risk_assessments.exists()


@pytest.mark.parametrize("status", sorted(set(Status) - {"submitted", "assessing"}))
def test_what_is_frozen_ended_or_a_draft_is_not_assessed(cast, refuses, status):
    change = a_change(cast, status)

    with refuses(Refused, "does not allow this action"):
        assessed(change, cast)
    assert not RiskAssessment.objects.exists()


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, set(QUIET)),
        ({k: v for k, v in QUIET.items() if k not in ("reach", "timing")}, {"reach", "timing"}),
        (QUIET | {"reach": "most"}, {"reach"}),
        (QUIET | {"weather": "rain"}, {"weather"}),
        (QUIET | {"reach": ""}, {"reach"}),
    ],
)
@pytest.mark.parametrize("verb", ["assess_risk", "assess_change"])
def test_every_question_is_answered_by_one_of_its_answers(cast, verb, answers, wrong):
    change = a_change(cast, "submitted")
    assess = getattr(services, verb)

    with pytest.raises(ValidationError) as refused:
        assess(change, actor=cast.requester, answers=answers, backout_tested=True)

    assert set(refused.value.message_dict) == wrong
    assert Change.objects.get(pk=change.pk).status == Status.SUBMITTED
    assert not RiskAssessment.objects.exists()


@pytest.mark.parametrize("name", ["implementer", "peer", "auditor"])
def test_whose_role_does_not_prepare_changes_does_not_assess_them(cast, refuses, name):
    change = a_change(cast, "assessing")

    with refuses(NotAllowed):
        services.assess_risk(change, actor=cast[name], answers=QUIET)


def test_an_assessment_is_never_altered(cast):
    _, assessment = assessed(a_change(cast, "assessing"), cast)

    for write in (
        lambda: RiskAssessment.objects.filter(pk=assessment.pk).update(level="low", points=0),
        lambda: RiskAssessment.objects.filter(pk=assessment.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            write()


def test_amending_keeps_the_risk(cast):
    change, _ = assessed(a_change(cast, "assessing"), cast, QUIET, backout_tested=False)
    services.request_approval(change, actor=cast.requester)

    change = services.amend_change(
        change, actor=cast.requester, title="Renew both certificates", note="Two links"
    )

    assert (change.risk, change.risk_assessments.count()) == ("medium", 1)


# --- What is known without asking ----------------------------------------------------------------


def closed(cast, service, *outcomes):
    for outcome in outcomes:
        change = a_change(cast, "reviewing", services=[service])
        services.close_change(change, actor=cast.requester, outcome=outcome, review="So it went.")


def test_the_last_changes_of_the_same_services_count(cast):
    service, other = a_service(cast), a_service(cast)
    closed(cast, service, Outcome.SUCCESSFUL, Outcome.WITH_ISSUES, Outcome.SUCCESSFUL)
    closed(cast, service, Outcome.FAILED)
    closed(cast, other, Outcome.FAILED)  # of another service
    a_change(cast, "cancelled", services=[service])  # never tried
    change = a_change(cast, "assessing", services=[service])
    _, assessment = assessed(change, cast)
    assert rules_of(assessment) == {}  # four say nothing yet

    closed(cast, service, Outcome.BACKED_OUT)
    change, assessment = assessed(change, cast)

    assert rules_of(assessment) == {"history": (2, 5, "high")}
    assert change.risk == "high"


def test_services_that_need_what_is_altered_are_reached_once_each(cast):
    database, application = an_asset(cast, pci_scope="out"), an_asset(cast, pci_scope="out")
    needing = [a_service(cast) for _ in range(4)]
    add_dependency(actor=None, asset=application, needs=database, kind="runs_on")
    for service in needing[:3]:
        add_dependency(actor=None, service=service, needs=application, kind="uses")
    add_dependency(actor=None, service=needing[0], needs=database, kind="uses")
    change = a_change(cast, "assessing", services=[needing[0]], assets=[database, application])
    _, assessment = assessed(change, cast)
    assert rules_of(assessment) == {}  # three

    add_dependency(actor=None, service=needing[3], needs=database, kind="uses")
    _, assessment = assessed(change, cast)

    assert rules_of(assessment) == {"reached": (4, "medium")}


@pytest.mark.parametrize(
    ("scope", "raised"),
    [
        (PciScope.IN_SCOPE, {"pci": ("medium",)}),
        (PciScope.CONNECTED, {}),
        (PciScope.OUT_OF_SCOPE, {}),
    ],
)
def test_assets_in_pci_scope_raise_it(cast, scope, raised):
    change = a_change(cast, "assessing", assets=[an_asset(cast, pci_scope=scope)])

    assert rules_of(assessed(change, cast)[1]) == raised


def test_significant_changes_are_of_high_risk(cast):
    change, assessment = assessed(a_change(cast, "assessing", is_significant=True), cast)

    assert (change.risk, rules_of(assessment)) == ("high", {"significant": ("high",)})


def test_a_back_out_that_nobody_tried_raises_it(cast):
    change, assessment = assessed(a_change(cast, "assessing"), cast, backout_tested=False)

    assert (change.risk, rules_of(assessment)) == ("medium", {"backout_untested": ("medium",)})


@pytest.mark.parametrize(
    ("answer", "raised"), [(None, {}), ([], {"duty": ("medium",)}), (["somebody"], {})]
)
def test_a_rota_with_nobody_on_duty_when_work_begins_raises_it(cast, monkeypatch, answer, raised):
    start = timezone.now() + timedelta(days=2)
    window = {"planned_start_at": start, "planned_end_at": start + timedelta(hours=1)}
    change = a_change(cast, "assessing", **window)
    told = []

    def rota(team, at):
        told.append((team, at))
        return answer

    monkeypatch.setattr(ON_DUTY, "_entries", {"test": rota}, raising=True)

    assert rules_of(assessed(change, cast)[1]) == raised
    assert told == [(cast.core_platform, start)]


# --- The API -------------------------------------------------------------------------------------


@pytest.fixture
def api(api_of, cast):
    return api_of(cast.requester)


def take(api, change, action, **answers):
    body = {"action": action, **answers}
    return api.post(f"{CHANGES}{change.reference}/transitions/", body, format="json")


def risk_of(api, change, language="en"):
    address = f"{CHANGES}{change.reference}/risk/"
    return api.get(address, headers={"accept-language": language})


def test_by_api_the_risk_is_assessed_and_read_in_the_language_asked_for(cast, api):
    change = a_change(cast, "assessing", risk="")
    assert risk_of(api, change).json() == {
        "level": "",
        "points": None,
        "lines": [],
        "answers": {},
        "assessed_at": None,
        "assessed_by": None,
    }

    answer = take(api, change, "assess_risk", **QUIET | {"reach": "all"})

    assert (answer.status_code, answer.json()["risk"]) == (200, "medium")
    told = risk_of(api, change).json()
    assert (told["level"], told["points"], told["assessed_by"]) == ("medium", 4, "requester")
    assert told["answers"] == QUIET | {"reach": "all"}
    assert told["lines"][0] == {
        "code": "reach",
        "answer": "all",
        "figures": {},
        "points": 4,
        "level": None,
        "text": "Who notices if it goes wrong? All clients, or a payment rail",
    }
    assert told["lines"][-1] == {
        "code": "backout_untested",
        "answer": "",
        "figures": {},
        "points": 0,
        "level": "medium",
        "text": "Nobody has tried its back-out",
    }
    spanish = risk_of(api, change, "es-MX").json()
    assert spanish["lines"][-1]["text"] == "Nadie ha probado su reversión"


def test_by_api_every_question_without_an_answer_is_named(cast, api):
    change = a_change(cast, "assessing")

    answer = take(api, change, "assess_risk", reach="all", timing="never")

    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == set(QUIET) - {"reach"}


def test_by_api_some_answers_do_not_suffice_for_assessing_either(cast, api):
    change = a_change(cast, "submitted")

    answer = take(api, change, "assess", reach="all")

    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == set(QUIET) - {"reach"}
    assert Change.objects.get(pk=change.pk).status == Status.SUBMITTED


def test_by_api_nobody_names_the_level(cast, api):
    change = a_change(cast, "submitted")

    assert take(api, change, "assess", risk="low").status_code == 400
    assert take(api, change, "assess_risk", **QUIET, level="low").status_code == 400


def test_by_api_what_is_frozen_is_a_conflict(cast, api):
    change = a_change(cast, "awaiting_approval")

    assert take(api, change, "assess_risk", **QUIET).status_code == 409


def test_the_risk_of_a_change_out_of_sight_does_not_exist(cast, api_of):
    change, _ = assessed(a_change(cast, "assessing"), cast)

    assert risk_of(api_of(cast.outsider), change).status_code == 404
    assert risk_of(api_of(cast.auditor), change).status_code == 200


# --- The page ------------------------------------------------------------------------------------


def page_of(change):
    return f"/changes/change/{change.pk}/"


def text_of(browser, change):
    answer = browser.get(f"{page_of(change)}change/", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_tells_every_reason_and_the_assessments_before(cast, client_of):
    browser = client_of(cast.auditor)
    change = a_change(cast, "assessing", risk="")
    assert "Nobody has answered the questionnaire about its risk yet." in text_of(browser, change)
    change, _ = assessed(change, cast, WORST)
    change, _ = assessed(change, cast, QUIET | {"reach": "all"}, backout_tested=False)

    page = text_of(browser, change)

    for told in (
        "4 points",
        "Who notices if it goes wrong? All clients, or a payment rail",
        "Nobody has tried its back-out",
        "Earlier assessments",
    ):
        assert told in page
    assert "expected to fail" not in page  # it has not ended


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ("successful", "This one was not among them: Successful."),
        ("failed", "This one did not go well: Failed."),
    ],
)
def test_a_closed_change_shows_whether_it_came_as_foretold(cast, client_of, outcome, verdict):
    change, _ = assessed(a_change(cast, "assessing"), cast, backout_tested=False)
    change = services.request_approval(change, actor=cast.requester)
    _walk_to_review(change, cast)
    services.close_change(change, actor=cast.requester, outcome=outcome, review="So it went.")

    page = text_of(client_of(cast.auditor), change)

    assert f"(Medium), 10% are expected to fail or to be backed out. {verdict}" in page


def _walk_to_review(change, cast):
    for name in ("peer", "service_owner", "approver", "approver2"):
        vote(change, cast[name])
    services.schedule_change(change, actor=cast.requester)
    for verb in ("start_change", "complete_change", "verify_change"):
        getattr(services, verb)(change, actor=cast.implementer)


def test_the_page_takes_as_many_statements_for_three_assessments_as_for_one(cast, client_of):
    browser = client_of(cast.auditor)
    change, _ = assessed(a_change(cast, "assessing"), cast)
    text_of(browser, change)

    def statements():
        with CaptureQueriesContext(connection) as seen:
            text_of(browser, change)
        return len(seen)

    one = statements()
    for answers in (WORST, QUIET):
        change, _ = assessed(change, cast, answers)

    assert statements() == one


def test_the_dialog_offers_the_latest_answers_again(cast, client_of):
    change, _ = assessed(a_change(cast, "assessing"), cast, WORST)
    browser = client_of(cast.requester)

    address = f"{page_of(change)}action/assess_risk/"
    form = browser.get(address).context["form"]

    assert {code: form[code].initial for code in QUIET} == WORST
    assert form["backout_tested"].initial is True
    assert list(form.fields) == [*QUIET, "backout_tested", "note"]
    answer = browser.post(address, QUIET | {"version": change.version})
    assert answer.status_code == 302
    assert Change.objects.get(pk=change.pk).risk == "medium"
