"""Every registered population: ordered, unique, constant in queries, and true to the ledger."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import LedgerEntry
from evidence.period import Period
from evidence.populations import POPULATIONS, Population
from evidence.telling import as_json
from tests.evidence.world import a_world
from tests.ledger import seal_here

NAMES = sorted(name for name, _population in POPULATIONS)


def this_year() -> Period:
    today = timezone.localdate()
    return Period(today - timedelta(days=300), today + timedelta(days=2))


def told(population: Population, period: Period) -> list[tuple[str, dict[str, Any]]]:
    """What a pack reads of a population: everything about every member."""
    items = list(population.members(period))
    stories = population.story(items) if population.story else {}
    files = population.attachments(items) if population.attachments else {}
    rows = population.rows_of(items)
    return [
        (
            population.identity(item),
            {a.name: as_json(a.value(item)) for a in population.attributes}
            | {
                "moment": as_json(population.moment_of(item)),
                "story": stories.get(item.pk),
                "files": [file.sha256 for file in files.get(item.pk, [])],
                "rows": rows[item.pk],
                "breaches": {r.name: list(r.breaches(item)) for r in population.segregation},
                "stratum": population.strata(item) if population.strata else "",
            },
        )
        for item in items
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_population_is_ordered_unique_and_json(name: str, cast: Any) -> None:
    a_world(cast, 1)
    population = POPULATIONS[name]
    items = list(population.members(this_year()))
    assert items
    assert [item.pk for item in items] == sorted(item.pk for item in items)
    whole = told(population, this_year())
    assert len({identity for identity, _facts in whole}) == len(items)
    assert json.loads(json.dumps(whole)) == as_json(whole)


@pytest.mark.parametrize("name", NAMES)
def test_attributes_are_named_once_and_explained(name: str) -> None:
    attributes = POPULATIONS[name].attributes
    assert len({a.name for a in attributes}) == len(attributes)
    assert all(str(a.meaning) and a.source for a in attributes)


@pytest.mark.parametrize("name", NAMES)
def test_many_members_ask_as_much_as_few(name: str, cast: Any) -> None:
    population = POPULATIONS[name]
    counted = []
    for _more in range(2):
        a_world(cast, 1 + len(counted))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            told(population, this_year())
        counted.append(len(asked))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("name", NAMES)
def test_every_row_that_tells_of_an_item_is_in_the_ledger(name: str, cast: Any) -> None:
    a_world(cast, 1)
    seal_here()
    known = set(LedgerEntry.objects.values_list("relation", "key"))
    rows = POPULATIONS[name].rows_of(list(POPULATIONS[name].members(this_year())))
    assert rows
    assert {row for told in rows.values() for row in told} <= known


@pytest.mark.parametrize("name", NAMES)
def test_counts_add_up(name: str, cast: Any) -> None:
    """What is in a long period is in one of its two halves, and nothing is in both."""
    a_world(cast, 1)
    population, whole = POPULATIONS[name], this_year()
    middle = timezone.localdate() - timedelta(days=20)
    halves = Period(whole.starts_on, middle), Period(middle, whole.ends_on)
    parts = [set(population.members(half).values_list("pk", flat=True)) for half in halves]
    everything = set(population.members(whole).values_list("pk", flat=True))
    is_moved = not population.is_inventory
    assert parts[0] | parts[1] == everything
    assert not is_moved or not parts[0] & parts[1]
    assert everything <= set(population.everything().values_list("pk", flat=True))


@pytest.mark.parametrize("name", NAMES)
def test_a_population_of_another_time_is_empty(name: str, cast: Any) -> None:
    a_world(cast, 1)
    long_ago = Period(date(2001, 1, 1), date(2001, 4, 1))
    assert list(POPULATIONS[name].members(long_ago)) == []
    second = POPULATIONS[name].second_source
    assert second is None or second(long_ago)["differences"] == []
