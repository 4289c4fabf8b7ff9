"""The frame of every page: titles, crumbs, menu, counts, language and zone, errors, weight."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from core.palette import PALETTE
from incidents import services
from itsm import counts, site
from itsm.menu import AREAS
from people.models import User
from tests.factories import a_service, an_incident
from tests.notifications.conftest import deliver

LIST = "/incidents/incident/"
ROOT = Path(__file__).parents[2]


class Page(HTMLParser):
    """What of a page's HTML these tests look at."""

    def __init__(self, answer):
        super().__init__()
        self.tags, self.texts, self._open = [], {}, []
        self.feed(answer.content.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if self._open and self._open[-1] in ("title", "h1"):
            self.texts.setdefault(self._open[-1], []).append(data.strip())

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def _menu(browser, page="/"):
    areas = browser.get(page).context["sidebar_navigation"]
    return {str(line["title"]): line for area in areas for line in area["pages"]}


# --- Every page ---------------------------------------------------------------------------------

EVERYBODY = (
    "agent_l1",
    "team_lead",
    "requester",
    "approver",
    "vendor_manager",
    "finance",
    "hr_partner",
    "auditor",
    "admin",
    "security_admin",
    "outsider",
)


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_of_the_menu_opens_and_has_a_title_and_a_heading(cast, client_of, who):
    browser = client_of(cast[who])
    titles = {}
    for line in _menu(browser).values():
        answer = browser.get(line["link"])
        assert answer.status_code == 200, line["link"]
        page = Page(answer)
        assert len(page.texts["h1"]) == 1, line["link"]
        titles[line["link"].partition("?")[0]] = page.texts["title"][0]
    assert all(re.fullmatch(r"\S.* · ITSM", title) for title in titles.values()), titles
    assert len(set(titles.values())) == len(titles)


def test_the_title_of_a_record_is_its_reference_and_its_title(cast, client_of):
    incident = an_incident(cast, title="SPEI lento")
    browser = client_of(cast.agent_l1)
    page = f"{LIST}{incident.pk}"
    titles = {
        at: Page(browser.get(f"{page}/{at}")).texts["title"][0]
        for at in ("change/", "history/", "action/start/")
    }
    assert titles == {
        "change/": f"{incident.reference} SPEI lento · ITSM",
        "history/": f"History of {incident.reference} · ITSM",
        "action/start/": f"Start work: {incident.reference} · ITSM",
    }


def test_a_name_of_its_own(cast, client_of, settings):
    settings.SITE_NAME = "Mesa"
    page = client_of(cast.agent_l1).get("/account/").content.decode()
    assert "<title>My account · Mesa</title>" in page
    assert '<span class="brand-name">Mesa</span>' in page
    assert "Mesa</span>" in Client().get("/accounts/login/").content.decode()


def test_the_way_back_names_every_page_above(cast, client_of):
    incident = an_incident(cast)
    browser = client_of(cast.agent_l1)
    text = browser.get(f"{LIST}{incident.pk}/history/").content.decode()
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', text, re.S).group()
    assert re.findall(r'<a href="([^"]*)">([^<]*)</a>', crumbs) == [
        (LIST, "Incidents"),
        (f"{LIST}{incident.pk}/change/", incident.reference),
    ]
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', browser.get(LIST).content.decode(), re.S)
    assert "<a " not in crumbs.group(), "a list is not above itself"


@pytest.mark.parametrize("page", ["/", LIST, f"{LIST}add/", "/account/", "/nowhere/"])
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(cast, client_of, page):
    tags = Page(client_of(cast.agent_l1).get(page))
    inline = [a for a in tags.all("script") if "src" not in a and a.get("type") is None]
    assert inline == []
    assert tags.all("style") == []
    handlers = [name for _tag, attrs in tags.tags for name in attrs if name.startswith("on")]
    assert handlers == []
    for attrs in (*tags.all("script"), *tags.all("link"), *tags.all("img")):
        assert (attrs.get("src") or attrs.get("href") or "/").startswith("/")


def test_the_frame_has_its_landmarks(cast, client_of):
    page = Page(client_of(cast.agent_l1).get("/"))
    counted = {tag: len(page.all(tag)) for tag in ("main", "header", "aside", "h1")}
    assert counted == {"main": 1, "header": 1, "aside": 1, "h1": 1}
    assert page.all("a")[0] | {"class": ""} == {"class": "", "href": "#content"}
    assert {nav["aria-label"] for nav in page.all("nav")} >= {"Pages", "Where you are"}


def test_names_of_people_are_text(cast, client_of):
    person = cast.agent_l1.person
    type(person).objects.filter(pk=person.pk).update(full_name="<script>alert(1)</script>")
    text = client_of(cast.agent_l1).get("/account/").content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


# --- Where one is -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "label"),
    [("demo", "Demo"), ("staging", "Staging"), ("production", "Production"), ("uat", "uat")],
)
def test_the_place_is_unmistakable(cast, client_of, settings, environment, label):
    settings.ENVIRONMENT = environment
    for answer in (client_of(cast.agent_l1).get("/account/"), Client().get("/accounts/login/")):
        text = answer.content.decode()
        assert f'data-environment="{environment}"' in text
        assert re.search(rf'class="environment environment-{environment}"[^>]*>{label}<', text)


