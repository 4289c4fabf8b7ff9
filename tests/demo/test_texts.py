"""What the texts of the demo world name is there: services, assets, vendors, people, occasions."""

from collections import defaultdict

from itsm.demo.crew import AGENTS, COLLEAGUES, FIRST_LINE, LEADS, NEXT_LINE, TEAMS, VENDOR_DESK
from itsm.demo.devices import all_devices
from itsm.demo.estate import needs_of, read_estate
from itsm.demo.live import _catalogue
from itsm.demo.stories import all_stories
from itsm.demo.storms import all_storms
from itsm.demo.talk import read_talk
from people.demo_cast import DEMO_PEOPLE, DEMO_TEAMS

LEAST_STORIES = 150


def all_told():
    return [*all_stories(), *(s for storm in all_storms() for s in (storm.leader, *storm.others))]


def test_there_are_many_stories_of_every_service():
    estate = read_estate()
    told = {story.service for story in all_stories()}
    assert len(all_stories()) >= LEAST_STORIES
    assert told == set(estate.services)


def test_no_story_is_told_twice():
    descriptions = [text for story in all_told() for text in set(story.descriptions)]
    shared = len(descriptions) - len(set(descriptions))
    assert shared == 0


def test_stories_name_what_there_is():
    estate = read_estate()
    for story in all_told():
        assert story.service in estate.services
        assert story.assets, story.titles
        assert set(story.assets) <= set(estate.assets)
        assert story.vendor in {"", *estate.vendors}
        assert bool(story.vendor_notes) <= bool(story.vendor), story.titles
        assert "monitoring" not in story.channels or story.alert, story.titles
        assert story.endings, story.titles


def test_stories_have_clients_where_they_are_needed():
    estate = read_estate()
    for story in all_told():
        country = "CO" if estate.services[story.service]["support"] == "wallet-co" else "MX"
        if story.clients:
            assert estate.clients_of(story.clients, country)
        else:
            assert not [title for title in story.titles if "{client}" in title]


def test_the_estate_has_its_size():
    estate = read_estate()
    assert len(estate.services) == 25
    assert len(estate.assets) + len(estate.fleet) >= 300
    assert len(estate.clients) >= 30
    assert len({*DEMO_PEOPLE, *COLLEAGUES}) == 40


def test_devices_are_given_to_people_that_there_are():
    devices = all_devices()
    assert {device.holder for device in devices} <= {"", *DEMO_PEOPLE, *COLLEAGUES}
    assert {device.state for device in devices} >= {"held", "offered", "declined", "stock"}
    assert len({device.name for device in devices}) == len(devices)
    laptops = [d.holder for d in devices if d.state == "held" and d.kind["class"] == "laptop"]
    assert len(set(laptops)) == len(laptops) == 38


def test_dependencies_name_what_there_is():
    estate = read_estate()
    there = {*estate.assets, *estate.fleet}
    needs = [*needs_of(estate.assets), *needs_of(estate.fleet)]
    assert {name for needing, _kind, needed in needs for name in (needing, needed)} <= there
    assert len(set(needs)) == len(needs)
    assert {needed for _service, needed in estate.needs_of_services()} <= set(estate.assets)
    every = [*estate.assets.values(), *estate.fleet.values()]
    assert {facts.get("vendor") for facts in every} <= {None, *estate.vendors}


def test_what_breaks_reaches_services_over_several_steps():
    estate = read_estate()
    needing = defaultdict(set)
    for name, _kind, needed in [*needs_of(estate.assets), *needs_of(estate.fleet)]:
        needing[needed].add(name)
    hit, ahead = set(), {"hsm-qro-1"}
    while ahead:
        hit |= ahead
        ahead = {name for broken in ahead for name in needing[broken]} - hit
    services = {label for label, needed in estate.needs_of_services() if needed in hit}
    assert {"card-authorisation", "merchant-acquiring", "card-issuing"} <= services
    assert not {"wallet-co", "workplace", "disputes"} & services


def test_those_who_work_are_in_the_world():
    people = {*DEMO_PEOPLE, *COLLEAGUES}
    workers = {name for team in AGENTS.values() for name in team}
    assert workers | set(LEADS.values()) | set(VENDOR_DESK.values()) <= people
    teams = {*DEMO_TEAMS, *TEAMS}
    assert {colleague.team for colleague in COLLEAGUES.values()} <= teams
    assert {*AGENTS, *FIRST_LINE.values(), *NEXT_LINE.values()} <= teams
    assert {facts["support"] for facts in read_estate().services.values()} <= set(AGENTS)


def test_every_language_has_something_to_say_on_every_occasion():
    occasions = {tag: set(lines) for tag, lines in read_talk().items()}
    assert set(occasions) == {"es-MX", "es-CO", "en"}
    assert len(set(map(frozenset, occasions.values()))) == 1


def test_live_alerts_are_of_services_that_there_are():
    assert {told["service"] for told in _catalogue()} <= set(read_estate().services)
    assert len({told["name"] for told in _catalogue()}) == len(_catalogue())
