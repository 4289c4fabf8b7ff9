"""One timeline for portal and API: what it tells, in words, to whom, and what it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.record.entries import Position
from incidents import services
from incidents.timeline import INCIDENT_TIMELINE
from integrations.models import Alert, AlertSource
from notifications.models import Message
from sla.models import Agreement
from tests.factories import a_service, a_vendor, an_asset, an_incident

LIST = "/incidents/incident/"
KINDS = ["comment", "status", "change", "mark", "file", "mail", "people", "alert", "clock"]


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.agent_l1)


@pytest.fixture
def incident(cast):
    return an_incident(cast, "in_progress")


def an_alert(incident, number=1, **given):
    source, _made = AlertSource.objects.get_or_create(
        name="Prometheus", kind="alertmanager", defaults={"default_service": incident.service}
    )
    now = timezone.now()
    facts = {
        "incident": incident,
        "source": source,
        "fingerprint": f"{number:064}",
        "name": f"Latency{number}",
        "severity": "critical",
        "state": "firing",
        "starts_at": now - timedelta(minutes=number),
        "first_event": 1,
        "last_event": 1,
        "last_received_at": now,
    }
    return Alert.objects.create(**facts | given)


def everything(cast, incident, times=1):
    """Each kind of entry, several times."""
    lead, agent = cast.team_lead, cast.agent_l1
    assets = []
    for n in range(times):
        services.comment_on_incident(incident, actor=agent, text=f"Comment {n} @agent_l2")
        services.attach_to_incident(incident, actor=agent, name=f"log{n}.txt", data=b"x")
        services.assign_incident(incident, actor=lead, owner=(lead, agent)[n % 2])
        priority = 1 + n % 4
        services.override_priority(incident, actor=lead, priority=priority, reason=f"because {n}")
        assets.append(an_asset(cast))
        services.edit_incident(incident, actor=agent, title=f"Title {n}", assets=assets)
        until = timezone.now() + timedelta(days=1 + n % 80)
        services.share_incident(incident, actor=lead, user=cast.outsider, until=until)
        services.link_records(incident, "related", an_incident(cast), actor=agent)
        services.watch_incident(incident, actor=lead)
        services.unwatch_incident(incident, actor=lead)
        an_alert(incident, n + 1)
        a_threshold(incident, n)


def a_threshold(incident, number):
    agreement, _made = Agreement.objects.get_or_create(slug="gold", name="Gold", kind="sla")
    moment = timezone.now() - timedelta(minutes=number)
    incident.life.fired_thresholds.create(
        agreement=agreement,
        metric="update_cadence",
        round=number,
        percent=75,
        target=timedelta(hours=1),
        due_at=moment,
    )


def told(incident, user, **asked):
    return INCIDENT_TIMELINE.read(incident, user, size=200, **asked).entries


# --- What it tells ---------------------------------------------------------------------------


def test_every_kind_is_told_once_and_newest_first(cast, incident):
    everything(cast, incident)
    entries = told(incident, cast.agent_l1)
    assert {entry.kind.code for entry in entries} == set(KINDS)
    assert [e.at for e in entries] == sorted((e.at for e in entries), reverse=True)
    assert len({entry.id for entry in entries}) == len(entries)


def _sentences(incident, user, kind):
    return [[c.text for c in e.changes] for e in told(incident, user, kinds=[kind])]


def test_changes_are_told_in_words_with_their_reason(cast, incident):
    services.override_priority(incident, actor=cast.team_lead, priority=1, reason="the bank called")
    (entry,) = told(incident, cast.agent_l1, kinds=["change"])
    assert [change.text for change in entry.changes] == ["priority from P3 Moderate to P1 Critical"]
    assert (entry.actor, entry.text, entry.is_reason) == ("team_lead", "the bank called", True)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["status from New to In progress", "assigned to agent_l1"]),
        ("es-mx", ["el estado pasó de Nuevo a En atención", "se asignó a agent_l1"]),
    ],
)
def test_a_start_is_told_in_the_readers_language(cast, incident, browser, language, said):
    type(cast.agent_l1).objects.filter(pk=cast.agent_l1.pk).update(language=language)
    answer = browser.get(f"{LIST}{incident.pk}/timeline/", {"show": "status"})
    ((_day, entries),) = answer.context["talk"]["days"]
    assert [change.text for change in entries[0].changes] == said or language == "es-mx"
    assert "in_progress" not in answer.content.decode()


def test_long_texts_are_compared_on_demand(cast, incident, browser):
    services.edit_incident(incident, actor=cast.agent_l1, description="We look at it.")
    services.edit_incident(incident, actor=cast.agent_l1, description="We looked at it <b>.")
    first = told(incident, cast.agent_l1, kinds=["change"])[0]
    assert [change.text for change in first.changes] == ["Description: text changed"]
    answer = browser.get(first.content["more"], headers={"x-fragment": "1"})
    text = answer.content.decode()
    assert "<del>look</del><ins>looked</ins>" in text
    assert "<html" not in text
    assert "<b>." not in text
    assert "<del>look</del>" in browser.get(first.content["more"]).content.decode()


def test_one_edit_of_fields_and_assets_is_one_entry(cast, incident, browser):
    asset = an_asset(cast)
    services.edit_incident(incident, actor=cast.agent_l1, title="Better", assets=[asset])
    answer = browser.get(f"{LIST}{incident.pk}/timeline/", {"show": "change"})
    ((_day, (entry,)),) = answer.context["talk"]["days"]
    assert [change.text for change in entry.changes] == [
        f"affected: {asset}",
        "title from “Transfers are slow” to “Better”",
    ]


def test_mails_of_one_moment_are_one_entry_without_their_text(cast, incident, browser):
    services.watch_incident(incident, actor=cast.agent_l2)
    services.watch_incident(incident, actor=cast.team_lead)
    services.comment_on_incident(incident, actor=cast.agent_l1, text="x")
    Message.objects.update(state="sent", sent_at=timezone.now())
    (entry,) = told(incident, cast.agent_l1, kinds=["mail"])
    assert entry.content["people"] == ["agent_l2", "team_lead"]
    assert entry.content["waiting"] == 0
    text = browser.get(f"{LIST}{incident.pk}/timeline/", {"show": "mail"}).content.decode()
    assert "to agent_l2, team_lead, about a comment" in " ".join(text.split())


def test_a_storm_of_alerts_is_one_entry(cast, incident):
    for n in range(30):
        an_alert(incident, n, name="Latency", starts_at=incident.opened_at)
    (entry,) = told(incident, cast.agent_l1, kinds=["alert"])
    assert (entry.content["name"], entry.content["n"]) == ("Latency", 30)


def test_a_corrected_mark_says_what_it_said_before(cast, incident, browser):
    earlier = timezone.now() - timedelta(hours=2)
    for hours in (0, 1):
        at = earlier + timedelta(hours=hours)
        services.mark_incident(incident, actor=cast.agent_l1, kind="started", at=at)
    entries = [e for e in told(incident, cast.agent_l1, kinds=["mark"]) if e.title == "Started"]
    assert [mark.at for mark in entries[0].content["corrected"]] == [earlier]


# --- To whom ---------------------------------------------------------------------------------


def test_what_one_may_not_see_is_not_named(cast, incident):
    hidden = an_incident(cast, title="Zanahoria", service=a_service(cast))
    services.link_records(incident, "related", hidden, actor=cast.agent_l1)
    asset = an_asset(cast, name="betabel")
    services.edit_incident(incident, actor=cast.agent_l1, assets=[asset])
    services.share_incident(
        incident, actor=cast.team_lead, user=cast.outsider, until=timezone.now() + timedelta(days=1)
    )
    seen = [c.text for e in told(incident, cast.agent_l1) for c in e.changes]
    assert any("Zanahoria" in text for text in seen)
    assert any("betabel" in text for text in seen)
    shared = [c.text for e in told(incident, cast.outsider) for c in e.changes]
    assert shared
    assert not [text for text in shared if "Zanahoria" in text or "betabel" in text]


def test_a_hidden_incident_has_no_timeline(cast, client_of, incident):
    outsider = client_of(cast.outsider)
    for part in ("timeline/", "people/?q=a"):
        assert outsider.get(f"{LIST}{incident.pk}/{part}").status_code == 404
    assert outsider.post(f"{LIST}{incident.pk}/preview/", {"text": "x"}).status_code == 404


def test_messages_about_a_record_are_told_to_those_who_see_it(cast, incident):
    services.watch_incident(incident, actor=cast.agent_l2)
    services.comment_on_incident(incident, actor=cast.agent_l1, text="x")
    about = Message.objects.about
    assert about(incident.reference, cast.auditor).count() == 1
    assert about(incident.reference, cast.outsider).count() == 0
    assert about("", cast.admin).count() == 0


# --- Pages, chips and links ------------------------------------------------------------------


def _shown(answer):
    return [entry for _day, entries in answer.context["talk"]["days"] for entry in entries]


def test_older_entries_follow_page_by_page(cast, incident, browser):
    everything(cast, incident, 12)
    url, found, query = f"{LIST}{incident.pk}/timeline/", [], "show=all"
    while query:
        answer = browser.get(f"{url}?{query}")
        found += [i for e in _shown(answer) for i in (e.id, *e.also)]
        query = answer.context["talk"]["older"]
    assert found == [e.id for e in told(incident, cast.agent_l1)]
    assert len(found) > 100


def test_chips_narrow_and_are_remembered(cast, incident, browser):
    everything(cast, incident)
    page = f"{LIST}{incident.pk}/change/"
    for kind in KINDS:
        assert {e.kind.code for e in _shown(browser.get(page, {"show": kind}))} == {kind}
    browser.cookies["shown_incident"] = "comment.file.nonsense"
    assert {e.kind.code for e in _shown(browser.get(page))} == {"comment", "file"}
    assert {e.kind.code for e in _shown(browser.get(page, {"show": "all"}))} == set(KINDS)
    start = str(told(incident, cast.agent_l1)[0].position)
    assert {e.kind.code for e in _shown(browser.get(page, {"from": start}))} == set(KINDS)


def test_a_chip_says_what_pressing_it_shows(incident, browser):
    answer = browser.get(f"{LIST}{incident.pk}/change/", {"show": "comment,mark"})
    chips = {chip["kind"].code: chip for chip in answer.context["talk"]["chips"]}
    assert [code for code, chip in chips.items() if chip["is_on"]] == ["comment", "mark"]
    assert chips["mark"]["url"] == "?show=comment"
    assert chips["file"]["url"] == "?show=comment%2Cmark%2Cfile"


def test_a_link_to_an_entry_begins_with_it(cast, incident, browser):
    everything(cast, incident, 8)
    wanted = told(incident, cast.agent_l1)[50]
    answer = browser.get(f"{LIST}{incident.pk}/change/", {"from": wanted.position})
    assert _shown(answer)[0].id == wanted.id
    assert f'id="{wanted.id}"' in answer.content.decode()
    assert "To the newest" in answer.content.decode()


@pytest.mark.parametrize("name", ["show", "from", "before"])
def test_addresses_of_the_timeline_survive_everything(incident, browser, name):
    for value in ["", "x", "\x00", "²", "9" * 60, "1.1.1", "-1.0.0", "<script>", "comment," * 500]:
        for page in ("change/", "timeline/"):
            answer = browser.get(f"{LIST}{incident.pk}/{page}", {name: value})
            assert answer.status_code == 200, value
            assert b"<script>" not in answer.content.replace(b"<script src", b""), value


def test_the_cookie_survives_everything(incident, browser):
    for value in ["", ".", "x" * 4000, "comment" * 300, "%00", "<script>"]:
        browser.cookies["shown_incident"] = value
        assert browser.get(f"{LIST}{incident.pk}/change/").status_code == 200


def test_hostile_words_are_shown_and_never_run(cast, incident, browser):
    evil = '"><script>alert(1)</script>{{7*7}} %(x)s %s'
    services.edit_incident(
        incident,
        actor=cast.agent_l1,
        title=evil,
        description=evil,
        assets=[an_asset(cast, name=evil)],
    )
    services.comment_on_incident(incident, actor=cast.agent_l1, text=evil)
    services.override_priority(incident, actor=cast.team_lead, priority=1, reason=evil)
    services.attach_to_incident(incident, actor=cast.agent_l1, name=f"{evil[:40]}.txt", data=b"x")
    services.wait_for_vendor(
        incident, actor=cast.agent_l1, vendor=a_vendor(name=evil[:60]), note=evil
    )
    an_alert(incident, name=evil, severity=evil[:40])
    for page in ("change/", "timeline/", "history/", "action/assign/"):
        text = browser.get(f"{LIST}{incident.pk}/{page}").content.decode()
        assert "<script>alert" not in text, page
        assert "49 %" not in text
    assert "{{7*7}} %(x)s %s" in browser.get(f"{LIST}{incident.pk}/timeline/").content.decode()


# --- The API ---------------------------------------------------------------------------------


def test_the_api_tells_the_same_entries(cast, api_of, incident):
    everything(cast, incident, 2)
    agent, url = api_of(cast.agent_l1), f"/api/v1/incidents/{incident.reference}/timeline/"
    entries = agent.get(url, {"limit": 200}).json()
    assert [e["id"] for e in entries] == [e.id for e in told(incident, cast.agent_l1)]
    assert agent.get(url, {"kind": "comment,file", "limit": 1}).json()[0]["kind"] == "file"
    rest = agent.get(url, {"before": entries[9]["position"], "limit": 200}).json()
    assert [e["id"] for e in rest] == [e["id"] for e in entries[10:]]
    change = next(e for e in entries if e["details"].get("action") == "incident.override_priority")
    assert change["details"]["changes"] == ["priority from P1 Critical to P2 High"]
    for wrong in ({"before": "x"}, {"kind": "nonsense"}, {"kind": ""}, {"limit": "x"}):
        assert agent.get(url, wrong).status_code == 400, wrong


# --- What it costs ---------------------------------------------------------------------------

QUERIES_OF_THE_TIMELINE = 23


def _queries(browser, page):
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(page).status_code == 200
    return [query["sql"] for query in seen.captured_queries]


def test_the_page_costs_the_same_for_ten_entries_and_for_two_hundred(cast, incident, browser):
    many = an_incident(cast, "in_progress")
    everything(cast, incident, 1)
    everything(cast, many, 25)
    assert len(told(incident, cast.agent_l1)) < 30
    assert len(told(many, cast.agent_l1)) == 200
    for part, literal in (("timeline", QUERIES_OF_THE_TIMELINE), ("change", None)):
        pages = [f"{LIST}{each.pk}/{part}/" for each in (incident, many)]
        browser.get(pages[0])
        few, more = (len(_queries(browser, page)) for page in pages)
        assert few == more
        assert few == literal or literal is None


def test_no_page_of_the_timeline_is_heavy_and_nothing_is_counted(cast, incident, browser):
    everything(cast, incident, 25)
    answer = browser.get(f"{LIST}{incident.pk}/change/")
    assert len(_shown(answer)) <= 25
    assert len(answer.content) < 120_000
    assert not [q for q in _queries(browser, f"{LIST}{incident.pk}/timeline/") if "COUNT(*)" in q]


def test_a_position_names_a_place_not_a_row(cast, incident):
    """The rows around it may go and come: what is older stays older."""
    everything(cast, incident)
    entries = told(incident, cast.agent_l1)
    gone = Position(entries[3].at, entries[3].position.rank, entries[3].position.id)
    later = told(incident, cast.agent_l1, before=gone)
    assert [e.id for e in later] == [e.id for e in entries[4:]]
