"""kill -9 of worker and beat while five hundred thresholds fall due: each fires once, in time."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.enums import MessageKind
from notifications.models import Message
from sla.models import Agreement, AgreementVersion, FiredThreshold, Life, LifeClock
from sla.replay import THRESHOLDS
from tests.factories import an_incident
from tests.faults.programs import Program, environment, eventually, python, running, worker_command

DUE = 500
WITHIN = 60.0  # seconds after everything runs again
FALL_DUE_FOR = 20.0  # seconds over which they do


def clocks_about_to_fall_due(cast):
    """The first one now, the others once they are put off; a record behind some of them."""
    agreement = Agreement.objects.create(slug="gold", name="Gold", kind="sla")
    version = AgreementVersion.objects.create(agreement=agreement, number=1)
    records = [an_incident(cast, owner=cast.agent_l1) for _n in range(20)]
    lives = [record.life for record in records]
    lives += Life.objects.bulk_create([Life() for _n in range(DUE - len(lives))])
    begin, target = timezone.now(), timedelta(hours=4)
    moments = [begin, *(begin + timedelta(hours=1, microseconds=n) for n in range(1, DUE))]
    LifeClock.objects.bulk_create(
        LifeClock(
            life=life,
            agreement=agreement,
            agreement_version=version,
            metric="resolve",
            priority=1,
            target=target,
            state="running",
            started_at=due - target / 2,
            runs_from=due - target / 2,
            elapsed_before=timedelta(),
            due_at=due + target / 2,
            reached_at=[due + target * (percent - 50) // 100 for percent in THRESHOLDS],
            next_percent=50,
            next_due_at=due,
        )
        for life, due in zip(lives, moments, strict=True)
    )
    return len(records)


def let_them_fall_due():
    """The others one after the other from now on, as if an hour had passed."""
    begin = timezone.now()
    clocks = list(LifeClock.objects.filter(next_percent=50).order_by("next_due_at"))
    for n, clock in enumerate(clocks):
        clock.next_due_at = begin + timedelta(seconds=FALL_DUE_FOR * n / DUE)
        clock.reached_at = [clock.next_due_at, *clock.reached_at[1:]]
    LifeClock.objects.bulk_update(clocks, ["next_due_at", "reached_at"])
    assert len(clocks) == DUE - 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_thresholds_survive_the_death_of_worker_and_beat(cast, tmp_path):
    told = clocks_about_to_fall_due(cast)
    given = environment(tmp_path)
    worker = Program("worker", worker_command(), given, tmp_path)
    beat = Program("beat", python("manage.py", "beat"), given, tmp_path)
    with running(worker, beat):
        eventually(FiredThreshold.objects.exists, within=60)
        let_them_fall_due()
        for victim in (worker, beat, worker):
            time.sleep(FALL_DUE_FOR / 5)
            victim.kill()
            victim.start()
        time.sleep(FALL_DUE_FOR / 5)
        worker.kill()
        beat.kill()
        time.sleep(FALL_DUE_FOR / 5 + 1)
        missed = LifeClock.objects.filter(next_due_at__lte=timezone.now()).count()
        worker.start()
        beat.start()
        recovered_at = timezone.now()
        eventually(lambda: FiredThreshold.objects.count() >= DUE, within=WITHIN)
        time.sleep(3)
    fired = list(FiredThreshold.objects.values_list("life", "percent", "fired_at"))
    assert Counter((life, percent) for life, percent, _at in fired).most_common(1)[0][1] == 1
    assert len(fired) == DUE
    latest = max(at for _life, _percent, at in fired)
    took = (latest - recovered_at).total_seconds()
    assert took < WITHIN
    print(f"{missed} had fallen due unheard; the last one fired {took:.1f} s after recovery")  # noqa: T201 -- the figure
    assert Message.objects.filter(kind=MessageKind.INCIDENT_CLOCK).count() == told
    assert missed > 0