def test_demo_accounts_stand_on_the_sign_in_page_of_a_demo_alone(db, settings):
    settings.DEMO = True
    text = Client().get("/accounts/login/").content.decode()
    assert 'data-fill-login="agent_l1" data-fill-password="demo"' in text
    settings.DEMO = False
    text = Client().get("/accounts/login/").content.decode()
    assert "agent_l1" not in text
    assert "demo" not in text.replace('environment-demo"', "").replace('"demo"', "")


# --- The menu and its counts ----------------------------------------------------------------------


def test_every_key_of_the_menu_is_its_own():
    keys = [page.shortcut for area in AREAS for page in area.pages if page.shortcut]
    assert len(keys) == len(set(keys))
    assert {"g h", "g i", "g s", "g a"} <= set(keys)


def test_the_menu_has_no_lines_without_a_role(cast, client_of):
    assert _menu(client_of(cast.norole)) == {}


def test_counts_are_of_what_one_sees(cast, client_of):
    an_incident(cast, "in_progress")
    an_incident(cast, "resolved")
    an_incident(cast, actor=cast.team_lead)
    others = a_service(cast, support_team=cast.wallet_co, countries=["CO"])
    an_incident(cast, actor=cast.outsider, service=others)
    shown = {
        who: (menu["My incidents"]["count"], menu["Without an owner"]["count"])
        for who in ("agent_l1", "agent_l2", "auditor")
        if (menu := _menu(client_of(cast[who])))
    }
    assert shown == {"agent_l1": ("1", "1"), "agent_l2": ("", ""), "auditor": ("", "")}
    menu = _menu(client_of(cast.outsider))
    assert [line["count"] for line in menu.values() if line["count"]] == ["1"]


def test_counts_end_at_ninety_nine(cast, monkeypatch):
    monkeypatch.setattr(counts, "MOST", 2)
    for _number in range(2):
        an_incident(cast)
    assert counts._told(counts.incidents_without_owner(cast.agent_l1)) == "2"
    an_incident(cast)
    assert counts._told(counts.incidents_without_owner(cast.agent_l1)) == "2+"


def _queries(browser, page):
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(page).status_code == 200
    return [query["sql"] for query in seen.captured_queries]


def test_a_page_view_counts_nothing(cast, client_of):
    an_incident(cast)
    browser = client_of(cast.agent_l1)
    browser.get("/account/")
    assert [sql for sql in _queries(browser, "/account/") if "COUNT" in sql] == []


def test_what_others_do_shows_within_a_minute_and_ones_own_work_at_once(cast, client_of):
    incident = an_incident(cast, actor=cast.team_lead)
    browser = client_of(cast.agent_l1)
    assert _menu(browser)["My incidents"]["count"] == ""
    services.start_incident(incident, actor=cast.agent_l1)
    assert _menu(browser)["My incidents"]["count"] == "", "kept for a minute"
    other = an_incident(cast, actor=cast.team_lead)
    browser.post(f"{LIST}{other.pk}/action/start/")
    assert _menu(browser)["My incidents"]["count"] == "2"


def test_counts_of_one_person_are_not_shown_to_another(cast, client_of):
    an_incident(cast, "in_progress")
    assert _menu(client_of(cast.agent_l1))["My incidents"]["count"] == "1"
    assert _menu(client_of(cast.agent_l2))["My incidents"]["count"] == ""


def test_the_page_one_is_on_is_marked(cast, client_of):
    incident = an_incident(cast)
    browser = client_of(cast.agent_l1)

    def marked(page):
        return [title for title, line in _menu(browser, page).items() if line["is_here"]]

    assert marked("/") == ["Home"]
    assert marked(LIST) == ["Incidents"]
    assert marked(f"{LIST}?tab=mine") == ["My incidents"]
    assert marked(f"{LIST}{incident.pk}/change/") == ["Incidents"]
    assert marked("/account/") == []


# --- Language and time zone -----------------------------------------------------------------------

SWITCH = "/account/locale/"


def test_a_switch_of_language_keeps_the_page_and_is_the_accounts(cast, client_of):
    browser = client_of(cast.agent_l1)
    answer = browser.post(SWITCH, {"language": "es-mx", "next": f"{LIST}?tab=mine#x"})
    assert answer["Location"] == f"{LIST}?tab=mine#x"
    assert User.objects.get(username="agent_l1").language == "es-mx"
    assert 'lang="es-mx"' in browser.get(LIST).content.decode()
    assert 'lang="es-mx"' in client_of(cast.agent_l1).get(LIST).content.decode()


