"""Conflicts as they are found, refused, answered and told: after every cause, by SQL too."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.utils import timezone

from assets.models import Dependency
from changes import services
from changes.enums import ConflictStatus
from changes.foresight import conflicts_if
from changes.models import Change, Conflict, ConflictCheck
from changes.rules import is_free_of_conflicts
from core.errors import NotAllowed, Refused, ValidationError
from notifications.models import Message
from people.duty import ON_DUTY
from tests.cast import assemble_cast
from tests.changes.test_freezes import a_freeze, let_in
from tests.factories import a_change, a_service, an_asset

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def dependency(needs, **of):
    return Dependency.objects.create(
        needs=needs, kind="hosting", starts_on=timezone.localdate() - DAY, **of
    )


def told(change, **by):
    """(kind, severity, status) of what is not resolved, sorted."""
    rows = Conflict.objects.of(change).exclude(status="resolved").filter(**by)
    return sorted(rows.values_list("kind", "severity", "status"))


def blocking(change):
    return [(kind, status) for kind, severity, status in told(change) if severity == "blocking"]


def a_pair(cast, status="draft", *, first="draft"):
    """Two changes of one service for the same time, done by two people."""
    service = a_service(cast)
    one = a_change(cast, first, services=[service])
    second = a_change(
        cast, status, services=[service], builder=cast.agent_l2, implementer=cast.agent_l2
    )
    return one, second


def worker():
    """What the worker does until nothing is left."""
    assert services.check_conflicts(lambda: False) is False
    assert not ConflictCheck.objects.exists()


def accept(change, user, why="Both teams agreed to go one after the other."):
    (one,) = Conflict.objects.of(change).filter(status="open", severity="blocking")
    return services.accept_conflict(change, actor=user, conflict=one.pk, acceptance=why)


# --- Found when the change itself is told --------------------------------------------------------


def test_a_pair_is_one_row_that_both_sides_see(cast):
    first, second = a_pair(cast)
    assert blocking(first) == blocking(second) == [("same_service", "open")]
    (row,) = Conflict.objects.filter(kind="same_service")
    assert (row.change, row.other) == (first, second)
    assert row.span == (second.planned_start_at, first.planned_end_at)


def test_every_pair_is_listed(cast):
    service = a_service(cast)
    changes = [a_change(cast, services=[service]) for _ in range(4)]
    assert Conflict.objects.filter(kind="same_service").count() == 6
    assert [Conflict.objects.of(c).filter(kind="same_service").count() for c in changes] == [3] * 4


def test_what_shares_nothing_is_in_nobodys_way(cast):
    change = a_change(cast)
    a_change(cast, builder=cast.agent_l2, implementer=cast.agent_l2)
    assert told(change) == []


def test_nothing_named_is_a_conflict_until_something_is(cast):
    change = a_change(cast, services=[])
    assert told(change) == [("nothing_named", "blocking", "open")]
    services.edit_change(change, actor=cast.requester, services=[a_service(cast)])
    assert told(change) == []
    assert Conflict.objects.get().status == "resolved"


def test_moving_it_away_resolves_and_moving_it_back_opens(cast):
    first, second = a_pair(cast)
    services.edit_change(
        first,
        actor=cast.requester,
        planned_start_at=first.planned_start_at + DAY,
        planned_end_at=first.planned_end_at + DAY,
    )
    assert told(second) == []
    first.refresh_from_db()
    services.edit_change(
        first,
        actor=cast.requester,
        planned_start_at=first.planned_start_at - DAY,
        planned_end_at=first.planned_end_at - DAY,
    )
    assert blocking(second) == [("same_service", "open")]
    assert Conflict.objects.filter(kind="same_service").count() == 1


def test_what_is_cancelled_is_in_nobodys_way(cast):
    first, second = a_pair(cast)
    services.cancel_change(second, actor=cast.requester, note="Not wanted.")
    assert told(first) == []


def test_what_is_over_is_in_nobodys_way(cast):
    past = timezone.now() - DAY
    given = {"planned_start_at": past, "planned_end_at": past + HOUR, "services": [a_service(cast)]}
    change = a_change(cast, **given)
    a_change(cast, **given)
    assert told(change) == []


def test_a_task_makes_its_assignee_busy_for_its_own_time(cast):
    change = a_change(cast)
    other = a_change(cast, builder=cast.agent_l2, implementer=cast.agent_l1)
    start = other.planned_start_at + HOUR
    task = services.plan_task(
        other,
        actor=cast.requester,
        title="Watch the queue",
        assignee=cast.implementer,
        planned_start_at=start,
        planned_end_at=start + HOUR / 2,
    )
    (row,) = Conflict.objects.of(change).filter(kind="same_person")
    assert (row.starts_at, row.ends_at) == (start, start + HOUR / 2)
    assert row.people == [cast.implementer.person_id]
    services.skip_task(task, actor=cast.requester)
    assert told(change) == []


def test_a_freeze_is_listed_and_its_own_rule_refuses(cast):
    change = a_change(cast, "approved")
    freeze = a_freeze(cast)
    worker()
    assert told(change) == [("freeze", "freeze", "open")]
    assert is_free_of_conflicts(change, None) is None
    let_in(cast, change, freeze)
    assert told(change) == []


def test_support_that_is_known_to_be_missing_blocks(cast, monkeypatch):
    change = a_change(cast)
    assert told(change) == []
    monkeypatch.setitem(ON_DUTY._entries, "test", lambda team, at: [])
    services.refresh_conflicts(change)
    assert told(change) == [("no_support", "blocking", "open")]


# --- Found when something else is altered --------------------------------------------------------


def test_a_new_dependency_is_found_and_its_end_resolves_it(cast):
    service, asset = a_service(cast), an_asset(cast)
    change = a_change(cast, services=[service])
    other = a_change(
        cast, services=[], assets=[asset], builder=cast.agent_l2, implementer=cast.agent_l2
    )
    worker()
    assert told(change) == told(other) == []
    link = dependency(asset, service=service)
    worker()
    assert told(change) == told(other) == [("dependency", "blocking", "open")]
    Dependency.objects.filter(pk=link.pk).update(ends_on=timezone.localdate())
    worker()
    assert told(change) == []


def test_a_dependency_deep_below_is_found(cast):
    service, top, middle, bottom = a_service(cast), an_asset(cast), an_asset(cast), an_asset(cast)
    dependency(top, service=service)
    dependency(middle, asset=top)
    change = a_change(cast, services=[service])
    a_change(cast, services=[], assets=[bottom], builder=cast.agent_l2, implementer=cast.agent_l2)
    worker()
    dependency(bottom, asset=middle)
    worker()
    (row,) = Conflict.objects.of(change)
    assert (row.kind, row.severity, row.steps) == ("dependency", "warning", 3)


def test_raw_sql_that_moves_a_change_is_found(cast):
    first, second = a_pair(cast)
    worker()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE changes_change SET planned_start_at = planned_start_at + interval '1 day',"
            " planned_end_at = planned_end_at + interval '1 day' WHERE id = %s",
            [first.pk],
        )
    worker()
    assert told(second) == []


def test_raw_sql_that_names_a_service_is_found(cast):
    first, second = a_change(cast), a_change(cast)
    worker()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE changes_affectedservice SET service_id = %s WHERE change_id = %s",
            [first.services.get().pk, second.pk],
        )
        cursor.execute("DELETE FROM changes_affectedservice WHERE change_id = %s", [second.pk])
        cursor.execute(
            "INSERT INTO changes_affectedservice (change_id, service_id) VALUES (%s, %s)",
            [second.pk, first.services.get().pk],
        )
    worker()
    assert blocking(first) == [("same_service", "open")]


def test_an_account_that_turns_out_to_be_somebody_else_is_found(cast):
    change = a_change(cast)
    a_change(cast, builder=cast.agent_l2, implementer=cast.agent_l2)
    worker()
    cast.agent_l2.person = cast.implementer.person
    cast.agent_l2.save()
    worker()
    assert told(change) == [("same_person", "warning", "open")]


def test_another_country_of_a_service_brings_it_into_a_freeze(cast):
    service = a_service(cast)
    change = a_change(cast, services=[service])
    a_freeze(cast, countries=["CO"])
    worker()
    assert told(change) == []
    service.countries = ["CO", "MX"]
    service.save()
    worker()
    assert told(change) == [("freeze", "freeze", "open")]


def test_the_end_of_a_freeze_is_found(cast):
    change = a_change(cast)
    freeze = a_freeze(cast)
    worker()
    services.end_freeze(freeze, actor=None, note="Over.")
    worker()
    assert told(change) == []


def test_the_nightly_sweep_finds_what_was_missed(cast):
    first, second = a_pair(cast)
    worker()
    Conflict.objects.update(status="resolved", resolved_at=timezone.now())
    assert services.sweep_conflicts() == 2
    worker()
    assert blocking(first) == blocking(second) == [("same_service", "open")]


def test_looking_again_writes_nothing_where_nothing_is_other(cast):
    first, _second = a_pair(cast)
    assert services.refresh_conflicts(first) == 0


# --- What an open one refuses --------------------------------------------------------------------


def test_an_open_conflict_with_an_approved_change_refuses_to_schedule(cast, refuses):
    first, second = a_pair(cast, "approved", first="approved")
    with refuses(Refused, rf"conflicts are open: Same service \({second.reference}\)"):
        services.schedule_change(first, actor=cast.requester)
    accept(first, cast.service_manager)
    assert services.schedule_change(first, actor=cast.requester).status == "scheduled"


def test_what_is_merely_wished_for_holds_nobody_up(cast):
    first, second = a_pair(cast, "submitted", first="approved")
    assert blocking(first) == [("same_service", "open")]
    assert services.schedule_change(first, actor=cast.requester).status == "scheduled"
    assert str(is_free_of_conflicts(second, None)) == (
        f"conflicts are open: Same service ({first.reference})"
    )


def test_a_dependency_of_a_moment_ago_refuses_to_start(cast, refuses):
    service, asset = a_service(cast), an_asset(cast)
    change = a_change(cast, "scheduled", services=[service])
    other = a_change(cast, "approved", services=[a_service(cast)], assets=[asset])
    dependency(asset, service=service)
    with refuses(Refused, other.reference):
        services.start_change(change, actor=cast.implementer)


def test_the_database_refuses_to_begin_with_a_blocking_conflict_open(cast):
    first, _second = a_pair(cast, "approved", first="approved")
    for status in ("scheduled", "implementing"):
        with (
            pytest.raises(IntegrityError, match="a conflict is open"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "UPDATE changes_change SET status = %s, actual_start_at = now() WHERE id = %s",
                [status, first.pk],
            )
    first.refresh_from_db()
    assert first.status == "approved"


def test_nobody_learns_from_a_refusal_of_a_change_they_do_not_see(cast):
    first, _second = a_pair(cast, "approved", first="approved")
    reason = str(is_free_of_conflicts(first, cast.norole))
    assert reason == "conflicts are open: Same service"


# --- Accepting -----------------------------------------------------------------------------------


def test_who_accepted_why_and_when_stands_on_it(cast):
    first, second = a_pair(cast)
    one = accept(second, cast.service_manager, "They run on separate nodes.")
    assert (one.status, one.accepted_by, one.acceptance) == (
        "accepted",
        cast.service_manager,
        "They run on separate nodes.",
    )
    assert one.accepted_at is not None
    assert blocking(first) == [("same_service", "accepted")]
    assert one.history.first().history_action == "change.accept_conflict"


def test_nobody_with_a_part_in_either_accepts_what_blocks(cast, refuses):
    _first, second = a_pair(cast)
    for name in ("requester", "implementer"):
        with refuses(NotAllowed):
            accept(second, cast[name])


def test_without_a_reason_nothing_is_accepted(cast, refuses):
    first, _second = a_pair(cast)
    with refuses(ValidationError):
        accept(first, cast.service_manager, "  ")


@pytest.mark.parametrize("name", ["agent_l1", "auditor", "vendor_manager"])
def test_whose_role_does_not_include_it_accepts_nothing(cast, refuses, name):
    first, _second = a_pair(cast)
    with refuses((NotAllowed, Change.DoesNotExist)):
        accept(first, cast[name])


def test_a_warning_may_be_accepted_by_who_does_the_work(cast):
    change = a_change(cast)
    a_change(cast)
    (one,) = Conflict.objects.of(change)
    assert one.kind == "same_person"
    services.accept_conflict(change, actor=cast.requester, conflict=one.pk, acceptance="Both fit.")
    assert told(change) == [("same_person", "warning", "accepted")]


def test_freezes_and_nothing_named_are_not_accepted(cast, refuses):
    change = a_change(cast, services=[])
    a_freeze(cast)
    worker()
    for one in Conflict.objects.of(change):
        with refuses(NotAllowed):
            services.accept_conflict(
                change, actor=cast.service_manager, conflict=one.pk, acceptance="It is fine."
            )


def test_the_database_refuses_an_acceptance_by_somebody_involved(cast):
    first, _second = a_pair(cast)
    rows = Conflict.objects.of(first).filter(kind="same_service")
    given = {"status": "accepted", "accepted_at": timezone.now(), "acceptance": "Mine."}
    with pytest.raises(IntegrityError, match="nobody involved"), transaction.atomic():
        rows.update(accepted_by=cast.agent_l2, **given)
    rows.update(accepted_by=cast.service_manager, **given)
    assert rows.get().status == "accepted"


def test_an_accepted_one_stays_so_while_it_is_the_same(cast):
    first, second = a_pair(cast)
    accept(first, cast.service_manager)
    services.edit_change(second, actor=cast.requester, title="Renew the certificate")
    services.refresh_conflicts(first)
    assert blocking(first) == [("same_service", "accepted")]


def test_an_accepted_one_that_comes_back_the_same_is_still_accepted(cast):
    first, second = a_pair(cast)
    accept(first, cast.service_manager)
    service = first.services.get()
    services.edit_change(second, actor=cast.requester, services=[a_service(cast)])
    assert told(first) == []
    second.refresh_from_db()
    services.edit_change(second, actor=cast.requester, services=[service])
    assert blocking(first) == [("same_service", "accepted")]


def test_an_accepted_one_with_another_overlap_is_open_again(cast):
    first, second = a_pair(cast)
    accept(first, cast.service_manager)
    services.edit_change(second, actor=cast.requester, planned_end_at=second.planned_end_at - HOUR)
    assert blocking(first) == [("same_service", "open")]
    (row,) = Conflict.objects.of(first).filter(kind="same_service")
    assert (row.accepted_by, row.acceptance) == (None, "")


# --- Who hears of it -----------------------------------------------------------------------------


def told_of(kind="change_conflict"):
    rows = Message.objects.filter(kind=kind)
    return sorted(rows.values_list("recipient__username", "reference"))


def test_owners_of_both_hear_of_a_new_blocking_conflict_and_not_what_it_is_with(cast):
    service = a_service(cast)
    first = a_change(cast, "submitted", services=[service], requester=cast.team_lead)
    second = a_change(cast, services=[service], builder=None, implementer=cast.agent_l2)
    assert told_of() == []
    services.submit_change(second, actor=cast.requester)
    assert told_of() == [
        ("agent_l2", second.reference),
        ("implementer", first.reference),
        ("team_lead", first.reference),
    ]
    assert second.reference not in str(Message.objects.filter(reference=first.reference).values())
    services.refresh_conflicts(first)
    assert len(told_of()) == 3


# --- What another plan would do ------------------------------------------------------------------


def test_another_window_tells_what_comes_what_stays_and_what_goes(cast):
    first, second = a_pair(cast)
    start = first.planned_start_at + 3 * DAY
    third = a_change(
        cast,
        services=[first.services.get()],
        builder=cast.agent_l1,
        implementer=cast.agent_l1,
        planned_start_at=start,
        planned_end_at=start + HOUR,
    )
    before = Conflict.objects.values_list("pk", "status")
    found = conflicts_if(first, window=(start, start + 2 * HOUR))
    assert [(one.other, one.clash.kind) for one in found.coming] == [(third.pk, "same_service")]
    assert found.staying == []
    assert [(row.other_id, row.kind) for row in found.going] == [(second.pk, "same_service")]
    assert list(Conflict.objects.values_list("pk", "status")) == list(before)


def test_the_window_it_has_changes_nothing(cast):
    first, _second = a_pair(cast)
    found = conflicts_if(first, window=first.window)
    assert (found.coming, [one.clash.kind for one in found.staying], found.going) == (
        [],
        ["same_service"],
        [],
    )


def test_other_services_are_weighed_too(cast):
    first, _second = a_pair(cast)
    found = conflicts_if(first, services=[a_service(cast)])
    assert (found.coming, found.staying, len(found.going)) == ([], [], 1)


def test_what_would_hold_it_up_is_told_apart(cast):
    first, second = a_pair(cast, "approved")
    found = conflicts_if(first, window=first.window)
    assert [one.other for one in found.blocking] == [second.pk]
    accept(first, cast.service_manager)
    assert conflicts_if(first, window=first.window).blocking == []


# --- Two at once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_that_look_at_once_find_one_row():
    cast = assemble_cast()
    first, second = a_pair(cast)
    Conflict.objects.all().delete()
    together, failed = Barrier(2), []

    def look(change):
        try:
            together.wait(30)
            services.refresh_conflicts(change)
        except Exception as error:
            failed.append(error)
        finally:
            close_old_connections()
            connection.close()

    threads = [Thread(target=look, args=[change]) for change in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    (row,) = Conflict.objects.all()
    assert (row.kind, row.status) == ("same_service", ConflictStatus.OPEN)
