"""The home page by role: which cards, in which order, and what none of them tells."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from core.dashboard import CARDS, Content
from incidents import services
from incidents.models import IncidentShare
from itsm import home
from people.models import Presence
from people.roles import Role
from people.services import grant_role
from tests.factories import a_service, a_vendor, an_incident

_AGENT = [
    *["pressing", "my_work", "unowned", "requests", "queue", "news", "watched"],
    "mandate",
]
_BOARD = ["changes", "pressing", "news", "watched"]
_ESTATE = ["own_services", "pressing", "changes", "news", "watched", "services"]
_SUPPLY = ["vendors", "waiting", "pressing", "news", "mandate", "watched"]

# Who finds what, the first on top.
FOUND = {
    "admin": ["jobs", "messages", "alerts", "grants", "tokens"],
    "security_admin": [
        "control_failures",
        "sign_ins",
        "integrity",
        "grants",
        "tokens",
        "findings",
        "events",
    ],
    "service_manager": [
        *["pressing", "queue", "unowned", "requests", "findings_of_deployments", "news"],
        *["control_failures", "mandate"],
        *["volume", "change_measures", "services", "hours", "team_load", "my_work"],
    ],
    "team_lead": [
        *["pressing", "unowned", "requests", "team_load", "queue", "news", "my_work"],
        *["mandate", "volume", "hours", "services"],
    ],
    "agent_l1": _AGENT,
    "outsider": _AGENT,
    "requester": _ESTATE,
    "implementer": _ESTATE,
    "peer": _ESTATE,
    "service_owner": [*_ESTATE, "mandate"],
    "approver": _BOARD,
    "cab_chair": _BOARD,
    "senior_approver": _BOARD,
    "vendor_manager": _SUPPLY,
    "finance": _SUPPLY,
    "hr_partner": ["colleagues"],
    "auditor": [
        *["control_failures", "audit_asked", "integrity", "control_exceptions", "findings"],
        *["findings_of_deployments", "grants", "events", "evidence", "pressing"],
        *["mandate", "volume", "services", "hours"],
    ],
    "norole": [],
}


def cards_on(browser, page="/?all"):
    answer = browser.get(page)
    assert answer.status_code == 200
    return re.findall(r'data-slug="(\w+)"', answer.content.decode())


@pytest.mark.parametrize("who", FOUND)
def test_every_role_finds_its_cards_in_their_order(cast, client_of, who):
    assert cards_on(client_of(cast[who])) == FOUND[who]


def test_every_role_has_its_row_and_every_slug_is_a_card():
    assert set(home.BY_ROLE) == set(Role)
    slugs = {slug for row in home.BY_ROLE.values() for slug in row} | set(home.FOR_ALL)
    assert slugs == {slug for slug, _card in CARDS}


def test_two_roles_merge_each_card_where_it_stands_first(cast, client_of):
    grant_role(cast.agent_l1, Role.VENDOR_MANAGER, actor=None, reason="covers", country="MX")
    assert cards_on(client_of(cast.agent_l1)) == [
        *["pressing", "vendors", "my_work", "waiting", "unowned", "requests", "news", "queue"],
        *["mandate", "watched"],
    ]


def test_slow_cards_are_places_that_are_fetched_one_by_one(cast, client_of):
    browser = client_of(cast.service_manager)
    page = browser.get("/").content.decode()
    places = re.findall(r'data-fetch="\?card=(\w+)"', page)
    assert places == ["mandate", "volume", "change_measures", "services", "hours"]
    for slug in places:
        answer = browser.get(f"/?card={slug}")
        assert cards_on(browser, f"/?card={slug}") == [slug]
        assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("slug", ["jobs", "nowhere", "mandate'", "\x00", "x" * 500])
def test_a_card_that_one_does_not_have_is_not_there(cast, client_of, slug):
    assert client_of(cast.agent_l1).get("/", {"card": slug}).status_code == 404


def test_a_card_with_nothing_to_say_is_not_there(cast, client_of):
    assert client_of(cast.agent_l1).get("/?card=own_access").status_code == 404
    assert client_of(cast.norole).get("/?card=pressing").status_code == 404


def test_without_a_role_one_reads_what_to_do(cast, client_of):
    page = client_of(cast.norole).get("/").content.decode()
    assert "nobody has given you a role yet" in page


def test_wide_cards_stand_alone(cast, client_of):
    bands = client_of(cast.team_lead).get("/").context["bands"]
    assert [[card.slug for card in band] for band in bands] == [
        ["pressing", "unowned", "requests", "team_load", "queue", "news", "my_work"],
        ["mandate"],
        ["volume"],
        ["hours", "services"],
    ]


@pytest.fixture
def hidden(cast):
    """A P1 of Mexico that waits for a vendor, commented and watched there; and its neighbours."""
    service = a_service(cast, name="Zanahoria")
    vendor = a_vendor(name="Zanahoria vendor", country="MX")
    incident = an_incident(
        cast, "in_progress", title="Zanahoria", service=service, impact=1, urgency=1
    )
    services.comment_on_incident(incident, actor=cast.team_lead, text="zanahoria @outsider")
    services.wait_for_vendor(incident, actor=cast.agent_l1, vendor=vendor, note="zanahoria")
    return incident


@pytest.mark.parametrize("who", ["outsider", "norole", "hr_partner", "admin", "approver"])
def test_no_card_tells_of_a_hidden_incident(cast, client_of, hidden, who):
    text = client_of(cast[who]).get("/?all").content.decode()
    assert "anahoria" not in text.replace("Zanahoria vendor", "")
    assert hidden.reference not in text


def test_no_figure_counts_a_hidden_incident(cast, client_of, hidden):
    """The same page, byte for byte but for what no two answers share, with it and without it."""

    def numbers(browser):
        return re.findall(r"\d+", re.sub(r"<[^>]*>", " ", browser.get("/?all").content.decode()))

    seen = numbers(client_of(cast.outsider))
    other = an_incident(cast, "in_progress", title="Another", impact=1, urgency=1)
    assert numbers(client_of(cast.outsider)) == seen
    assert other.team != cast.wallet_co


def test_what_is_shared_with_one_is_counted_for_that_one_until_it_ends(cast, client_of, hidden):
    services.share_incident(
        hidden, actor=cast.team_lead, user=cast.outsider, until=timezone.now() + timedelta(days=1)
    )
    assert hidden.reference in client_of(cast.outsider).get("/").content.decode()
    IncidentShare.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert hidden.reference not in client_of(cast.outsider).get("/").content.decode()


@pytest.mark.parametrize("who", FOUND)
def test_every_link_leads_somewhere_and_is_understood_there(cast, client_of, hidden, who):
    services.comment_on_incident(hidden, actor=cast.team_lead, text="more @agent_l1")
    browser = client_of(cast[who])
    page = browser.get("/?all").content.decode()
    cards = page[page.find("data-home") : page.find("</main>")]
    found = {unescape(url) for url in re.findall(r'<a (?:[^>]* )?href="(/[^"#]*)', cards)}
    addresses = {re.sub(r"[0-9-]+T[0-9:]+Z", "", url): url for url in found}.values()  # one a kind
    assert addresses or who == "norole"
    for url in addresses:
        answer = browser.get(url)
        assert answer.status_code == 200, url
        if answer.context and "list" in answer.context:
            assert answer.context["list"].query.problems == [], url


def test_hostile_titles_are_words_only(cast, client_of):
    title = '"><script>alert(1)</script>'
    an_incident(cast, "in_progress", title=title, impact=1, urgency=1)
    page = client_of(cast.agent_l1).get("/?all").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_everything_is_there_in_spanish_too(cast, client_of):
    cast.team_lead.language = "es-mx"
    cast.team_lead.save(update_fields=["language"])
    an_incident(cast, "in_progress", impact=1, urgency=1)
    answer = client_of(cast.team_lead).get("/?all")
    assert answer.headers["Content-Language"] == "es-mx"


def test_the_parts_of_every_card_have_a_template(cast):
    from django.template.loader import get_template

    from itsm.home_drawing import drawn

    an_incident(cast, "in_progress", impact=1, urgency=1)
    now = timezone.now()
    for user in cast.users.values():
        for slug, card in home.cards_of(user):
            content = card.content(user, now)
            assert content is None or isinstance(content, Content), slug
            for part in drawn(content.parts) if content else ():
                assert get_template(part.template)


def test_one_is_noted_as_present_and_after_an_absence_as_having_left(cast, client_of):
    browser = client_of(cast.agent_l1)
    browser.get("/")
    presence = Presence.objects.get(user=cast.agent_l1)
    assert presence.left_at is None
    Presence.objects.update(seen_at=timezone.now() - timedelta(hours=9))
    left = Presence.objects.get(user=cast.agent_l1).seen_at
    client_of(cast.agent_l1).get("/")
    assert Presence.objects.get(user=cast.agent_l1).left_at == left
