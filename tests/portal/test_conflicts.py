"""Two people at one record: nobody's work is lost unseen, on the form and in dialogs."""

import pytest
from django.contrib.messages import get_messages

from incidents import services
from tests.factories import a_service, an_asset, an_incident

LIST = "/incidents/incident/"


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.agent_l1)


@pytest.fixture
def incident(cast):
    return an_incident(cast, "in_progress", title="As it was", description="One\nTwo")


def _page(incident):
    return f"{LIST}{incident.pk}/change/"


def _as_read(browser, incident):
    """What a browser would send of the form as it is now."""
    form = browser.get(f"{_page(incident)}?edit=1").context["adminform"].form
    facts = {name: form[name].value() for name in form.fields}
    facts |= {"initial-assets": facts["assets"]}
    facts["description"] = facts["description"].replace("\n", "\r\n")
    return {name: value for name, value in facts.items() if value is not None}


def _facts_of(incident, *names):
    incident.refresh_from_db()
    return tuple(getattr(incident, name) for name in names)


def test_what_does_not_touch_each_other_is_saved_together(cast, browser, incident):
    seen = _as_read(browser, incident)
    services.edit_incident(incident, actor=cast.agent_l2, title="Theirs")
    answer = browser.post(_page(incident), seen | {"channel": "chat"})
    assert answer.status_code == 302
    assert _facts_of(incident, "title", "channel") == ("Theirs", "chat")
    assert [str(m) for m in get_messages(answer.wsgi_request)] == [
        "Your changes were saved.",
        "Meanwhile agent_l2 changed this too: Title: from As it was to Theirs.",
    ]


def test_a_form_that_changed_nothing_undoes_nothing(cast, browser, incident):
    seen = _as_read(browser, incident)
    services.edit_incident(incident, actor=cast.agent_l2, title="Theirs", description="Three")
    before = incident.history.count()
    assert browser.post(_page(incident), seen).status_code == 302
    assert _facts_of(incident, "title", "description") == ("Theirs", "Three")
    assert incident.history.count() == before


