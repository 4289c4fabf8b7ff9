"""The pages of service reviews, their PDF and REST."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from tests.factories import a_vendor
from tests.vendors.reviews import a_card, a_review, in_days
from vendors import services
from vendors.models import ServiceReview

pytestmark = pytest.mark.django_db
READERS = {"finance", "vendor_manager", "auditor", "service_manager", "approver"}
API = "/api/v1/service-reviews/"


def page_of(review):
    return f"/vendors/servicereview/{review.pk}/change/"


def act(browser, review, action, **answers):
    version = ServiceReview.objects.get(pk=review.pk).version
    url = f"/vendors/servicereview/{review.pk}/action/{action}/"
    return browser.post(url, {"version": version, **answers})


@pytest.mark.parametrize("who", [*sorted(READERS), "agent_l1", "outsider", "admin"])
def test_pages_open_for_those_who_read_scorecards(cast, client_of, who):
    review = a_review(cast, "closed")
    browser = client_of(cast[who])
    sheet = f"/vendors/servicereview/{review.pk}/minutes-en.pdf"
    found = [browser.get(path) for path in ("/vendors/servicereview/", page_of(review), sheet)]
    if who in READERS:
        assert [one.status_code for one in found] == [200, 200, 200]
        assert review.reference in found[0].content.decode()
    else:
        assert {one.status_code for one in found} <= {403, 404}


def test_from_planning_to_a_closed_review(cast, client_of):
    manager, finance = client_of(cast.vendor_manager), client_of(cast.finance)
    card = a_card(cast)
    at = timezone.localtime() - timedelta(days=1)
    body = {
        "scorecard": card.pk,
        "planned_at": at.strftime("%Y-%m-%dT%H:%M"),
        "place": "Room 4",
        "chair": cast.vendor_manager.pk,
    }
    made = manager.post("/vendors/servicereview/add/", body)
    assert made.status_code == 302, made.content.decode()
    review = ServiceReview.objects.get()
    assert act(manager, review, "add_item", title_of_item="New owner").status_code == 302
    assert act(manager, review, "add_attendee", name="Ana", side="vendor").status_code == 302
    assert act(manager, review, "hold").status_code == 302
    assert act(finance, review, "minute", number=1, minutes="Weekly").status_code == 302
    there = [one.pk for one in review.attendees.all()]
    assert act(finance, review, "attendance", there=there).status_code == 302
    assert act(finance, review, "close").status_code == 404
    due_on = str(in_days(10))
    told = {"what": "Report", "contact": "Ana", "due_on": due_on}
    assert act(finance, review, "add_action", **told).status_code == 302
    told = {
        "kpi": "reports", "target_value": "80", "due_on": due_on, "measures": "More people",
        "contact": "Ana", "owner": "vendor_manager",
    }  # fmt: skip
    assert act(finance, review, "draft_improvement", **told).status_code == 302
    assert act(manager, review, "close", note="All said").status_code == 302
    review.refresh_from_db()
    assert review.status == "closed"
    action, plan = review.actions.get(), review.plans.get()
    done = {"part": action.pk, "note": "Came"}
    assert act(finance, review, "finish_action", **done).status_code == 302
    assert act(finance, review, "verify_action", part=action.pk).status_code == 409
    assert act(manager, review, "verify_action", part=action.pk).status_code == 302
    assert act(manager, review, "agree_improvement", part=plan.pk).status_code == 302
    shown = manager.get(page_of(review)).content.decode()
    for text in ("Weekly", "New owner", "Ana", "More people", review.digest):
        assert text in shown
    for path in (
        f"/vendors/vendor/{review.vendor_id}/change/",
        f"/vendors/scorecard/{card.pk}/change/",
    ):
        assert review.reference in manager.get(path).content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Attendees", "Was there")), ("es-mx", ("SHA-256",))],
)
def test_the_pdf_says_what_was_agreed(cast, client_of, language, words):
    review = a_review(cast, "closed")
    services.add_action(
        review, actor=cast.finance, what="Report *weekly*", contact="Ana", due_on=in_days(9)
    )
    url = f"/vendors/servicereview/{review.pk}/minutes-{language}.pdf"
    answer = client_of(cast.auditor).get(url)
    assert answer["Content-Type"] == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    told = ("They report weekly.", "Report *weekly*", "Ana of the vendor", *words)
    assert [one for one in told if one not in " ".join(text.split())] == []


def test_there_is_no_pdf_in_other_languages(cast, client_of):
    review = a_review(cast)
    url = f"/vendors/servicereview/{review.pk}/minutes-fr.pdf"
    assert client_of(cast.vendor_manager).get(url).status_code == 404


def queries(browser, url):
    browser.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(url).status_code == 200
    return len(caught)


def test_pages_need_the_same_queries_however_much_they_show(cast, client_of):
    browser = client_of(cast.vendor_manager)
    vendor = a_vendor(country="MX")
    first = a_review(cast, "closed", a_card(cast, vendor, back=3))
    one_action(cast, first)
    urls = ["/vendors/servicereview/", page_of(first)]
    before = [queries(browser, url) for url in urls]
    for back in (2, 1):
        last = a_review(cast, "closed", a_card(cast, vendor, back=back))
        one_action(cast, last)
    assert [queries(browser, url) for url in (urls[0], page_of(first))] == before


def one_action(cast, review):
    services.add_action(review, actor=cast.finance, what="Report", contact="Ana", due_on=in_days(9))


# --- REST -----------------------------------------------------------------------------------------


def test_a_review_by_rest(cast, api_of):
    api = api_of(cast.vendor_manager)
    card = a_card(cast)
    at = timezone.now() - timedelta(minutes=1)
    body = {
        "scorecard": card.reference,
        "planned_at": at.isoformat(),
        "place": "Room 4",
        "chair": "vendor_manager",
    }
    made = api.post(API, body, format="json")
    assert made.status_code == 201, made.json()
    one = API + made.json()["reference"] + "/"
    assert made.json()["vendor"] == card.vendor.reference
    moved = api.patch(one, {"place": "Room 5"}, format="json", headers={"If-Match": '"1"'})
    assert (moved.status_code, moved.json()["place"]) == (200, "Room 5")
    assert [item["kind"] for item in api.get(one + "agenda/").json()] == ["scorecard", "weak"]
    assert [who["user"] for who in api.get(one + "attendees/").json()] == ["vendor_manager"]
    held = api.post(one + "transitions/", {"action": "hold"}, format="json")
    assert (held.status_code, held.json()["status"]) == (200, "held")
    refused = api.post(one + "transitions/", {"action": "close"}, format="json")
    assert refused.status_code == 409
    assert "it has no minutes yet" in refused.json()["reasons"]
    told = {"action": "add_action", "what": "x", "contact": "Ana", "due_on": str(in_days(3))}
    assert api.post(one + "transitions/", told, format="json").status_code == 200
    assert [row["what"] for row in api.get(one + "action-items/").json()] == ["x"]
    assert api.get(one + "plans/").json() == []
    shown = api.get(f"{API}?vendor={card.vendor.reference}&status=held").json()["results"]
    assert [row["reference"] for row in shown] == [made.json()["reference"]]
