"""Opening, editing and moving an incident in the portal."""

import pytest
from django.contrib.messages import get_messages

from incidents.models import Incident
from tests.factories import a_service, an_asset, an_incident

LIST = "/incidents/incident/"


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.agent_l1)


def _form(incident, **changes):
    facts = {
        "title": incident.title,
        "description": incident.description,
        "service": incident.service_id,
        "impact": incident.impact,
        "urgency": incident.urgency,
        "channel": incident.channel,
        "tier": incident.tier,
        "client": "",
        "vendor": "",
        "version": incident.version,
    }
    return facts | changes


def test_an_incident_is_opened_by_the_form(cast, browser):
    service, asset = a_service(cast), an_asset(cast)
    answer = browser.post(
        f"{LIST}add/",
        {
            "title": "SPEI no responde",
            "service": service.pk,
            "impact": 1,
            "urgency": 1,
            "channel": "phone",
            "assets": [asset.pk],
        },
    )
    incident = Incident.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{LIST}{incident.pk}/change/#saved"
    assert (incident.priority, incident.opened_by, incident.channel) == (1, cast.agent_l1, "phone")
    assert [a.name for a in incident.assets.all()] == [asset.name]


def test_an_edit_goes_through_the_service_and_is_recorded_under_the_editor(cast, browser):
    incident = an_incident(cast)
    answer = browser.post(f"{LIST}{incident.pk}/change/", _form(incident, title="Better title"))
    assert answer.status_code == 302
    incident.refresh_from_db()
    newest = incident.history.order_by("-history_id").first()
    assert incident.title == "Better title"
    assert (newest.history_actor, newest.history_action) == ("agent_l1", "incident.edit")
    assert newest.history_channel == "web"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_form_without_its_version_saves_nothing(cast, browser, version):
    incident = an_incident(cast)
    answer = browser.post(
        f"{LIST}{incident.pk}/change/", _form(incident, title="Mine", version=version)
    )
    incident.refresh_from_db()
    assert answer.status_code == 200
    assert incident.title == "Transfers are slow"


def test_a_form_cannot_change_what_it_does_not_show(cast, browser):
    incident = an_incident(cast)
    browser.post(
        f"{LIST}{incident.pk}/change/",
        _form(incident, status="closed", priority=5, team=cast.wallet_co.pk, owner=cast.admin.pk),
    )
    incident.refresh_from_db()
    assert (incident.status, incident.team, incident.owner) == ("new", cast.payments_l1, None)


def test_saving_without_a_change_writes_nothing(cast, browser):
    incident = an_incident(cast)
    before = incident.history.count()
    assert browser.post(f"{LIST}{incident.pk}/change/", _form(incident)).status_code == 302
    assert incident.history.count() == before


def test_a_refusal_of_the_service_becomes_an_error_of_the_form(cast, browser):
    incident = an_incident(cast, "pending_vendor")
    answer = browser.post(f"{LIST}{incident.pk}/change/", _form(incident, vendor=""))
    assert answer.status_code == 200
    assert "vendor" in answer.context["adminform"].form.errors


def test_an_action_asks_and_is_taken(cast, browser):
    incident = an_incident(cast)
    page = f"{LIST}{incident.pk}/action/start/"
    assert browser.get(page).status_code == 200
    incident.refresh_from_db()
    assert incident.status == "new", "asking changes nothing"
    answer = browser.post(page, {"note": "on it"})
    incident.refresh_from_db()
    assert answer["Location"] == f"{LIST}{incident.pk}/change/"
    assert (incident.status, incident.owner) == ("in_progress", cast.agent_l1)
    assert [str(m) for m in get_messages(answer.wsgi_request)] == ["Done: Start work."]


def test_in_a_dialog_the_answer_says_where_to_go(cast, browser):
    incident = an_incident(cast)
    answer = browser.post(f"{LIST}{incident.pk}/action/start/", {}, headers={"x-dialog": "1"})
    assert answer.json() == {"location": f"{LIST}{incident.pk}/change/"}


def test_a_dialog_is_a_part_and_a_page_is_whole(cast, browser):
    incident = an_incident(cast)
    page = f"{LIST}{incident.pk}/action/start/"
    assert "<html" in browser.get(page).content.decode()
    assert "<html" not in browser.get(page, headers={"x-dialog": "1"}).content.decode()


def test_errors_stay_in_the_dialog(cast, browser):
    incident = an_incident(cast, "in_progress")
    answer = browser.post(f"{LIST}{incident.pk}/action/resolve/", {"resolution_code": "fixed"})
    incident.refresh_from_db()
    assert answer.status_code == 400
    assert incident.status == "in_progress"
    assert list(answer.context["form"].errors) == ["resolution"]


def test_a_refused_action_is_409_with_its_reason(cast, browser):
    incident = an_incident(cast, "closed")
    answer = browser.post(f"{LIST}{incident.pk}/action/start/", {})
    incident.refresh_from_db()
    assert answer.status_code == 409
    assert incident.status == "closed"
    assert "does not allow this action" in answer.content.decode()


