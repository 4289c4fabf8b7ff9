"""The pages and the REST of exit plans: who sees what, what is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import a_vendor
from tests.vendors.leaving import an_exit_plan, exercised, in_days
from vendors.models import ExitPlan

pytestmark = pytest.mark.django_db
READERS = {"finance", "vendor_manager", "auditor", "service_manager", "approver2", "team_lead"}
PLANS = "/api/v1/exit-plans/"


@pytest.fixture
def vendor():
    return a_vendor(name="Nube", country="MX")


@pytest.fixture
def plan(cast, vendor):
    return an_exit_plan(cast, vendor)


def page_of(row):
    return f"/vendors/{row._meta.model_name}/{row.pk}/change/"


def act(browser, row, action, **answers):
    version = type(row).objects.get(pk=row.pk).version
    url = f"/vendors/{row._meta.model_name}/{row.pk}/action/{action}/"
    return browser.post(url, {"version": version, **answers})


def offered(browser, row):
    text = browser.get(page_of(row)).content.decode()
    return {word for word in ("approve", "set_steps", "exercise") if f"/action/{word}/" in text}


@pytest.mark.parametrize("who", [*sorted(READERS), "agent_l1", "outsider", "admin", "requester"])
def test_pages_and_rest_open_for_those_who_read_about_vendors(cast, client_of, api_of, plan, who):
    browser, api = client_of(getattr(cast, who)), api_of(getattr(cast, who))
    found = [browser.get(path).status_code for path in ("/vendors/exitplan/", page_of(plan))]
    parts = ("", "steps/", "exercises/", "history/", "transitions/")
    rest = {api.get(f"{PLANS}{plan.reference}/{part}").status_code for part in parts}
    if who in READERS:
        assert (found, rest) == ([200, 200], {200})
    else:
        assert set(found) <= {403, 404}
        assert rest == {404}


def test_vendors_of_other_countries_stay_hidden(cast, api_of, client_of, plan):
    type(plan.vendor).objects.filter(pk=plan.vendor.pk).update(country="CO")
    assert api_of(cast.vendor_manager).get(f"{PLANS}{plan.reference}/").status_code == 404
    assert client_of(cast.vendor_manager).get(page_of(plan)).status_code == 404
    assert api_of(cast.approver2).get(f"{PLANS}{plan.reference}/").status_code == 200


def test_a_plan_goes_its_way_in_the_portal(cast, client_of, vendor):
    browser, deciding = client_of(cast.vendor_manager), client_of(cast.approver2)
    page = browser.get(page_of(vendor)).content.decode()
    assert f"/vendors/exitplan/add/?vendor={vendor.pk}" in page
    assert browser.get(f"/vendors/exitplan/add/?vendor={vendor.pk}").status_code == 200
    facts = {
        "leaves_when": "A breach",
        "data_return": "By SFTP",
        "alternative": "Ours",
        "cost": "1000.50",
        "currency": "MXN",
        "owner": cast.vendor_manager.pk,
    }
    made = browser.post("/vendors/exitplan/add/", {"vendor": vendor.pk, "contract": "", **facts})
    assert made.status_code == 302, made.content.decode()
    row = ExitPlan.objects.get()
    assert offered(browser, row) == {"set_steps"}
    assert act(browser, row, "set_steps", steps="Take it home").status_code == 400
    assert act(browser, row, "set_steps", steps="30 Take it\n\n15 Move").status_code == 302
    assert "45 días en total" in browser.get(page_of(row)).content.decode()
    edited = browser.post(page_of(row), {**facts, "cost": "900", "version": 1})
    assert edited.status_code == 302, edited.content.decode()
    assert offered(deciding, row) == {"approve"}
    assert offered(client_of(cast.auditor), row) == set()
    assert act(browser, row, "approve", note="").status_code == 404
    assert act(deciding, row, "approve", note="Sound").status_code == 302
    assert offered(browser, row) == {"exercise"}
    told = {"kind": "tabletop", "exercised_on": str(in_days(0))}
    assert act(browser, row, "exercise", result="failed", findings="", **told).status_code == 400
    done = act(browser, row, "exercise", result="with_gaps", findings="Late keys", **told)
    assert done.status_code == 302
    row.refresh_from_db()
    assert (row.status, row.exercise_result, row.cost) == ("approved", "with_gaps", 900)
    assert "Late keys" in browser.get(page_of(row)).content.decode()
    shown = client_of(cast.auditor).get(page_of(vendor)).content.decode()
    assert row.reference in shown
    assert row.reference not in client_of(cast.agent_l1).get(page_of(vendor)).content.decode()


def test_a_plan_goes_its_way_by_rest(cast, api_of, vendor):
    api = api_of(cast.vendor_manager)
    told = {
        "vendor": vendor.reference,
        "leaves_when": "A breach",
        "data_return": "By SFTP",
        "alternative": "Ours",
        "cost": {"amount": "1000.50", "currency": "MXN"},
    }
    made = api.post(PLANS, told, format="json")
    assert made.status_code == 201, made.json()
    answer = made.json()
    assert answer["cost"] == {"amount": "1000.50", "currency": "MXN"}
    assert (answer["owner"], answer["days_needed"], answer["contract"]) == (
        *("vendor_manager", None),
        None,
    )
    own = f"{PLANS}{answer['reference']}/"
    assert api.post(PLANS, told, format="json").status_code == 409
    steps = {"steps": [{"text": "Take it", "days": 30}, {"text": "Move", "days": 15}]}
    written = api.post(f"{own}steps/", steps, format="json").json()
    assert [one["position"] for one in written] == [1, 2]
    assert api.get(own).json()["days_needed"] == 45
    bad = {"steps": [{"text": "x", "days": 0}]}
    assert api.post(f"{own}steps/", bad, format="json").status_code == 400
    approve = {"action": "approve"}
    assert api.post(f"{own}transitions/", approve, format="json").status_code == 403
    deciding = api_of(cast.approver2)
    assert deciding.post(f"{own}transitions/", approve, format="json").status_code == 200
    tried = {"action": "exercise", "kind": "real", "result": "worked"}
    assert api.post(f"{own}transitions/", tried, format="json").status_code == 200
    assert api.get(f"{own}exercises/").json()[0]["recorded_by"] == "vendor_manager"
    assert api.get(f"{own}history/").json()[0]["action"] == "exitplan.exercise"


def test_lists_narrow_and_refuse_what_they_do_not_know(cast, api_of, vendor):
    api, late = api_of(cast.auditor), an_exit_plan(cast, vendor, status="approved")
    draft = an_exit_plan(cast, a_vendor(tier="tactical"))
    ExitPlan.objects.filter(pk=late.pk).update(exercise_due_on=in_days(-1))

    def found(query):
        return {one["reference"] for one in api.get(f"{PLANS}?{query}").json()["results"]}

    assert found("exercise_overdue=true") == found("status=approved") == {late.reference}
    assert found("exercise_overdue=false") == found("tier=tactical") == {draft.reference}
    assert found(f"vendor={vendor.reference}") == {late.reference}
    assert api.get(f"{PLANS}?status=perfect").status_code == 400


def test_the_list_asks_as_often_for_many_as_for_one(cast, client_of, vendor):
    exercised(cast, an_exit_plan(cast, vendor, status="approved"))
    browser = client_of(cast.vendor_manager)

    def questions():
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/vendors/exitplan/").status_code == 200
        return len(asked)

    questions()
    one = questions()
    for _nth in range(2):
        an_exit_plan(cast, a_vendor(), status="approved")
    assert questions() == one


def test_the_search_finds_a_plan_by_its_reference(cast, client_of, plan):
    found = client_of(cast.vendor_manager).get(f"/palette/?q={plan.reference}").content.decode()
    assert plan.reference in found
