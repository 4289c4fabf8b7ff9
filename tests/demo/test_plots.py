"""The plots of the demo world, before anybody tells them: the same for a seed and a day, in the
order of time, and believable in their mixture."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise

import pytest

from incidents.enums import OPEN, PRIORITY_OF, IncidentChannel, Priority, ResolutionCode, Status
from itsm.demo.cues import BACKLOG, OPEN_NOW
from itsm.demo.storms import all_storms
from itsm.demo.weaving import order_of_telling, weave
from records.card_numbers import mask_card_numbers
from sla.clocks import MANDATE

BASE = datetime(2026, 3, 17, 15, tzinfo=UTC)
COUNT = 2_000
MOST_OF_A_TITLE = 12


@pytest.fixture(scope="module")
def plots():
    return weave(1, COUNT, BASE)


def digest(plots, base):
    """Every event that is told, with its moment before the base."""
    told = [
        f"{plot.key}|{plot.title}|{plot.description}|{base - plot.opened_at}|{plot.steps}"
        for plot in plots
    ]
    return sha256("\n".join(sorted(told)).encode()).hexdigest()


def steps_of(plots, verb):
    return [step for plot in plots for step in plot.steps if step.verb == verb]


def test_there_are_as_many_as_wanted(plots):
    assert len(plots) == COUNT
    assert [plot.number for plot in plots] == list(range(COUNT))


def test_the_same_seed_and_day_tell_the_same(plots):
    assert digest(weave(1, COUNT, BASE), BASE) == digest(plots, BASE)


def test_another_seed_tells_something_else(plots):
    assert digest(weave(2, COUNT, BASE), BASE) != digest(plots, BASE)


def test_every_status_is_there(plots):
    told = Counter(plot.status for plot in plots)
    assert set(told) == set(Status) - {Status.MERGED}  # what is merged is told of two at once
    assert {status: told[status] for status in OPEN} == Counter([*OPEN_NOW, *BACKLOG])


def test_every_channel_priority_and_resolution_is_there(plots):
    assert {plot.channel for plot in plots} == set(IncidentChannel.values)
    assert {PRIORITY_OF[plot.impact, plot.urgency] for plot in plots} == set(Priority)
    codes = {step.details["code"] for step in steps_of(plots, "resolve")}
    assert codes >= set(ResolutionCode) - {ResolutionCode.DUPLICATE}


def test_critical_incidents_are_rare(plots):
    priorities = Counter(PRIORITY_OF[plot.impact, plot.urgency] for plot in plots)
    assert 0.02 < priorities[1] / COUNT < 0.06
    assert priorities[1] < priorities[2] < priorities[3]


def test_both_languages_are_spoken(plots):
    spoken = Counter(plot.language for plot in plots)
    assert set(spoken) == {"es", "en"}
    assert 0.15 < spoken["en"] / COUNT < 0.4


def test_no_title_stands_too_often(plots):
    titles = Counter(plot.title for plot in plots)
    assert titles.most_common(1)[0][1] <= MOST_OF_A_TITLE
    assert len(titles) > 0.75 * COUNT


def test_no_one_says_the_same_twice_in_an_incident(plots):
    for plot in plots:
        said = [step.details["text"] for step in plot.steps if step.verb == "comment"]
        assert len(set(said)) == len(said), plot.title


def test_nothing_happens_after_the_base(plots):
    for plot in plots:
        last = plot.steps[-1].after if plot.steps else timedelta()
        assert plot.opened_at + last <= BASE


def test_all_of_it_lies_in_one_year(plots):
    assert min(plot.opened_at for plot in plots) > BASE - timedelta(days=400)


def test_steps_and_marks_are_in_the_order_of_time(plots):
    for plot in plots:
        moments = [step.after for step in plot.steps]
        assert all(before <= after for before, after in pairwise(moments)), plot.title
        started_at = plot.started_at or plot.detected_at
        assert started_at <= plot.detected_at <= plot.opened_at


def test_what_is_over_was_resolved(plots):
    for plot in plots:
        if plot.status in (Status.RESOLVED, Status.CLOSED):
            assert "resolve" in {step.verb for step in plot.steps}, plot.title


def test_some_were_reopened_and_some_numbers_were_careless(plots):
    assert len(steps_of(plots, "reopen")) > 20
    papers = [step.details["text"] for step in steps_of(plots, "attach")]
    assert len(papers) > 100
    assert any(mask_card_numbers(text)[1] for text in papers)


def test_only_papers_hold_what_looks_like_a_card_number(plots):
    texts = [
        plot.title + plot.description + str([s for s in plot.steps if s.verb != "attach"])
        for plot in plots
    ]
    assert mask_card_numbers("\n".join(texts))[1] == 0


def test_what_is_linked_was_told_before(plots):
    places = {plot.number: place for place, plot in enumerate(order_of_telling(plots))}
    links = [
        (plot.number, step.details) for plot in plots for step in plot.steps if step.verb == "link"
    ]
    assert {details["kind"] for _number, details in links} == {
        "related",
        "duplicate_of",
        "caused_by",
        "child_of",
    }
    assert all(places[details["target"]] < places[number] for number, details in links)


def test_those_open_now_are_told_first_and_then_the_latest_weeks(plots):
    told = order_of_telling(plots)
    assert all(plot.is_first for plot in told[:23])
    assert told[23].opened_at > BASE - timedelta(days=40)
    assert told[-1].opened_at < BASE - timedelta(days=300)


def test_storms_stand_out(plots):
    for storm in all_storms():
        part = [plot for plot in plots if plot.storm == storm.name]
        assert len(part) == 1 + len(storm.others)
        leader, *others = part
        assert PRIORITY_OF[leader.impact, leader.urgency] == Priority.P1
        linked = {step.details["target"] for step in steps_of(others, "link")}
        assert linked == {leader.number}
        assert max(plot.opened_at for plot in part) - leader.opened_at < timedelta(hours=2)


def test_more_happens_on_pay_days_and_in_the_buen_fin(plots):
    by_day = Counter(plot.opened_at.astimezone(UTC).date() for plot in plots)
    usual = COUNT / 365
    pay_days = [date(2026, 2, 27), date(2025, 10, 31), date(2025, 12, 15)]
    sales = [date(2025, 11, 14), date(2025, 11, 15)]
    assert all(by_day[day] > 2 * usual for day in pay_days)
    assert sum(by_day[day] for day in sales) > 5 * usual


def test_people_sleep(plots):
    def share_at_night(channel):
        hours = [(p.opened_at.hour - 6) % 24 for p in plots if p.channel == channel]
        return sum(hour < 6 for hour in hours) / len(hours)

    assert share_at_night("phone") < 0.08 < share_at_night("monitoring")


def test_the_mandate_is_met_more_often_now_than_a_year_ago(plots):
    then, now = rate_met(plots, 240, 365), rate_met(plots, 0, 120)
    assert 0.1 < then < 0.5 < now < 0.85


def rate_met(plots, nearest, farthest):
    """Of the urgent ones so many days ago: how many were investigated in time."""
    within = next(target.within for target in MANDATE if target.metric == "investigate")
    met = []
    for plot in plots:
        is_urgent = PRIORITY_OF[plot.impact, plot.urgency] <= Priority.P2
        if is_urgent and nearest <= (BASE - plot.opened_at).days < farthest:
            for step in steps_of([plot], "investigated"):
                met.append(plot.opened_at + step.after - plot.detected_at <= within)
    return sum(met) / len(met)


def test_no_slot_is_left_and_titles_fit(plots):
    for plot in plots:
        said = [text for step in plot.steps for text in step.details.values()]
        texts = [plot.title, plot.description, *map(str, said)]
        assert not [text for text in texts if "{" in text or "}" in text]
        assert len(plot.title) <= 200


@pytest.mark.parametrize("count", [0, 1, 40, 300])
def test_smaller_worlds_are_told_as_well(count):
    assert len(weave(3, count, BASE)) == count


@pytest.mark.parametrize("months", range(1, 13, 3))
def test_any_day_will_do(months):
    base = BASE + timedelta(days=30 * months, hours=months)
    plots = weave(7, 300, base)
    assert max(p.opened_at + (p.steps[-1].after if p.steps else timedelta()) for p in plots) <= base
    assert Counter(p.status for p in plots if p.status in OPEN) >= Counter(OPEN_NOW)
