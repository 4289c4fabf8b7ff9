"""A record's page beside its timeline: header, side panel, dialogs that say what they do."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone, translation

from core.record.words import name_of_action
from incidents import services
from incidents.forms import ACTIONS, REASONED
from notifications.models import Message
from people.duty import ON_DUTY, duty_of
from records.models import CardNumberFinding
from tests.factories import a_vendor, an_asset, an_incident
from tests.notifications.conftest import tell

LIST = "/incidents/incident/"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.agent_l1)


def _page(incident):
    return f"{LIST}{incident.pk}/change/"


# --- Header ----------------------------------------------------------------------------------


def _buttons(answer):
    return [*answer.context["main_buttons"], *answer.context["more_buttons"]]


@pytest.mark.parametrize(
    ("status", "first", "refused"),
    [
        ("new", "start", []),
        ("in_progress", "resolve", []),
        ("pending_vendor", "resume", []),
        ("resolved", "close", ["assign", "split"]),
        ("closed", "comment", ["assign", "edit", "split"]),
        ("cancelled", "comment", ["assign", "edit", "split"]),
    ],
)
def test_what_comes_next_comes_first_and_what_cannot_says_why(
    cast, browser, status, first, refused
):
    answer = browser.get(_page(an_incident(cast, status)))
    buttons = _buttons(answer)
    assert buttons[0].action == first
    assert [b.action for b in buttons if b.reasons] == refused
    text = answer.content.decode()
    for action in refused:
        assert f'aria-disabled="true" aria-describedby="why-{action}"' in text


def test_keys_are_named_on_what_they_press(cast, browser):
    text = browser.get(_page(an_incident(cast))).content.decode()
    found = re.findall(r'href="([^"]+)"[^>]*data-shortcut="(\w)" data-shortcut-label="(\w+)"', text)
    assert found == [("#comment", "c", "Comment"), ("?edit=1", "e", "Edit")]


def test_the_form_opens_when_asked_for(cast, browser):
    incident = an_incident(cast)
    assert b"data-draft-waiting" in browser.get(_page(incident)).content
    assert b'name="title"' not in browser.get(_page(incident)).content
    text = browser.get(f"{_page(incident)}?edit=1").content.decode()
    assert 'name="title"' in text
    assert "data-timeline" not in text


# --- Beside it -------------------------------------------------------------------------------


def _side(answer):
    return {block.slug: block for block in answer.context["side"]}


def test_beside_the_record_stands_what_it_concerns(cast, browser):
    asset = an_asset(cast, name="switch-1")
    incident = an_incident(cast, vendor=a_vendor(), assets=[asset])
    side = _side(browser.get(_page(incident)))
    assert [str(fact.label) for fact in side["about"].facts] == [
        "service",
        "affected assets",
        "vendor",
    ]
    assert "Critical" in str(side["about"].facts[0].note)
    beside = [
        "about",
        "duty",
        "cause",
        "problems",
        "details",
        "requests",
        "links",
        "watchers",
        "shares",
    ]
    assert list(side) == beside


def test_what_one_may_not_open_is_no_link(cast, client_of):
    incident = an_incident(cast, vendor=a_vendor())
    services.share_incident(
        incident, actor=cast.team_lead, user=cast.outsider, until=timezone.now() + timedelta(days=1)
    )
    service = _side(client_of(cast.outsider).get(_page(incident)))["about"].facts[0]
    assert (service.value, service.note) == (str(incident.service), "")


def test_without_a_rota_the_side_says_whom_to_ask(cast, browser):
    (fact,) = _side(browser.get(_page(an_incident(cast))))["duty"].facts
    assert (str(fact.label), str(fact.value)) == ("Payments, first line", "no rota yet")
    assert "lead: team_lead" in str(fact.note)


def test_the_first_rota_that_knows_the_team_answers(cast):
    team, now = cast.payments_l1, timezone.now()
    assert duty_of(team, now).people is None
    known = dict(ON_DUTY)
    try:
        ON_DUTY.register("nobody knows", lambda team, at: None)
        ON_DUTY.register("test", lambda team, at: [cast.agent_l2])
        assert duty_of(team, now).people == [cast.agent_l2]
    finally:
        ON_DUTY._entries = known


def test_shares_are_shown_with_their_end_and_ended_by_one_press(cast, client_of):
    incident, lead = an_incident(cast), client_of(cast.team_lead)
    until = timezone.now() + timedelta(days=2)
    services.share_incident(incident, actor=cast.team_lead, user=cast.outsider, until=until)
    (row,) = _side(lead.get(_page(incident)))["shares"].rows
    assert (row.value, "by team_lead" in row.note) == ("outsider", True)
    asked = lead.get(row.action.url).content.decode()
    assert '<option value="outsider" selected>' in asked
    assert lead.post(row.action.url, {"user": "outsider"}).status_code == 302
    assert _side(lead.get(_page(incident)))["shares"].rows == ()


@pytest.mark.parametrize("value", ["nobody", "\x00", "<script>", "9" * 500])
def test_answers_that_a_link_brings_are_only_a_suggestion(cast, client_of, value):
    incident, lead = an_incident(cast), client_of(cast.team_lead)
    for action in ("assign", "share", "end_share", "unlink"):
        query = dict.fromkeys(("user", "owner", "team", "kind", "target", "note"), value)
        answer = lead.get(f"{LIST}{incident.pk}/action/{action}/", query)
        assert answer.status_code == 200
        assert b"<script>" not in answer.content.replace(b"<script src", b"")


# --- Dialogs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_every_action_says_what_will_happen(cast, name):
    incident = an_incident(cast, "in_progress")
    for language in ("en", "es-mx"):
        with translation.override(language):
            said = str(ACTIONS[name](record=incident, actor=cast.agent_l1).effect())
        assert said.endswith("."), (name, language)


def test_resolving_says_that_the_clock_stops_only_where_it_runs(cast, browser):
    incident = an_incident(cast, "in_progress")
    page = f"{LIST}{incident.pk}/action/resolve/"
    assert "The remediation clock stops now." in browser.get(page).content.decode()
    services.mark_incident(incident, actor=cast.agent_l1, kind="mitigated", at=timezone.now())
    assert "The remediation clock stops now." not in browser.get(page).content.decode()


def test_what_would_undo_somebody_elses_work_asks_for_the_version():
    safe = {"comment", "attach", "watch", "unwatch", "share", "end_share", "mark", "link", "unlink"}
    safe |= {"raise_problem", "link_problem", "promise_contact", "set_cascade", "set_following"}
    safe |= {"consult_team", "answer_consultation", "withdraw_consultation", "note_vendor_reply"}
    safe |= {"ask_for_help", "take_help", "answer_help", "withdraw_help"}
    safe |= {"begin_diagnosis", "tick_step", "link_request", "unlink_request"}
    assert {name for name, form in ACTIONS.items() if not form.checks_version} == safe


def test_reasons_are_the_notes_that_must_be_given():
    assert {
        "wait_for_customer",
        "wait_for_vendor",
        "wait_for_change",
        "hand_over",
        "reopen",
        "cancel",
        "set_drill",
        "override_priority",
        "unmerge",
        "escalate_again",
        "split",
    } == REASONED


# --- Drafts ----------------------------------------------------------------------------------


def test_drafts_are_kept_under_names_of_ones_own(cast, browser):
    incident = an_incident(cast)
    text = browser.get(_page(incident)).content.decode()
    assert f'data-drafts-of="{cast.agent_l1.pk}"' in text
    assert f'data-draft="incident-{incident.pk}-comment"' in text
    assert f'data-draft-waiting="incident-{incident.pk}-edit"' in text
    assert 'data-draft="incident-new-edit"' in browser.get(f"{LIST}add/").content.decode()


def test_records_that_say_nothing_of_drafts_have_none(cast, client_of):
    team = cast.payments_l1
    text = client_of(cast.admin).get(f"/people/team/{team.pk}/change/").content.decode()
    assert "data-draft" not in text


# --- History ---------------------------------------------------------------------------------


def _actions_in_code():
    """Every action that some service declares by a literal."""
    for path in ROOT.glob("*/**/*.py"):
        if path.parts[len(ROOT.parts)] in ("tests", ".venv", "var") or "demo" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            is_acting = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("acting")
            for keyword in node.keywords if is_acting else ():
                if keyword.arg == "action" and isinstance(keyword.value, ast.Constant):
                    yield keyword.value.value


def test_no_action_of_the_code_is_told_by_its_code():
    codes = sorted(set(_actions_in_code()))
    assert len(codes) > 20
    for kind in "+~-":
        assert not [code for code in codes if "." in str(name_of_action(code, kind, {}))]


def test_history_says_roles_and_countries_in_words(cast, client_of):
    from people.models import RoleGrant

    grant = RoleGrant.objects.get(user=cast.service_manager)
    text = client_of(cast.admin).get(f"/people/rolegrant/{grant.pk}/history/").content.decode()
    assert "Service-delivery manager" in text
    assert "Role granted" in text


def test_who_sees_but_does_not_reach_a_record_gets_no_form(cast, client_of):
    incident = an_incident(cast)
    until = timezone.now() + timedelta(days=1)
    services.share_incident(incident, actor=cast.team_lead, user=cast.outsider, until=until)
    answer = client_of(cast.outsider).get(f"{_page(incident)}?edit=1")
    assert answer["Location"] == _page(incident)


def test_a_message_leads_to_its_record_where_one_may_see_it(cast, client_of):
    incident = an_incident(cast)
    for who, leads in ((cast.agent_l1, True), (cast.outsider, False)):
        tell(who, reference=incident.reference)
        message = Message.objects.get(recipient=who)
        text = client_of(who).get(f"/notifications/message/{message.pk}/change/").content.decode()

        assert incident.reference in text
        assert (f'<dd><a href="{_page(incident)}">' in text) is leads


def test_a_card_number_was_found_in_something_that_has_a_name(cast, client_of):
    finding = CardNumberFinding.objects.create(
        where="incidents_incident.title", count=1, reference=an_incident(cast).reference
    )
    browser = client_of(cast.auditor)

    for page in ("", f"{finding.pk}/change/"):
        text = browser.get(f"/records/cardnumberfinding/{page}").content.decode()
        assert "Incident · title" in text
        assert finding.where not in text
