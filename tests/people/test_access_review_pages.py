"""The pages and the API of access reviews: what reviewers, administrators and management meet."""

import hashlib
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.cards import Figures
from core.dashboard import CARDS
from people import services
from people.enums import ReviewStatus
from people.models import AccessReview, AccessReviewItem
from tests.people.reviews import a_running_review, announced, decide_all, item_of

pytestmark = pytest.mark.django_db

LIST = "/people/accessreview/"
ITEMS = "/people/accessreviewitem/"


@pytest.fixture
def running(cast):
    return a_running_review(cast)


def page(record):
    meta = record._meta
    return f"/{meta.app_label}/{meta.model_name}/{record.pk}/change/"


def act(browser, record, action, **answers):
    meta = record._meta
    url = f"/{meta.app_label}/{meta.model_name}/{record.pk}/action/{action}/"
    return browser.post(url, {"version": record.version, **answers})


def test_the_campaign_page_tells_the_list_the_progress_and_the_removals(cast, client_of, running):
    services.remove_access(item_of(running, cast.agent_l1), actor=cast.team_lead, comment="left")
    html = client_of(cast.security_admin).get(page(running)).content.decode()
    assert running.extract_sha256 in html
    assert "Open for 0 days" in html
    assert "Tomás Lara" in html


def test_a_reviewer_opens_only_what_is_theirs(cast, client_of, running):
    browser = client_of(cast.team_lead)
    assert browser.get(page(item_of(running, cast.agent_l1))).status_code == 200
    assert browser.get(page(item_of(running, cast.agent_l2))).status_code == 404
    assert browser.get(f"/people/accessreview/{running.pk}/extract/").status_code == 404
    mine = browser.get(ITEMS).content.decode()
    assert "agent_l1" in mine
    assert "agent_l2" not in mine


def test_the_list_downloads_byte_for_byte_as_it_was_hashed(cast, client_of, running):
    answer = client_of(cast.auditor).get(f"/people/accessreview/{running.pk}/extract/")
    body = answer.getvalue()
    assert hashlib.sha256(body).hexdigest() == running.extract_sha256
    assert len(body.splitlines()) == running.extract_count


def test_dialogs_decide_and_say_what_is_missing(cast, client_of, running):
    browser, item = client_of(cast.team_lead), item_of(running, cast.agent_l1)
    refused = act(browser, item, "remove", comment="")
    assert refused.status_code == 400
    assert item_of(running, cast.agent_l1).decision == ""
    grant = cast.agent_l1.grants.get()
    done = act(browser, item, "change", comment="Moved on", grants=[grant.pk])
    assert done.status_code == 302
    assert item_of(running, cast.agent_l1).decision == "change"
    assert act(browser, item_of(running, cast.agent_l1), "keep").status_code == 404


def test_nobody_is_offered_to_decide_about_others_lists(cast, client_of, running):
    browser = client_of(cast.auditor)
    item = item_of(running, cast.agent_l1)
    assert act(browser, item, "keep").status_code == 404
    assert item_of(running, cast.agent_l1).decision == ""


def test_many_are_kept_at_once_each_by_the_rules(cast, client_of, running):
    mine = item_of(running, cast.agent_l2)
    others = item_of(running, cast.agent_l1)
    answer = client_of(cast.security_admin).post(
        f"{ITEMS}bulk/keep/", {"ids": [mine.pk, others.pk], "confirmed": "1"}
    )
    assert "somebody else reviews this account" in answer.content.decode()
    assert item_of(running, cast.agent_l1).decision == ""
    own = client_of(cast.team_lead)
    own.post(f"{ITEMS}bulk/keep/", {"ids": [others.pk, mine.pk], "confirmed": "1"})
    assert item_of(running, cast.agent_l1).decision == "keep"
    assert item_of(running, cast.agent_l2).decision == ""


def test_signing_off_asks_for_the_password_again(cast, client_of, running):
    decide_all(running)
    answer = act(
        client_of(cast.senior_approver), AccessReview.objects.get(pk=running.pk), "sign_off"
    )
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    running.refresh_from_db()
    assert running.status == ReviewStatus.RUNNING


def test_a_review_is_announced_from_its_form(cast, client_of):
    today = timezone.localdate().isoformat()
    answer = client_of(cast.security_admin).post(
        f"{LIST}add/",
        {"country": "MX", "team": "", "owner": cast.security_admin.pk, "starts_on": today},
    )
    assert answer.status_code == 302
    assert AccessReview.objects.get().country == "MX"
    assert client_of(cast.team_lead).get(f"{LIST}add/").status_code == 403


def test_the_lists_cost_as_many_queries_for_one_as_for_many(cast, client_of):
    announced(cast)
    browser = client_of(cast.security_admin)

    def queries(address):
        browser.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    few = queries(LIST)
    review = a_running_review(cast, country="CO")
    a_running_review(cast, team=cast.payments_l1)
    assert queries(LIST) == few
    one = queries(f"{ITEMS}?tab=all&review={review.reference}")
    a_running_review(cast, country="MX")
    assert queries(f"{ITEMS}?tab=all&review={review.reference}") == one
    many = AccessReview.objects.get(country="MX")
    assert queries(f"{ITEMS}?tab=all&review={many.reference}") == one


def test_the_items_are_exported_as_csv_by_who_may_export(cast, client_of, running):
    answer = client_of(cast.auditor).post(
        f"{ITEMS}list/export/", {"form": "csv", "address": "?tab=all"}
    )
    text = answer.getvalue().decode()
    assert "agent (team:payments-l1)" in text
    assert len(text.splitlines()) == running.extract_count + 1


def test_the_card_counts_what_waits_for_oneself(cast, running):
    def figures(who):
        content = CARDS["access_reviews"].content(cast[who], timezone.now())
        if content is None:
            return None
        (shown,) = [part for part in content.parts if isinstance(part, Figures)]
        return [figure.value for figure in shown.items]

    services.remove_access(item_of(running, cast.agent_l1), actor=cast.team_lead, comment="left")
    assert figures("team_lead") == [0, 0, 1]
    mine = AccessReviewItem.objects.filter(reviewer=cast.service_manager).count()
    assert figures("service_manager") == [mine, 0, 0]
    assert figures("agent_l1") is None


def test_decisions_through_the_api(cast, api_of, running):
    api, item = api_of(cast.team_lead), item_of(running, cast.agent_l1)
    url = f"/api/v1/access-review-items/{item.pk}/decide/"
    assert api.post(url, {"decision": "remove"}).status_code == 400
    assert api.post(url, {"decision": "change", "comment": "x", "grants": [1]}).status_code == 400
    assert api.post(url, {"decision": "keep", "grants": [1]}).status_code == 400
    answer = api.post(url, {"decision": "keep"})
    assert answer.status_code == 200
    assert (answer.json()["decision"], answer.json()["is_stale"]) == ("keep", False)
    assert answer.json()["access"] == json.loads(item.line)
    assert api_of(cast.service_manager).post(url, {"decision": "keep"}).status_code == 404


def test_the_api_starts_a_review_and_tells_its_hash(cast, api_of):
    review = announced(cast)
    api = api_of(cast.security_admin)
    answer = api.post(
        f"/api/v1/access-reviews/{review.reference}/transitions/", {"action": "start"}
    )
    assert answer.status_code == 200
    review.refresh_from_db()
    assert answer.json()["extract_sha256"] == review.extract_sha256
    assert answer.json()["undecided"] == review.extract_count