def test_where_both_changed_the_same_nothing_is_saved_until_one_chooses(cast, browser, incident):
    seen = _as_read(browser, incident)
    services.edit_incident(incident, actor=cast.agent_l2, title="Theirs")
    answer = browser.post(_page(incident), seen | {"title": "Mine", "channel": "chat"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert _facts_of(incident, "title", "channel") == ("Theirs", "portal")
    assert "Changed by agent_l2 since you opened it" in text
    form = answer.context["adminform"].form
    assert [(c.name, c.theirs, c.mine) for c in form.conflict.clashes] == [
        ("title", "Theirs", "Mine")
    ]
    assert (form["title"].value(), form["channel"].value()) == ("Mine", "chat"), "as it was typed"
    assert answer.context["header"]["title"] == "Theirs", "the header shows what is stored"


@pytest.mark.parametrize(("choice", "title"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_choice_is_what_is_saved(cast, browser, incident, choice, title):
    seen = _as_read(browser, incident) | {"title": "Mine", "channel": "chat"}
    services.edit_incident(incident, actor=cast.agent_l2, title="Theirs")
    browser.post(_page(incident), seen)
    incident.refresh_from_db()
    chosen = {"over": incident.version, "keep-title": choice}
    assert browser.post(_page(incident), seen | chosen).status_code == 302
    assert _facts_of(incident, "title", "channel") == (title, "chat")


@pytest.mark.parametrize("choice", [{}, {"keep-title": ""}, {"keep-title": "x"}])
def test_no_choice_is_no_consent(cast, browser, incident, choice):
    seen = _as_read(browser, incident) | {"title": "Mine"}
    services.edit_incident(incident, actor=cast.agent_l2, title="Theirs")
    incident.refresh_from_db()
    answer = browser.post(_page(incident), seen | {"over": incident.version} | choice)
    assert answer.status_code == 200
    assert _facts_of(incident, "title") == ("Theirs",)


def test_a_choice_holds_for_what_one_was_shown_only(cast, browser, incident):
    seen = _as_read(browser, incident) | {"title": "Mine"}
    services.edit_incident(incident, actor=cast.agent_l2, title="Theirs")
    incident.refresh_from_db()
    chosen = {"over": incident.version, "keep-title": "mine"}
    services.edit_incident(incident, actor=cast.team_lead, title="Theirs again")
    answer = browser.post(_page(incident), seen | chosen)
    assert answer.status_code == 200
    assert "Theirs again" in answer.content.decode()
    assert _facts_of(incident, "title") == ("Theirs again",)


def test_impact_and_urgency_clash_with_each_other(cast, browser, incident):
    """Together they give the priority: nobody changes one over the other's head."""
    seen = _as_read(browser, incident)
    services.edit_incident(incident, actor=cast.agent_l2, impact=1)
    answer = browser.post(_page(incident), seen | {"urgency": 1})
    assert [c.name for c in answer.context["adminform"].form.conflict.clashes] == ["urgency"]
    assert _facts_of(incident, "impact", "urgency") == (1, 2)


def test_assets_are_merged_by_what_came_and_went(cast, browser):
    mine, theirs, gone, kept = (an_asset(cast) for _ in range(4))
    incident = an_incident(cast, assets=[gone, kept])
    seen = _as_read(browser, incident)
    services.edit_incident(incident, actor=cast.agent_l2, assets=[gone, kept, theirs])
    answer = browser.post(_page(incident), seen | {"assets": [kept.pk, mine.pk]})
    assert answer.status_code == 302
    assert set(incident.assets.all()) == {kept, mine, theirs}


def test_the_same_change_by_both_is_no_clash(cast, browser, incident):
    seen = _as_read(browser, incident) | {"title": "The same"}
    services.edit_incident(incident, actor=cast.agent_l2, title="The same")
    assert browser.post(_page(incident), seen).status_code == 302


def test_line_ends_of_browsers_are_no_change(cast, browser, incident):
    before = incident.history.count()
    assert browser.post(_page(incident), _as_read(browser, incident)).status_code == 302
    assert incident.history.count() == before


@pytest.mark.parametrize("version", ["0", "999999", "2147483648", "99999999999999999999"])
def test_a_version_that_never_was_saves_nothing(cast, browser, incident, version):
    seen = _as_read(browser, incident) | {"title": "Mine", "version": version}
    answer = browser.post(_page(incident), seen)
    assert answer.status_code == 200
    assert "Nothing was saved" in answer.content.decode()
    assert _facts_of(incident, "title") == ("As it was",)


def test_other_records_merge_by_the_same_road(cast, client_of):
    service = a_service(cast)
    page = f"/assets/service/{service.pk}/change/"
    browser = client_of(cast.admin)
    form = browser.get(f"{page}?edit=1").context["adminform"].form
    seen = {n: form[n].value() for n in form.fields if form[n].value() is not None}
    type(service).objects.filter(pk=service.pk).update(name="Theirs")
    answer = browser.post(page, seen | {"description": "Mine"})
    service.refresh_from_db()
    assert answer.status_code == 302, answer.context and answer.context["adminform"].form.errors
    assert (service.name, service.description) == ("Theirs", "Mine")


# --- Dialogs ---------------------------------------------------------------------------------


def test_a_dialogs_link_says_which_version_its_page_showed(cast, browser, incident):
    buttons = browser.get(_page(incident)).context["main_buttons"]
    urls = {button.action: button.url for button in buttons}
    assert urls["resolve"].endswith(f"/action/resolve/?version={incident.version}")


def test_a_dialog_that_opens_late_tells_what_happened(cast, browser, incident):
    page = f"{LIST}{incident.pk}/action/assign/"
    seen = incident.version
    assert not browser.get(page, {"version": seen}).context["is_behind"]
    services.edit_incident(incident, actor=cast.agent_l2, title="Theirs")
    text = browser.get(page, {"version": seen}).content.decode()
    assert "Changed by agent_l2 since you opened it" in text
    assert "Assign all the same" in text
    assert f'name="version" value="{seen + 1}"' in text


def test_an_action_over_an_older_version_is_not_taken_but_kept(cast, browser, incident):
    page = f"{LIST}{incident.pk}/action/assign/"
    seen = incident.version
    services.assign_incident(incident, actor=cast.team_lead, owner=cast.agent_l2)
    given = {"owner": "team_lead", "note": "mine", "version": seen}
    answer = browser.post(page, given)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert _facts_of(incident, "owner") == (cast.agent_l2,)
    assert "Changed by team_lead since you opened it" in text
    assert "mine</textarea>" in text
    assert browser.post(page, given | {"version": seen + 1}).status_code == 302
    assert _facts_of(incident, "owner") == (cast.team_lead,)


@pytest.mark.parametrize("version", ["0", "x", "-1", "²", "9" * 40, "\x00"])
def test_a_dialog_with_a_version_that_never_was_changes_nothing(cast, browser, incident, version):
    page = f"{LIST}{incident.pk}/action/resolve/"
    answer = browser.post(page, {"resolution_code": "fixed", "resolution": "x", "version": version})
    assert answer.status_code == 409
    assert _facts_of(incident, "status") == ("in_progress",)
    assert browser.get(page, {"version": version.replace("\x00", "")}).status_code == 200


def test_talking_needs_no_version(cast, browser, incident):
    services.edit_incident(incident, actor=cast.agent_l2, title="Theirs")
    page = f"{LIST}{incident.pk}/action/comment/"
    assert browser.post(page, {"text": "x", "version": "1"}).status_code == 302


def test_all_reasons_and_all_errors_are_shown_at_once(cast, browser):
    closed = an_incident(cast, "closed")
    page = f"{LIST}{closed.pk}/action/resolve/"
    answer = browser.post(page, {})
    errors = answer.context["form"].errors
    assert answer.status_code == 400
    assert set(errors) == {"resolution_code", "resolution", "__all__"}
    assert "does not allow this action" in browser.get(page).content.decode()
    assert "<form method" not in browser.get(page, headers={"x-dialog": "1"}).content.decode()


# --- Sent twice ------------------------------------------------------------------------------

TOKEN = "AbcdefghijklmnopQRST-1"


def test_a_comment_sent_twice_stands_once(cast, browser, incident):
    page = f"{LIST}{incident.pk}/action/comment/"
    for _ in range(2):
        assert browser.post(page, {"text": "once", "once": TOKEN}).status_code == 302
    assert incident.comments.count() == 1
    browser.post(page, {"text": "once", "once": TOKEN[::-1]})
    assert incident.comments.count() == 2
    browser.post(page, {"text": "something else", "once": TOKEN})
    assert incident.comments.count() == 3, "from a page that somebody went back to"


def test_what_was_refused_may_be_sent_again(cast, browser, incident):
    page = f"{LIST}{incident.pk}/action/comment/"
    assert browser.post(page, {"text": "", "once": TOKEN}).status_code == 400
    assert browser.post(page, {"text": "now", "once": TOKEN}).status_code == 302
    assert incident.comments.count() == 1


def test_an_action_taken_twice_is_no_conflict_with_oneself(cast, browser, incident):
    page = f"{LIST}{incident.pk}/action/resolve/"
    given = {"resolution_code": "fixed", "resolution": "x", "version": incident.version}
    for _ in range(2):
        assert browser.post(page, given | {"once": TOKEN}).status_code == 302
    assert _facts_of(incident, "status") == ("resolved",)


def test_an_incident_opened_twice_is_one(cast, browser):
    facts = {"title": "Twice", "service": a_service(cast).pk, "impact": 2, "urgency": 2}
    facts |= {"channel": "chat", "once": TOKEN}
    places = {browser.post(f"{LIST}add/", facts)["Location"] for _ in range(2)}
    assert len(places) == 1


def test_a_token_is_ones_own(cast, browser, client_of, incident):
    page = f"{LIST}{incident.pk}/action/comment/"
    for each in (browser, client_of(cast.agent_l2)):
        each.post(page, {"text": "x", "once": TOKEN})
    assert incident.comments.count() == 2
