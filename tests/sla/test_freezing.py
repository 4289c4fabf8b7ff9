"""A month is frozen as it is known, works out again to the same bytes, and is restated."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from audit.context import Channel, acting
from core.errors import NotAllowed, ValidationError
from incidents import services
from records.jobs import run_next_job
from sla.enums import EventKind
from sla.freezing import Month, figures_of, freeze, month_before, recomputed
from sla.life_services import correct_moment
from sla.models import MonthlyStatement
from sla.statement_services import freeze_last_months, freeze_month
from tests.factories import an_incident
from tests.sla.agreeing import HOUR, in_force

pytestmark = pytest.mark.django_db

OCTOBER = date(2025, 10, 1)
CLOSE = datetime(2025, 11, 2, 12, tzinfo=UTC)


def told(at, tell):
    """As it was told then, past knowledge included."""
    with acting(channel=Channel.DEMO, at=at):
        return tell()


def resolved(cast, client, at, hours):
    incident = told(at, lambda: an_incident(cast, client=client, impact=1, urgency=1, at=at))
    if hours is None:
        return incident
    end = at + hours * HOUR
    told(end, lambda: services.start_incident(incident, actor=cast.agent_l1, at=end))
    facts = {"resolution_code": "fixed", "resolution": "Restarted."}
    return told(
        end, lambda: services.resolve_incident(incident, actor=cast.agent_l1, at=end, **facts)
    )


@pytest.fixture
def agreement(cast, approver, tienda):
    start = datetime(2025, 9, 1, tzinfo=UTC)
    return told(start, lambda: in_force(cast, approver, "gold", client=tienda)).agreement


@pytest.fixture
def october(cast, agreement, tienda):
    """Two in time, one too late, one that still runs late; one resolved in September and one in
    November of Mexico, which is not yet November of UTC."""
    day = datetime(2025, 10, 10, 9, tzinfo=UTC)
    found = [resolved(cast, tienda, day, hours) for hours in (1, 2, 9, None)]
    resolved(cast, tienda, datetime(2025, 9, 20, tzinfo=UTC), 1)
    resolved(cast, tienda, datetime(2025, 11, 1, 5, tzinfo=UTC), 2)
    return found


FIGURES = {"met": 2, "breached": 1, "late": 1, "n": 3, "elapsed": 12 * 3600 * 10**6}


def test_a_month_is_frozen_and_works_out_again_to_the_same_bytes(cast, agreement, october):
    assert freeze(agreement, OCTOBER, actor=cast.service_manager, now=CLOSE) == "frozen"
    (row,) = MonthlyStatement.objects.all()
    assert figures_of(row.content) == {"resolve": FIGURES}
    assert recomputed(row) == row.content
    later = CLOSE + timedelta(days=20)
    assert freeze(agreement, OCTOBER, actor=None, now=later) == "unchanged"
    assert MonthlyStatement.objects.count() == 1


def test_a_correction_leaves_what_was_frozen_and_is_a_restatement(cast, agreement, october):
    freeze(agreement, OCTOBER, actor=None, now=CLOSE)
    (frozen,) = MonthlyStatement.objects.all()
    end = october[2].life.events.get(kind=EventKind.RESOLVED)
    corrected = CLOSE + timedelta(days=1)
    told(
        corrected,
        lambda: correct_moment(end, at=end.at - 6 * HOUR, actor=cast.service_manager),
    )
    assert freeze(agreement, OCTOBER, actor=None, now=CLOSE + timedelta(days=2)) == "restated"
    first, second = MonthlyStatement.objects.order_by("number")
    assert (first.content, recomputed(first)) == (frozen.content, frozen.content)
    assert figures_of(second.content)["resolve"] == FIGURES | {
        "met": 3,
        "breached": 0,
        "elapsed": 6 * 3600 * 10**6,
    }
    assert recomputed(second) == second.content


def test_a_month_ends_by_the_clocks_of_its_zone(agreement):
    month = Month(OCTOBER, "America/Mexico_City")
    assert month.starts_at == datetime(2025, 10, 1, 6, tzinfo=UTC)
    assert month.ends_at == datetime(2025, 11, 1, 6, tzinfo=UTC)
    assert freeze(agreement, OCTOBER, actor=None, now=month.ends_at) == "early"
    assert not MonthlyStatement.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sla_monthlystatement SET content = '{}'",
        "DELETE FROM sla_monthlystatement",
        "INSERT INTO sla_monthlystatement (agreement_id, month, number, known_at, content, digest)"
        " SELECT agreement_id, month, 1, known_at, '{}', digest FROM sla_monthlystatement",
        "INSERT INTO sla_monthlystatement (agreement_id, month, number, known_at, content, digest)"
        " SELECT agreement_id, '2025-10-02', 0, known_at, content, digest"
        " FROM sla_monthlystatement",
    ],
)
def test_the_database_keeps_what_is_frozen(agreement, statement):
    freeze(agreement, OCTOBER, actor=None, now=CLOSE)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        connection.cursor().execute(statement)
    assert MonthlyStatement.objects.get().number == 0


def test_a_job_freezes_the_last_months_and_a_second_finds_them_unchanged(cast, agreement, october):
    for result in ({"frozen": 3}, {"unchanged": 3}):
        freeze_last_months(at=datetime(2025, 12, 2, 6, tzinfo=UTC))
        job = run_next_job()
        job.refresh_from_db()
        assert (job.state, job.error, job.result) == ("done", "", result)
    months = MonthlyStatement.objects.order_by("month").values_list("month", flat=True)
    assert list(months) == [date(2025, 9, 1), OCTOBER, date(2025, 11, 1)]


def test_who_asks_for_which_month(cast, agreement):
    with pytest.raises(NotAllowed):
        freeze_month(agreement, actor=cast.agent_l1, month=OCTOBER, at=CLOSE)
    with pytest.raises(ValidationError, match="not over"):
        freeze_month(agreement, actor=cast.service_manager, month=date(2025, 11, 1), at=CLOSE)
    job = freeze_month(agreement, actor=cast.service_manager, month=OCTOBER, at=CLOSE)
    assert job.params["months"] == ["2025-10-01"]
    assert month_before(date(2025, 1, 15)) == date(2024, 12, 1)