def test_a_switch_of_zone_changes_the_zone_alone(cast, client_of):
    client_of(cast.agent_l1).post(SWITCH, {"time_zone": "America/Bogota", "next": "/"})
    account = User.objects.get(username="agent_l1")
    assert (account.time_zone, account.language) == ("America/Bogota", "en")


@pytest.mark.parametrize(
    "to",
    [
        "",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\x00",
    ],
)
def test_a_switch_leads_nowhere_else(cast, client_of, to):
    answer = client_of(cast.agent_l1).post(SWITCH, {"language": "en", "next": to})
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    "given", [{"language": "tlh"}, {"time_zone": "Mars/Olympus"}, {"language": "\x00"}]
)
def test_what_is_no_language_or_zone_changes_nothing(cast, client_of, given):
    browser = client_of(cast.agent_l1)
    before = User.objects.values_list("language", "time_zone", "version").get(username="agent_l1")
    answer = browser.post(SWITCH, {**given, "next": "/account/"}, follow=True)
    assert "message-error" in answer.content.decode()
    after = User.objects.values_list("language", "time_zone", "version").get(username="agent_l1")
    assert after == before


def test_a_switch_is_a_post_of_ones_own_form(cast, client_of):
    assert client_of(cast.agent_l1).get(SWITCH).status_code == 405
    assert "login" in Client().post(SWITCH, {"language": "en"})["Location"]
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.agent_l1)
    assert browser.post(SWITCH, {"language": "es-mx"}).status_code == 403


def test_e_mails_speak_the_language_of_the_account(cast, client_of):
    subjects = []
    for language in ("es-mx", "en"):
        client_of(cast.agent_l2).post(SWITCH, {"language": language, "next": "/"})
        incident = an_incident(cast, title="SPEI lento")
        services.assign_incident(incident, actor=cast.agent_l1, owner=cast.agent_l2)
        mail.outbox = []
        deliver()
        (sent,) = [m for m in mail.outbox if m.to == [cast.agent_l2.email]]
        subjects.append(sent.subject.partition(incident.reference)[0] + sent.body)
    assert "asign" in subjects[0]
    assert "assigned" in subjects[1]


# --- Errors -------------------------------------------------------------------------------------


def test_errors_stand_in_the_shell_for_those_who_are_signed_in(cast, client_of):
    answer = client_of(cast.agent_l1).get("/nowhere/")
    text = answer.content.decode()
    assert answer.status_code == 404
    assert 'id="sidebar"' in text
    assert answer["X-Request-ID"] in text
    assert "data-guide" not in text
    incident = an_incident(cast)
    hidden = client_of(cast.outsider).get(f"{LIST}{incident.pk}/change/")
    assert hidden.status_code == 404
    assert incident.reference not in hidden.content.decode()


def test_an_error_page_that_cannot_be_drawn_is_drawn_plainly(cast, client_of, monkeypatch):
    monkeypatch.setattr(site.PortalAdminSite, "each_context", lambda *given: 1 / 0)
    answer = client_of(cast.agent_l1).get("/nowhere/")
    assert answer.status_code == 404
    assert 'id="sidebar"' not in answer.content.decode()
    assert "Not found" in answer.content.decode()


@override_settings(DEBUG=False)
def test_a_failure_is_told_without_database_or_session(rf, django_db_blocker):
    from itsm import errors

    with django_db_blocker.block():
        answer = errors.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "It is our fault" in answer.content.decode()


# --- Weight -------------------------------------------------------------------------------------


def _zipped(content):
    return len(gzip.compress(content, 6))


def test_a_list_weighs_little(cast, client_of):
    """HTML, styles and scripts of a list of fifty, as they travel; fonts and icons are kept."""
    for _number in range(50):
        an_incident(cast, title="Proceso de conciliación tardó 22 minutos de más")
    answer = client_of(cast.agent_l1).get(LIST)
    page = Page(answer)
    assert answer.content.count(b"INC-") >= 50
    files = [a["href"] for a in page.all("link") if a["rel"] == "stylesheet"]
    files += [a["src"] for a in page.all("script")]
    weights = {"HTML": _zipped(answer.content)}
    for file in files:
        weights[file] = _zipped(
            _text(finders.find(file.removeprefix(settings.STATIC_URL))).encode()
        )
    assert sum(weights.values()) < 60_000, weights


def test_lists_load_nothing_of_the_forms(cast, client_of):
    text = client_of(cast.agent_l1).get(LIST).content.decode()
    for unused in ("alpine", "htmx", "chart.js", "select2", "unfold/css", "jquery"):
        assert unused not in text


def test_every_icon_is_in_the_set():
    drawn = set(re.findall(r'<symbol id="(\w+)"', _text(finders.find("itsm/icons.svg"))))
    asked = {page.icon for area in AREAS for page in area.pages}
    asked |= {source.icon for _name, source in PALETTE}
    for template in ROOT.glob("*/templates/**/*.html"):
        asked |= set(re.findall(r'{% icon "(\w+)"', _text(template)))
    assert asked - drawn == set()


def _text(path):
    return Path(path).read_text(encoding="utf-8")
