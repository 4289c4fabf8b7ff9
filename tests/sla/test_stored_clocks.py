"""The stored clocks are those of the replay after whatever was told, and cost what they must."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents import services
from people.models import Team
from sla.clock_laying import lay_clocks, standing
from sla.enums import AgreementKind, EventKind, MarkKind, Metric
from sla.life_clocks import replay_of
from sla.life_events import id_of
from sla.life_services import Happening, correct_moment, lay_life, tell, withdraw
from sla.models import Agreement, Life, LifeClock
from sla.services import set_mark, void_mark
from tests.factories import a_service, a_vendor, an_incident
from tests.sla.agreeing import HOUR, in_force

MINUTE = timedelta(minutes=1)


@pytest.fixture
def opened_at():
    return timezone.now().replace(microsecond=0) - timedelta(days=2)


@pytest.fixture
def vendor(cast, approver, tienda):
    """Agreements with a client, two teams and a vendor."""
    vendor = a_vendor()
    in_force(cast, approver, "gold", client=tienda)
    for metric, slug in [(Metric.RESTORE, "l1"), (Metric.UPDATE_CADENCE, "l2")]:
        team = Team.objects.get(slug=f"payments-{slug}")
        in_force(cast, approver, f"ola-{slug}", 2, metric=metric, kind=AgreementKind.OLA, team=team)
    in_force(cast, approver, "uc", kind=AgreementKind.UC, vendor=vendor)
    return vendor


@pytest.fixture
def incident(cast, vendor, tienda, opened_at):
    service = a_service(cast)
    return an_incident(cast, service=service, client=tienda, impact=1, urgency=1, at=opened_at)


def stored(life):
    return {
        (c.agreement_id, c.metric, c.round): (
            *(c.agreement_version_id, c.priority, c.target, c.state, c.started_at, c.stopped_at),
            *(c.due_at, c.reached_at, c.runs_from, c.elapsed_before),
        )
        for c in life.clocks.all()
    }


def told_again(life, now):
    """By the replay of everything at a later moment, as pages read it."""
    return {
        (id_of(c.agreement), c.metric, c.round): (
            *(id_of(c.version), c.priority, c.target, standing(c), c.started_at, c.stopped_at),
            *(c.due_at, [t.due_at for t in c.thresholds], c.runs_from, c.elapsed_before),
        )
        for c in replay_of(life, now).clocks
    }


def assert_as_told(life, now):
    assert stored(life) == told_again(life, now)
    running = [c.due_at for c in life.clocks.filter(state="running") if c.due_at]
    assert Life.objects.get(pk=life.pk).breaches_at == min(running, default=None)


def test_an_opening_lays_its_clocks(incident, opened_at):
    assert_as_told(incident.life, timezone.now())
    clock = incident.life.clocks.get(agreement__slug="gold")
    quarters = [opened_at + 4 * HOUR * p // 100 for p in (50, 75, 90, 100)]
    assert (clock.state, clock.reached_at, clock.due_at) == ("running", quarters, quarters[-1])
    assert (clock.next_percent, clock.next_due_at) == (50, quarters[0])


KINDS = [
    EventKind.ASSIGNED,
    EventKind.PRIORITIZED,
    EventKind.AGREED,
    EventKind.UPDATED,
    EventKind.RESUMED,
    EventKind.WAITED_FOR_CUSTOMER,
    EventKind.WAITED_FOR_VENDOR,
    EventKind.WAITED_FOR_APPROVAL,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.CANCELLED,
    EventKind.MERGED,
]
VERBS = ["tell"] * 6 + ["correct", "withdraw", "set_mark", "void_mark"]
STEP = st.tuples(
    st.sampled_from(VERBS), st.sampled_from(KINDS), st.integers(0, 46 * 60), st.integers(0, 3)
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, max_size=10), later=st.integers(0, 10**6))
def test_whatever_is_told_the_rows_are_those_of_the_replay(
    cast, incident, vendor, opened_at, steps, later
):
    teams = list(Team.objects.filter(slug__startswith="payments-l").order_by("slug"))
    versions = list(Agreement.objects.order_by("pk").values_list("pk", "versions__pk"))
    life, actor = incident.life, cast.agent_l1

    def happening(kind, pick):
        agreement, version = versions[pick % len(versions)]
        facts = {
            EventKind.ASSIGNED: {"team_id": teams[pick % 2].pk},
            EventKind.PRIORITIZED: {"priority": 1 + pick},
            EventKind.WAITED_FOR_VENDOR: {"vendor_id": vendor.pk},
            EventKind.AGREED: {
                "agreement_id": agreement,
                "agreement_version_id": version if pick % 2 else None,
            },
        }
        return Happening(kind, **facts.get(kind, {}))

    point = transaction.savepoint()
    for verb, kind, minute, pick in steps:
        at = opened_at + minute * MINUTE
        movable = life.events.filter(superseded_at__isnull=True).exclude(kind=EventKind.OPENED)
        mark = (MarkKind.ACKNOWLEDGED, MarkKind.INVESTIGATED, MarkKind.MITIGATED)[pick % 3]
        if verb == "tell":
            tell(life, happening(kind, pick), actor=actor, at=at)
        elif verb == "set_mark":
            set_mark(life, mark, at=at, actor=actor)
        elif verb == "void_mark":
            void_mark(life, mark)
        elif (event := movable.order_by("pk")[pick : pick + 1].first()) is None:
            continue
        elif verb == "correct":
            correct_moment(event, at=at, actor=actor)
        else:
            withdraw(event)
        assert_as_told(life, timezone.now())
    assert_as_told(life, timezone.now() + later * MINUTE)
    transaction.savepoint_rollback(point)


def test_laying_again_writes_nothing(cast, incident):
    services.start_incident(incident, actor=cast.agent_l1)
    before = list(incident.life.clocks.values())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        lay_life(incident.life)
    writes = [q["sql"] for q in queries if not q["sql"].startswith("SELECT")]
    assert [w for w in writes if not w.startswith('UPDATE "sla_life" SET')] == []
    assert list(incident.life.clocks.values()) == before


def test_a_record_without_agreements_costs_no_query_more(cast):
    service = a_service(cast)
    record = an_incident(cast, service=service)
    rows = list(record.life.events.all())
    with CaptureQueriesContext(connection) as queries:
        lay_clocks(record.life, rows)
    assert len(queries) == 0
    assert not record.life.clocks.exists()


def test_a_new_record_takes_four_statements_for_its_clocks(cast, incident):
    rows = list(incident.life.events.all())
    LifeClock.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        lay_clocks(incident.life, rows, is_new=True)
    assert len(queries) == 4  # versions, their targets, the clocks, the life's first breach
