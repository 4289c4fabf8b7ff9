"""Views of lists that people keep and share, in the portal."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.models import SavedView
from tests.factories import an_incident

LIST = "/incidents/incident/"
VIEWS = f"{LIST}list/views/"


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.agent_l1)


def save(browser, name="Mías", address="?tab=mine&priority=1&columns=reference,title", **more):
    return browser.post(VIEWS, {"name": name, "address": address, **more})


def test_a_view_keeps_filters_tab_and_columns(cast, browser):
    answer = save(browser)

    view = SavedView.objects.get()
    assert (view.owner, view.list_name, view.name) == (cast.agent_l1, "incident", "Mías")
    assert view.query == {"tab": "mine", "priority": "1", "columns": "reference,title"}
    shown = browser.get(answer["Location"]).context["list"]
    assert shown.query.tab.slug == "mine"
    assert shown.query.filters == {"priority": "1"}
    assert [column.name for column in shown.query.columns] == ["reference", "title"]


def test_what_is_not_understood_is_not_kept(browser):
    save(browser, address="?nonsense=1&status=new")

    assert SavedView.objects.get().query == {"tab": "all", "status": "new"}


def test_shared_views_are_offered_to_colleagues_and_private_ones_are_not(cast, browser, client_of):
    save(browser, name="Para todos", is_shared="on")
    save(browser, name="Solo para mí")

    page = client_of(cast.agent_l2).get(LIST).content.decode()

    assert "Para todos" in page
    assert "Solo para mí" not in page


def test_a_view_of_fields_that_one_may_not_see_shows_none_of_them(cast, client_of):
    owner = client_of(cast.vendor_manager)
    owner.post(
        "/vendors/vendor/list/views/",
        {"name": "Por nivel", "address": "?tier=1&columns=name,tier,manager", "is_shared": "on"},
    )

    reader = client_of(cast.agent_l1).get("/vendors/vendor/?tier=1&columns=name,tier,manager")

    assert [column.name for column in reader.context["list"].query.columns] == ["name"]
    assert reader.context["list"].query.problems


@pytest.mark.parametrize("name", ["", " ", "\x00", "x" * 81])
def test_a_view_needs_a_name_that_fits(browser, name):
    answer = browser.post(VIEWS, {"name": name, "address": "?tab=mine"}, follow=True)

    assert answer.status_code == 200
    assert SavedView.objects.count() == 0
    assert list(answer.context["messages"])


def test_two_views_of_one_name_are_refused(browser):
    save(browser)
    save(browser)

    assert SavedView.objects.count() == 1


def test_only_ones_own_view_is_forgotten(cast, browser, client_of):
    save(browser, is_shared="on")
    view = SavedView.objects.get()

    client_of(cast.agent_l2).post(VIEWS, {"discard": view.pk})
    assert SavedView.objects.count() == 1
    browser.post(VIEWS, {"discard": view.pk})
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize("discard", ["x", "-1", "9" * 30, "\x00"])
def test_strange_ids_forget_nothing(browser, discard):
    save(browser)

    assert browser.post(VIEWS, {"discard": discard}).status_code == 302
    assert SavedView.objects.count() == 1


def test_views_cost_the_same_for_one_and_for_three(cast, browser):
    an_incident(cast)
    save(browser)
    browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        browser.get(LIST)
    save(browser, name="b")
    save(browser, name="c")
    browser.get(LIST)
    with CaptureQueriesContext(connection) as three:
        browser.get(LIST)
    assert len(three) == len(one)