@pytest.mark.parametrize("action", ["nonsense", "override_priority", "share"])
def test_actions_that_are_not_offered_are_not_found(cast, browser, action):
    incident = an_incident(cast)
    assert browser.get(f"{LIST}{incident.pk}/action/{action}/").status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_actions_know_get_and_post_only(cast, browser, method):
    incident = an_incident(cast)
    answer = getattr(browser, method)(f"{LIST}{incident.pk}/action/start/")
    assert answer.status_code == 405


def test_refused_buttons_carry_their_reason(cast, browser):
    old = an_incident(cast, "closed")
    Incident.objects.filter(pk=old.pk).update(resolved_at="2020-01-01T00:00:00Z")
    text = browser.get(f"{LIST}{old.pk}/change/").content.decode()
    assert 'aria-disabled="true" aria-describedby="why-reopen"' in text
    assert "more than seven days ago" in text


def test_who_may_only_look_gets_no_buttons_but_watching(cast, client_of):
    incident = an_incident(cast)
    page = f"{LIST}{incident.pk}/change/"
    answer = client_of(cast.auditor).get(page)
    assert [*answer.context["main_buttons"], *answer.context["more_buttons"]] == []
    offered = {block.slug: block.action for block in answer.context["side"] if block.action}
    assert [button.action for button in offered.values()] == ["watch"]
    assert not answer.context["has_change_permission"]
    assert answer.context["talk"]["box"] is None
    assert "data-add-box" not in client_of(cast.auditor).get(f"{page}?edit=1").content.decode()


def test_a_comment_returns_to_itself_on_the_timeline(cast, browser):
    incident = an_incident(cast)
    answer = browser.post(
        f"{LIST}{incident.pk}/action/comment/", {"text": "**hola**", "back": "#timeline"}
    )
    comment = incident.comments.get()
    assert answer["Location"] == f"{LIST}{incident.pk}/change/#c-{comment.pk}"
    assert comment.is_internal, "who does not say whom it is for means colleagues"
    assert "<strong>hola</strong>" in browser.get(f"{LIST}{incident.pk}/change/").content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/admin"])
def test_nobody_is_sent_elsewhere_after_an_action(cast, browser, back):
    incident = an_incident(cast)
    answer = browser.post(f"{LIST}{incident.pk}/action/watch/", {"back": back})
    assert answer["Location"] == f"{LIST}{incident.pk}/change/"


def test_nothing_is_deleted_here(cast, browser):
    incident = an_incident(cast)
    assert browser.get(f"{LIST}{incident.pk}/delete/").status_code == 403
    assert browser.post(f"{LIST}{incident.pk}/delete/", {"post": "yes"}).status_code == 403
    browser.post(LIST, {"action": "delete_selected", "_selected_action": [incident.pk]})
    assert Incident.objects.filter(pk=incident.pk).exists()
    assert "delete_selected" not in browser.get(LIST).content.decode()


def test_getting_pages_changes_nothing(cast, browser):
    from audit.models import OutboxEntry

    incident = an_incident(cast, "in_progress")
    before = OutboxEntry.objects.count()
    for page in ("change/", "history/", *(f"action/{a}/" for a in ("resolve", "watch", "cancel"))):
        assert browser.get(f"{LIST}{incident.pk}/{page}").status_code == 200
    assert OutboxEntry.objects.count() == before


def test_history_is_for_reading(cast, browser):
    incident = an_incident(cast, "in_progress")
    page = f"{LIST}{incident.pk}/history/"
    text = browser.get(page).content.decode()
    assert "In progress" in text
    assert "in_progress" not in text
    assert "CST" in text, "times name their zone"
    assert browser.post(page, {}).status_code == 405
    assert browser.get(f"{page}1/").status_code == 404


def test_history_goes_on_from_an_id(cast, browser):
    incident = an_incident(cast, "in_progress")
    first = incident.history.order_by("history_id").first()
    page = f"{LIST}{incident.pk}/history/"
    answer = browser.get(page, {"before": first.history_id + 1})
    assert [line.id for _label, line in answer.context["lines"]] == [first.history_id]
    for hostile in ("x", "-1", "1e9", "9" * 40, "²"):
        assert browser.get(page, {"before": hostile}).status_code == 200


def test_clocks_stand_still_when_stopped(cast, browser):
    incident = an_incident(cast, "resolved")
    answer = browser.get(f"{LIST}{incident.pk}/change/")
    states = {clock.metric: str(clock.state) for clock in answer.context["header"]["clocks"]}
    assert states["remediate"] == "met"
    assert "data-stopped=" in answer.content.decode()


def test_markdown_is_shown_and_scripts_are_not_run(cast, browser):
    incident = an_incident(cast, description="**bold** <script>alert(1)</script>")
    text = browser.get(f"{LIST}{incident.pk}/change/").content.decode()
    assert "<strong>bold</strong>" in text
    assert "<script>alert(1)" not in text
