"""The plots of the demo world, before anybody tells them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from incidents.enums import OPEN, PRIORITY_OF
from itsm.demo.crew import AGENTS, COLLEAGUES, LEADS
from itsm.demo.estate import read_estate
from itsm.demo.plots import OPEN_NOW, order_of_telling, write_plots
from itsm.demo.stories import all_stories
from people.demo_cast import DEMO_PEOPLE, DEMO_TEAMS
from records.card_numbers import mask_card_numbers

BASE = datetime(2026, 3, 17, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def plots():
    return write_plots(1, 300, BASE)


def digest(plots):
    told = sorted(f"{plot.title}|{plot.description}|{plot.status}" for plot in plots)
    return sha256("\n".join(told).encode()).hexdigest()


def test_the_same_seed_tells_the_same(plots):
    assert write_plots(1, 300, BASE) == plots


def test_on_another_day_the_same_happens_at_other_moments(plots):
    later = write_plots(1, 300, BASE + timedelta(days=40, hours=7))
    assert digest(later) == digest(plots)


def test_another_seed_tells_something_else(plots):
    assert digest(write_plots(2, 300, BASE)) != digest(plots)


def test_every_open_status_is_there(plots):
    assert Counter(plot.status for plot in plots if plot.status in OPEN) == Counter(OPEN_NOW)


def test_nothing_happens_after_the_base(plots):
    for plot in plots:
        last = plot.steps[-1].after if plot.steps else timedelta()
        assert plot.opened_at + last <= BASE


def test_steps_are_in_the_order_of_time(plots):
    for plot in plots:
        moments = [step.after for step in plot.steps]
        assert moments == sorted(moments)


def test_what_is_linked_was_told_before(plots):
    places = {plot.number: place for place, plot in enumerate(order_of_telling(plots))}
    links = [
        (plot.number, step.details["target"])
        for plot in plots
        for step in plot.steps
        if step.verb == "link"
    ]
    assert links
    assert all(places[target] < places[number] for number, target in links)


def test_both_languages_are_spoken(plots):
    spoken = Counter(plot.language for plot in plots)
    assert set(spoken) == {"es", "en"}
    assert 0.15 < spoken["en"] / len(plots) < 0.4


def test_critical_incidents_are_rare_and_there(plots):
    priorities = Counter(PRIORITY_OF[plot.impact, plot.urgency] for plot in plots)
    assert 3 <= priorities[1] < priorities[2] < priorities[3]


def test_more_happens_around_pay_days(plots):
    by_day = Counter(plot.opened_at.date() for plot in plots)
    assert by_day[datetime(2026, 2, 27, tzinfo=UTC).date()] > 2 * len(plots) / 120


def test_no_slot_is_left_and_titles_fit(plots):
    for plot in plots:
        said = [text for step in plot.steps for text in step.details.values()]
        texts = [plot.title, plot.description, *map(str, said)]
        assert not [text for text in texts if "{" in text or "}" in text]
        assert len(plot.title) <= 200


def test_nothing_looks_like_a_card_number(plots):
    texts = [plot.title + plot.description + str(plot.steps) for plot in plots]
    assert mask_card_numbers("\n".join(texts))[1] == 0


def test_stories_name_what_there_is():
    estate = read_estate()
    for story in all_stories():
        assert story.service in estate.services
        assert set(story.assets) <= set(estate.assets)
        assert story.vendor in {"", *estate.vendors}
        assert bool(story.vendor_notes) <= bool(story.vendor)


def test_dependencies_name_what_there_is():
    estate = read_estate()
    needed = {n for _a, _kind, n in estate.needs_of_assets()}
    needed |= {n for _s, n in estate.needs_of_services()}
    assert needed <= set(estate.assets)
    assert {facts.get("vendor") for facts in estate.assets.values()} <= {None, *estate.vendors}


def test_those_who_work_are_in_the_world():
    people = {*DEMO_PEOPLE, *COLLEAGUES}
    workers = {name for team in AGENTS.values() for name in team} | set(LEADS.values())
    assert workers <= people
    assert {colleague.team for colleague in COLLEAGUES.values()} <= set(DEMO_TEAMS)
