"""Saved views of teams: who finds, edits and shares them, and with which one begins."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import NotAllowed, ValidationError
from people.models import FirstView, Team, TeamView
from people.services.views import (
    begin_with,
    begin_without,
    end_share_with_team,
    share_with_team,
)
from records.models import SavedView
from records.saved_views import discard_view, edit_view, save_view
from tests.factories import an_incident

LIST = "/incidents/incident/"
VIEWS = f"{LIST}list/views/"


@pytest.fixture
def team(cast):
    return Team.objects.get(slug="payments-l1")


def kept(actor, name="Ours", **query):
    query = query or {"tab": "all", "priority": "1"}
    return save_view(actor=actor, list_name="incident", name=name, query=query)


def names_for(user):
    return set(SavedView.objects.visible_to(user).values_list("name", flat=True))


def test_a_view_of_a_team_is_found_by_its_people_and_whoever_leads_them(cast, team):
    share_with_team(kept(cast.agent_l1), team, actor=cast.agent_l1)
    kept(cast.agent_l1, "Mine alone")

    assert names_for(cast.team_lead) == {"Ours"}
    assert names_for(cast.agent_l1) == {"Ours", "Mine alone"}
    for user in (cast.outsider, cast.norole, cast.requester):
        assert names_for(user) == set()


def test_a_view_is_shared_with_a_team_of_ones_own(cast, team, refuses):
    view = kept(cast.agent_l1)
    foreign = Team.objects.get(slug="wallet-co")

    with refuses(NotAllowed, "team of their own"):
        share_with_team(view, foreign, actor=cast.agent_l1)
    with refuses(SavedView.DoesNotExist):
        share_with_team(view, team, actor=cast.outsider)


def test_whoever_leads_the_team_edits_it_and_its_people_do_not(cast, team, refuses):
    view = kept(cast.agent_l1)
    share_with_team(view, team, actor=cast.agent_l1)

    edit_view(view, actor=cast.team_lead, query={"tab": "all", "priority": "2"})

    view.refresh_from_db()
    assert view.query == {"tab": "all", "priority": "2"}
    with refuses(NotAllowed, "only its owner"):
        edit_view(view, actor=cast.team_lead, is_shared=True)
    with refuses(NotAllowed, "only its owner"):
        discard_view(view, actor=cast.team_lead)
    colleague = kept(cast.team_lead, "Of the lead")
    share_with_team(colleague, team, actor=cast.team_lead)
    with refuses(NotAllowed, "only its owner"):
        edit_view(colleague, actor=cast.agent_l1, query={})


def test_with_what_a_team_begins_is_for_who_leads_it(cast, team, refuses):
    first, second = kept(cast.agent_l1, "First"), kept(cast.agent_l1, "Second")
    with refuses(NotAllowed, "whoever leads the team"):
        share_with_team(first, team, actor=cast.agent_l1, is_first=True)
    for view in (first, second):
        share_with_team(view, team, actor=cast.agent_l1)
        share_with_team(view, team, actor=cast.team_lead, is_first=True)

    assert list(TeamView.objects.filter(is_first=True).values_list("view__name")) == [("Second",)]


def test_the_database_keeps_one_beginning_for_a_team_and_a_person(cast, team):
    first, second = kept(cast.agent_l1, "First"), kept(cast.agent_l1, "Second")
    for view in (first, second):
        share_with_team(view, team, actor=cast.agent_l1)
    with pytest.raises(IntegrityError, match="people_teamview_one_first"), transaction.atomic():
        TeamView.objects.update(is_first=True)
    begin_with(first, actor=cast.agent_l1)
    begin_with(second, actor=cast.agent_l1)
    assert [row.view for row in FirstView.objects.all()] == [second]


def test_a_list_begins_with_ones_own_view_else_the_teams_else_as_it_comes(cast, team, client_of):
    browser = client_of(cast.agent_l1)
    own, of_team = (
        kept(cast.agent_l1, "Own", tab="mine"),
        kept(cast.team_lead, "Team", tab="urgent"),
    )

    assert browser.get(LIST).status_code == 200
    share_with_team(of_team, team, actor=cast.team_lead, is_first=True)
    assert browser.get(LIST)["Location"] == f"?tab=urgent&view={of_team.pk}"
    begin_with(own, actor=cast.agent_l1)
    assert browser.get(LIST)["Location"] == f"?tab=mine&view={own.pk}"

    assert browser.get(LIST, {"tab": "all"}).status_code == 200
    assert browser.get(LIST, {"view": "none"}).status_code == 200
    assert browser.get(LIST, headers={"X-Rows": "1"}).status_code == 200
    assert client_of(cast.outsider).get(LIST).status_code == 200

    begin_without(own, actor=cast.agent_l1)
    end_share_with_team(of_team, team, actor=cast.team_lead)
    assert browser.get(LIST).status_code == 200


def test_a_beginning_ends_with_what_one_may_see(cast, team, client_of):
    view = kept(cast.team_lead)
    share_with_team(view, team, actor=cast.team_lead)
    begin_with(view, actor=cast.agent_l1)
    assert client_of(cast.agent_l1).get(LIST).status_code == 302

    end_share_with_team(view, team, actor=cast.team_lead)

    assert client_of(cast.agent_l1).get(LIST).status_code == 200


def test_what_is_forgotten_goes_everywhere_and_its_history_stays(cast, team):
    view = kept(cast.agent_l1)
    share_with_team(view, team, actor=cast.agent_l1)
    begin_with(view, actor=cast.agent_l1)

    discard_view(view, actor=cast.agent_l1)

    assert (TeamView.objects.count(), FirstView.objects.count()) == (0, 0)
    kinds = TeamView.history.values_list("history_type", flat=True)
    assert sorted(kinds) == ["+", "-"]


def test_the_menu_shares_and_edits(cast, team, client_of):
    browser = client_of(cast.agent_l1)
    browser.post(VIEWS, {"name": "Ours", "address": "?tab=mine"})
    view = SavedView.objects.get()
    sent = {"of": view.pk, "address": f"?tab=mine&view={view.pk}"}

    answer = browser.post(VIEWS, {**sent, "share": "payments-l1"}, follow=True)
    assert "is a view of" in answer.content.decode()
    lead = client_of(cast.team_lead)
    menu = lead.get(LIST, {"tab": "mine", "view": view.pk}).content.decode()
    assert "Keep what is shown now" in menu
    assert "Forget “Ours”" not in menu
    lead.post(VIEWS, {**sent, "share": "payments-l1", "is_first": "1"})
    lead.post(VIEWS, {"keep": view.pk, "address": "?tab=urgent"})
    lead.post(VIEWS, {**sent, "begin": ""})

    view.refresh_from_db()
    assert (view.query, TeamView.objects.get().is_first) == ({"tab": "urgent"}, True)
    assert [row.user for row in FirstView.objects.all()] == [cast.team_lead]
    browser.post(VIEWS, {**sent, "end_share": "payments-l1"})
    assert not TeamView.objects.exists()


@pytest.mark.parametrize("sent", [{"of": "x"}, {"of": "9" * 30}, {"share": "\x00"}, {"share": ""}])
def test_what_is_no_view_or_team_changes_nothing(cast, team, client_of, sent):
    view = kept(cast.agent_l1)
    given = {"of": view.pk, "share": "payments-l1", "address": "?tab=mine"} | sent

    answer = client_of(cast.agent_l1).post(VIEWS, given)

    assert answer.status_code == 302
    assert not TeamView.objects.exists()


def test_nobody_shares_what_they_do_not_see(cast, team, client_of):
    view = kept(cast.agent_l1)

    client_of(cast.outsider).post(VIEWS, {"of": view.pk, "share": "wallet-co", "address": "?"})

    assert not TeamView.objects.exists()


def test_filters_and_columns_that_are_gone_are_told(cast, client_of):
    an_incident(cast)
    query = {"tab": "all", "vanished": "1", "team": "dissolved", "columns": "title,gone"}
    view = kept(cast.agent_l1, "Old", **query)
    begin_with(view, actor=cast.agent_l1)

    page = client_of(cast.agent_l1).get(LIST, follow=True)

    told = " ".join(page.context["list"].query.problems)
    assert all(name in told for name in ("vanished", "team", "gone"))
    assert all(problem in page.content.decode() for problem in ("vanished:", "columns:"))


def test_menus_cost_the_same_for_one_team_and_for_two(cast, team, client_of):
    an_incident(cast)
    view = kept(cast.team_lead)
    share_with_team(view, team, actor=cast.team_lead)
    browser = client_of(cast.team_lead)
    asked = {"tab": "all", "view": view.pk}
    browser.get(LIST, asked)
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as found:
            browser.get(LIST, asked)
        counts.append(len(found))
        other = Team.objects.get(slug="payments-l2")
        share_with_team(view, other, actor=cast.service_manager) if _more == 0 else None
    assert counts[0] == counts[1]


# --- By REST --------------------------------------------------------------------------------------


def test_views_are_shared_and_begun_by_rest(cast, team, api_of):
    view = kept(cast.agent_l1)
    url = f"/api/v1/saved-views/{view.pk}/"
    owner, lead = api_of(cast.agent_l1), api_of(cast.team_lead)

    assert lead.get(url).status_code == 404
    answer = owner.post(f"{url}teams/", {"team": "payments-l1"}, format="json")
    assert [(row["team"], row["is_first"]) for row in answer.data] == [("payments-l1", False)]
    refused = owner.post(f"{url}teams/", {"team": "payments-l1", "is_first": True}, format="json")
    assert refused.status_code == 403
    sent = {"team": "payments-l1", "is_first": True}
    assert lead.post(f"{url}teams/", sent, format="json").data[0]["is_first"] is True
    assert lead.patch(url, {"name": "Renamed"}, format="json").data["name"] == "Renamed"
    assert lead.patch(url, {"is_shared": True}, format="json").status_code == 403

    assert lead.post(f"{url}begin/", {"begin": True}, format="json").data == {"begin": True}
    assert [row.user for row in FirstView.objects.all()] == [cast.team_lead]
    lead.post(f"{url}begin/", {"begin": False}, format="json")
    assert not FirstView.objects.exists()

    gone = owner.post(f"{url}teams/withdraw/", {"team": "payments-l1"}, format="json")
    assert (gone.data, lead.get(url).status_code) == ([], 404)


@pytest.mark.parametrize("sent", [{}, {"team": "bogus"}, {"team": "wallet-co\x00"}, {"team": 7}])
def test_what_is_no_team_is_said(cast, team, api_of, sent):
    view = kept(cast.agent_l1)
    url = f"/api/v1/saved-views/{view.pk}/teams/"

    assert api_of(cast.agent_l1).post(url, sent, format="json").status_code == 400
    assert not TeamView.objects.exists()


@pytest.mark.parametrize("query", ["priority=1,2", ["priority"], 1])
def test_a_view_is_kept_as_parameters(cast, refuses, query):
    with refuses(ValidationError):
        save_view(actor=cast.agent_l1, list_name="incident", name="Odd", query=query)
    view = kept(cast.agent_l1)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.filter(pk=view.pk).update(query=query)
