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

pytestmark = pytest.mark.django_db
OURS = {
    *("changes", "significant_changes", "deployments", "incidents", "assets", "services"),
    *("problems", "requests", "account_adjustments", "adjustment_limits"),
    *("agreement_versions", "agreement_months"),
    *("certifications", "one_on_ones", "coaching_sessions"),
    *("accounts", "role_grants", "memberships", "api_tokens"),
    *("vendors", "vendor_contracts", "due_diligences", "vendor_reviews"),
    *("vendor_scorecards", "renewal_decisions", "vendor_budgets", "vendor_savings"),
    *("vendor_attestations", "responsibility_matrices", "vendor_obligations"),
    "vendor_service_reviews",
    *("service_dependencies", "exit_plans"),
    *("sign_ins", "exports", "unsigned_writes", "checkpoints"),
}
"""What there must at least be; other apps may add theirs, and the laws below hold for them too."""


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


def ours() -> list[tuple[str, Population]]:
    return [(name, population) for name, population in POPULATIONS if name in OURS]


def test_there_is_what_we_promise() -> None:
    assert {name for name, _population in ours()} == OURS
    assert [name for name, population in POPULATIONS if population.name != name] == []


def test_members_are_in_the_order_of_their_keys_and_each_is_told_as_json(cast: Any) -> None:
    a_world(cast, 1)
    for name, population in ours():
        items = [item.pk for item in population.members(this_year())]
        assert items, name
        assert items == sorted(items), name
        whole = told(population, this_year())
        assert len({identity for identity, _facts in whole}) == len(items), name
        assert json.loads(json.dumps(whole)) == as_json(whole), name


def test_attributes_are_named_once_explained_and_say_where_they_come_from() -> None:
    for name, population in ours():
        attributes = population.attributes
        assert len({a.name for a in attributes}) == len(attributes), name
        assert [a.name for a in attributes if not (str(a.meaning) and a.source)] == [], name


def test_many_members_ask_as_much_as_few(cast: Any) -> None:
    counted: list[dict[str, int]] = []
    for many in (1, 2):
        a_world(cast, many)
        counted.append({})
        for name, population in ours():
            with CaptureQueriesContext(connection) as asked:
                told(population, this_year())
            counted[-1][name] = len(asked)
    assert counted[0] == counted[1]


def test_every_row_that_tells_of_an_item_is_in_the_ledger(cast: Any) -> None:
    a_world(cast, 1)
    known = set(LedgerEntry.objects.values_list("relation", "key"))
    for name, population in ours():
        rows = population.rows_of(list(population.members(this_year())))
        assert {row for told in rows.values() for row in told} <= known, name


def test_what_is_in_a_period_is_in_one_of_its_halves(cast: Any) -> None:
    """Nothing is lost between them; nothing that happened is in both."""
    a_world(cast, 1)
    whole, middle = this_year(), timezone.localdate() - timedelta(days=20)
    halves = Period(whole.starts_on, middle), Period(middle, whole.ends_on)
    for name, population in ours():
        first, second = ({item.pk for item in population.members(half)} for half in halves)
        assert first | second == {item.pk for item in population.members(whole)}, name
        assert population.is_inventory or not first & second, name
        everything = set(population.everything().values_list("pk", flat=True))
        assert first | second <= everything, name


def test_a_time_before_all_is_empty(cast: Any) -> None:
    a_world(cast, 1)
    long_ago = Period(date(2001, 1, 1), date(2001, 4, 1))
    for name, population in ours():
        assert list(population.members(long_ago)) == [], name
        second = population.second_source
        assert second is None or second(long_ago)["differences"] == [], name
