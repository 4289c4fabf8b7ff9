"""Freezes: global unless narrowed, expanded by their rules, no way in but by two people."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets.models import Dependency
from changes import services
from changes.models import ApprovalStep, Change, FreezeOccurrence, FreezeWindow
from changes.services.risk import _days_to_freeze
from core.errors import NotAllowed, Refused, Stale
from tests.factories import a_change, a_service, an_asset, vote

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_freeze(cast, **given):
    """A freeze of everything that blocks from an hour ago until tomorrow."""
    now = timezone.now()
    facts = {
        "name": "Buen Fin",
        "mode": "block",
        "source": "buen_fin",
        "reason": "The busiest days of the year.",
        "actor": None,
    }
    if "rule" not in given:
        facts |= {"starts_at": now - HOUR, "ends_at": now + DAY}
    return services.declare_freeze(**facts | given)


def payday(cast, **given):
    facts = {
        "name": "Payday",
        "source": "payroll",
        "rule": "FREQ=MONTHLY;BYMONTHDAY=15,-1",
        "begins_on": date(2026, 1, 1),
        "begins_clock": time(6),
        "lasts": timedelta(hours=17, minutes=59),
        "roll": "previous",
        "calendar": "MX",
    }
    return a_freeze(cast, **facts | given)


def names_hitting(change):
    return {freeze.name for freeze in FreezeWindow.objects.hitting(change, *change.window)}


# --- What a freeze is about ----------------------------------------------------------------------


def test_a_freeze_is_global_unless_narrowed(cast):
    change = a_change(cast)
    a_freeze(cast)
    assert names_hitting(change) == {"Buen Fin"}


@pytest.mark.parametrize(
    ("scope", "is_hit"),
    [
        ({"countries": ["MX"]}, True),
        ({"countries": ["CO", "MX"]}, True),
        ({"countries": ["CO"]}, False),
        ({"tiers": ["tier_1"]}, True),
        ({"tiers": ["tier_2", "tier_3"]}, False),
        ({"countries": ["MX"], "tiers": ["tier_2"]}, False),
        ({"asset_classes": ["database"]}, True),
        ({"asset_classes": ["hsm"]}, False),
        ({"countries": ["MX"], "asset_classes": ["hsm"]}, False),
    ],
)
def test_every_scope_narrows(cast, scope, is_hit):
    change = a_change(cast, assets=[an_asset(cast)])
    a_freeze(cast, **scope)
    assert bool(names_hitting(change)) is is_hit


def test_countries_and_tier_are_of_one_and_the_same_service(cast):
    mexican = a_service(cast, tier="tier_3")
    colombian = a_service(cast, countries=["CO"], tier="tier_1")
    a_freeze(cast, countries=["MX"], tiers=["tier_1"])
    assert names_hitting(a_change(cast, services=[mexican, colombian])) == set()


def test_a_freeze_of_one_service_leaves_the_others_alone(cast):
    frozen, other = a_service(cast), a_service(cast)
    a_freeze(cast, services=[frozen])
    assert names_hitting(a_change(cast, services=[frozen])) == {"Buen Fin"}
    assert names_hitting(a_change(cast, services=[other])) == set()


def test_naming_only_the_asset_is_no_way_around(cast):
    service, asset = a_service(cast), an_asset(cast)
    a_freeze(cast, services=[service])
    change = a_change(cast, services=[], assets=[asset])
    assert names_hitting(change) == set()
    Dependency.objects.create(service=service, needs=asset, kind="uses", starts_on="2026-01-01")
    assert names_hitting(change) == {"Buen Fin"}


def test_a_window_that_ends_when_the_freeze_begins_is_outside(cast):
    change = a_change(cast)
    start, end = change.window
    a_freeze(cast, name="After", starts_at=end, ends_at=end + HOUR)
    a_freeze(cast, name="Before", starts_at=start - HOUR, ends_at=start)
    a_freeze(cast, name="Draft", is_active=False)
    assert names_hitting(change) == set()


# --- When it is ----------------------------------------------------------------------------------


def spans(window):
    return [(row.starts_at, row.ends_at) for row in window.occurrences.order_by("starts_at")]


def test_payday_is_expanded_eighteen_months_ahead_and_rolled_to_business_days(cast):
    window = payday(cast)
    services.refresh_freezes(datetime(2026, 1, 1, tzinfo=UTC))
    found = spans(window)
    days = [(start - 6 * HOUR).strftime("%m-%d") for start, _end in found if start.year == 2026]
    assert days[:6] == ["01-15", "01-30", "02-13", "02-27", "03-13", "03-31"]
    assert found[0] == (
        datetime(2026, 1, 15, 12, tzinfo=UTC),
        datetime(2026, 1, 16, 5, 59, tzinfo=UTC),
    )


def test_a_rule_keeps_its_time_of_day_when_clocks_are_moved(cast):
    nightly = {"begins_on": date(2027, 3, 1), "begins_clock": time(22), "lasts": 8 * HOUR}
    window = a_freeze(cast, rule="FREQ=DAILY", time_zone="America/New_York", mode="warn", **nightly)
    services.refresh_freezes(datetime(2027, 3, 1, tzinfo=UTC))
    nights = dict(spans(window))
    assert nights[datetime(2027, 3, 13, 3, tzinfo=UTC)] == datetime(2027, 3, 13, 11, tzinfo=UTC)
    assert nights[datetime(2027, 3, 14, 3, tzinfo=UTC)] == datetime(2027, 3, 14, 10, tzinfo=UTC)
    assert nights[datetime(2027, 3, 15, 2, tzinfo=UTC)] == datetime(2027, 3, 15, 10, tzinfo=UTC)


def test_refreshing_twice_changes_nothing_and_keeps_the_past(cast):
    window = payday(cast)
    before = datetime(2026, 1, 1, tzinfo=UTC)
    assert services.refresh_freezes(before) == 1
    first = spans(window)
    services.refresh_freezes(before)
    assert spans(window) == first
    services.refresh_freezes(before + 60 * DAY)
    assert spans(window)[: len(first)] == first


def test_an_edit_moves_what_is_to_come(cast):
    window = payday(cast)
    row = services.edit_freeze(window, actor=None, version=window.version, lasts=2 * HOUR)
    assert {end - start for start, end in spans(row)} == {2 * HOUR}
    with pytest.raises(Stale):
        services.edit_freeze(window, actor=None, version=window.version, lasts=HOUR)


def test_what_is_ended_holds_no_longer(cast, refuses):
    change = a_change(cast)
    window = services.end_freeze(a_freeze(cast), actor=None, note="Sales are over.")
    assert names_hitting(change) == set()
    assert spans(window)[0][1] <= timezone.now()
    with refuses(Refused, "not in force"):
        services.end_freeze(window, actor=None, note="Again.")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rule": "FREQ=HOURLY"}, "rule"),
        ({"time_zone": "America/Tijuanita"}, "time_zone"),
        ({"lasts": timedelta()}, "lasts"),
        ({"calendar": ""}, "calendar"),
        ({"begins_on": None}, "rule"),
    ],
)
def test_what_can_never_be_is_told_at_its_field(cast, given, field):
    with pytest.raises(ValidationError) as caught:
        payday(cast, **given)
    assert set(caught.value.message_dict) == {field}


def test_a_freeze_that_ends_before_it_starts_is_none(cast):
    now = timezone.now()
    with pytest.raises(ValidationError) as caught:
        a_freeze(cast, starts_at=now, ends_at=now - HOUR)
    assert set(caught.value.message_dict) == {"ends_at"}


# --- What it does --------------------------------------------------------------------------------


def test_a_change_is_not_scheduled_into_freezes_and_all_are_named(cast, refuses):
    change = a_change(cast, "approved")
    a_freeze(cast)
    a_freeze(cast, name="Audit of the ledger")
    with refuses(Refused, "“Audit of the ledger”, “Buen Fin”"):
        services.schedule_change(change, actor=cast.requester)


def test_a_freeze_declared_after_scheduling_stops_the_start(cast, refuses):
    change = a_change(cast, "scheduled")
    a_freeze(cast)
    with refuses(Refused, "a freeze keeps it out"):
        services.start_change(change, actor=cast.implementer)


def test_an_emergency_is_blocked_likewise(cast, refuses):
    change = a_change(cast, "submitted", type="emergency")
    for name in ("cab_chair", "approver"):
        services.record_verbal_approval(
            change, actor=cast.requester, person=cast[name].person, given_at=timezone.now(), how="-"
        )
    window = a_freeze(cast)
    with refuses(Refused, "a freeze keeps it out"):
        services.start_change(change, actor=cast.implementer)
    let_in(cast, change, window)
    assert services.start_change(change, actor=cast.implementer).status == "implementing"


def test_a_warning_stops_nothing(cast):
    change = a_change(cast, "approved")
    a_freeze(cast, mode="warn")
    assert services.schedule_change(change, actor=cast.requester).status == "scheduled"


@pytest.mark.parametrize("mode", ["extra_approval", "warn"])
def test_extra_approval_adds_the_senior_step(cast, mode):
    a_freeze(cast, mode=mode)
    change = a_change(cast, "awaiting_approval", risk="low")
    kinds = ApprovalStep.objects.filter(round__content__change=change).order_by("position")
    more = ["senior"] if mode == "extra_approval" else []
    assert list(kinds.values_list("kind", flat=True)) == ["peer", "service_owner", *more]
    for name in ["peer", "service_owner", "senior_approver"][: 2 + len(more)]:
        vote(change, cast[name])
    change.refresh_from_db()
    assert services.schedule_change(change, actor=cast.requester).status == "scheduled"


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({}, 0),
        ({"mode": "warn"}, None),
        ({"countries": ["CO"]}, None),
        ({"starts_at": 2 * HOUR}, 1),
        ({"starts_at": 26 * HOUR + timedelta(minutes=1)}, 2),
        ({"starts_at": 51 * HOUR}, None),
    ],
)
def test_the_risk_knows_how_near_a_freeze_is(cast, given, days):
    start = timezone.now()
    change = a_change(cast, planned_start_at=start, planned_end_at=start + 2 * HOUR)
    facts = dict(given)
    if "starts_at" in facts:
        facts["starts_at"] += start
        facts["ends_at"] = facts["starts_at"] + HOUR
    a_freeze(cast, **facts)
    assert _days_to_freeze(change) == days


def test_the_policy_s_own_senior_step_is_not_doubled(cast):
    a_freeze(cast, mode="extra_approval")
    change = a_change(cast, "awaiting_approval", risk="high")
    steps = ApprovalStep.objects.filter(round__content__change=change, kind="senior")
    assert steps.count() == 1


def test_extra_approval_declared_later_asks_for_it_before_scheduling(cast, refuses):
    change = a_change(cast, "approved", risk="low")
    a_freeze(cast, mode="extra_approval")
    with refuses(Refused, "asks for the senior final approval"):
        services.schedule_change(change, actor=cast.requester)


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_database_refuses_to_schedule_into_a_freeze(cast):
    change = a_change(cast, "approved")
    a_freeze(cast)
    with pytest.raises(IntegrityError, match="a freeze is in force"), transaction.atomic():
        run("UPDATE changes_change SET status = 'scheduled' WHERE id = %s", change.pk)


def test_the_database_refuses_to_begin_inside_a_freeze(cast):
    change = a_change(cast, "scheduled")
    start = "UPDATE changes_change SET status = 'implementing', actual_start_at = now()"
    now = timezone.now()
    a_freeze(cast, starts_at=now + HOUR, ends_at=now + DAY)  # planned inside, but not begun yet
    a_freeze(cast, name="Elsewhere", countries=["CO"])
    with transaction.atomic():
        run(f"{start} WHERE id = %s", change.pk)
        transaction.set_rollback(True)
    a_freeze(cast, name="Now")
    with pytest.raises(IntegrityError, match="a freeze is in force"), transaction.atomic():
        run(f"{start} WHERE id = %s", change.pk)


# --- Exceptions ----------------------------------------------------------------------------------


def ask(cast, change, window, actor=None):
    return services.ask_for_freeze_exception(
        change,
        actor=actor or cast.requester,
        window=window,
        justification="The certificate expires tonight.",
        compensating_controls="Both nodes watched, back-out rehearsed.",
    )


def let_in(cast, change, window):
    exception = ask(cast, change, window)
    for name in ("cab_chair", "approver"):
        exception = services.approve_freeze_exception(exception, actor=cast[name])
    return exception


def test_an_exception_needs_two_people(cast, refuses):
    change = a_change(cast, "approved", risk="medium")
    window = a_freeze(cast)
    exception = ask(cast, change, window)
    services.approve_freeze_exception(exception, actor=cast.cab_chair)
    with refuses(Refused, "a freeze keeps it out"):
        services.schedule_change(change, actor=cast.requester)
    with refuses(Refused, "another person must agree"):
        services.approve_freeze_exception(exception, actor=cast.cab_chair)
    services.approve_freeze_exception(exception, actor=cast.approver)
    with refuses(Refused, "approved already"):
        services.approve_freeze_exception(exception, actor=cast.approver2)
    assert services.schedule_change(change, actor=cast.requester).status == "scheduled"


def test_an_exception_is_for_one_freeze_only(cast, refuses):
    change = a_change(cast, "approved", risk="medium")
    let_in(cast, change, a_freeze(cast))
    a_freeze(cast, name="Another")
    with refuses(Refused, "“Another”"):
        services.schedule_change(change, actor=cast.requester)


def test_who_has_a_part_in_it_lets_nobody_in(cast, refuses):
    change = a_change(cast, "approved", risk="medium", builder=cast.cab_chair)
    exception = ask(cast, change, a_freeze(cast))
    with refuses(Refused, "a part in"):
        services.approve_freeze_exception(exception, actor=cast.cab_chair)
    with refuses(NotAllowed, "your role"):
        services.approve_freeze_exception(exception, actor=cast.implementer)


def test_the_database_counts_persons_and_not_accounts(cast):
    change = a_change(cast, "approved", risk="medium")
    exception = let_in(cast, change, a_freeze(cast))
    schedule = "UPDATE changes_change SET status = 'scheduled' WHERE id = %s"
    cast.approver.person_id = cast.cab_chair.person_id  # a second account of the chair
    cast.approver.save()
    with pytest.raises(IntegrityError, match="a freeze is in force"), transaction.atomic():
        run(schedule, change.pk)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        run(
            "UPDATE changes_freezeexception SET second_approved_by_id = approved_by_id"
            " WHERE id = %s",
            exception.pk,
        )


def test_an_exception_says_why_and_how_it_is_guarded(cast):
    change = a_change(cast, "approved")
    with pytest.raises(ValidationError) as caught:
        services.ask_for_freeze_exception(
            change,
            actor=cast.requester,
            window=a_freeze(cast),
            justification=" ",
            compensating_controls="",
        )
    assert set(caught.value.message_dict) == {"justification", "compensating_controls"}


def test_an_exception_is_reviewed_afterwards(cast, refuses):
    change = a_change(cast, "approved", risk="medium")
    exception = let_in(cast, change, a_freeze(cast))
    with refuses(Refused, "not started"):
        services.review_freeze_exception(exception, actor=cast.approver2, note="Went well.")
    services.schedule_change(change, actor=cast.requester)
    services.start_change(change, actor=cast.implementer)
    for name in ("requester", "implementer"):
        with refuses(NotAllowed, "your role"):
            services.review_freeze_exception(exception, actor=cast[name], note="Went well.")
    held = services.review_freeze_exception(exception, actor=cast.approver2, note="Went well.")
    assert (held.review_note, held.reviewed_by) == ("Went well.", cast.approver2)
    with refuses(Refused, "reviewed already"):
        services.review_freeze_exception(exception, actor=cast.cab_chair, note="Once more.")


# --- Who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "scope", "is_allowed"),
    [
        ("admin", {}, True),
        ("service_manager", {"countries": ["MX"]}, True),
        ("cab_chair", {"countries": ["MX"]}, True),
        ("service_manager", {}, False),
        ("service_manager", {"countries": ["CO", "MX"]}, False),
        ("requester", {"countries": ["MX"]}, False),
        ("security_admin", {"countries": ["MX"]}, False),
    ],
)
def test_who_freezes_what(cast, name, scope, is_allowed):
    if is_allowed:
        assert a_freeze(cast, actor=cast[name], **scope).pk
        return
    with pytest.raises(NotAllowed):
        a_freeze(cast, actor=cast[name], **scope)


def test_nobody_widens_or_ends_a_freeze_beyond_their_reach(cast, refuses):
    mexican = a_freeze(cast, countries=["MX"])
    everywhere = a_freeze(cast, name="Everywhere")
    with refuses(NotAllowed, "narrow"):
        services.edit_freeze(mexican, actor=cast.service_manager, countries=[])
    with refuses(NotAllowed, "narrow"):
        services.edit_freeze(everywhere, actor=cast.service_manager, countries=["MX"])
    with refuses(NotAllowed, "narrow"):
        services.end_freeze(everywhere, actor=cast.service_manager, note="Enough.")


def test_who_sees_freezes(cast):
    a_freeze(cast)
    seeing = {
        name
        for name in cast.users
        if FreezeWindow.objects.visible_to(cast[name]).exists()
        and FreezeOccurrence.objects.visible_to(cast[name]).exists()
    }
    assert {"admin", "agent_l1", "service_manager", "approver", "auditor"} <= seeing
    assert not seeing & {"norole", "hr_partner", "security_admin"}


def test_who_may_let_a_change_in_sees_it_once_it_is_asked(cast):
    change = a_change(cast, "submitted", type="emergency")
    window = a_freeze(cast)

    def seen(name):
        return Change.objects.visible_to(cast[name]).filter(pk=change.pk).exists()

    assert not seen("approver")
    ask(cast, change, window)
    assert seen("approver")
    assert not seen("outsider")


def test_the_preview_lists_every_pair_that_one_may_see(cast):
    now = timezone.now()
    first, second = a_change(cast), a_change(cast, planned_end_at=now + 3 * DAY)
    foreign = a_service(cast, owner_team=cast.wallet_co, countries=["CO"])
    hidden = a_change(
        cast, actor=None, requester=cast.admin, builder=None, implementer=None,
        team=cast.wallet_co, services=[foreign],
    )  # fmt: skip
    a_change(cast, planned_start_at=now + 40 * DAY, planned_end_at=now + 41 * DAY)
    daily = {
        "rule": "FREQ=DAILY;COUNT=2",
        "begins_on": (now + DAY).date(),
        "begins_clock": time(0),
        "lasts": DAY,
    }
    window = a_freeze(cast, name="Two days", **daily)
    once = a_freeze(cast)
    assert [change for change, _o in services.preview(once, actor=cast.service_manager)] == [
        first,
        second,
    ]
    assert hidden in [change for change, _o in services.preview(once, actor=cast.auditor)]
    pairs = services.preview(window, actor=cast.service_manager)
    assert [change for change, _o in pairs if change == second] == [second, second]
    assert services.preview(window, actor=cast.admin) == []


def test_a_draft_s_preview_tells_what_it_would_hit(cast):
    change = a_change(cast)
    window = a_freeze(cast, is_active=False)
    assert [c for c, _o in services.preview(window, actor=cast.service_manager)] == [change]


def test_the_preview_costs_the_same_for_one_and_for_three(cast):
    window = a_freeze(cast)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert services.preview(window, actor=cast.service_manager)
        return len(seen)

    a_change(cast)
    services.preview(window, actor=cast.service_manager)
    one = queries()
    a_change(cast)
    a_change(cast)
    assert queries() == one


def test_the_self_test_says_which_freezes_hold_for_a_service(cast):
    now = timezone.now()
    mexican, colombian = a_service(cast), a_service(cast, countries=["CO"])
    a_freeze(cast, countries=["MX"])
    a_freeze(cast, name="Of laptops", asset_classes=["laptop"])
    holding = FreezeWindow.objects.holding_for
    assert [f.name for f in holding(mexican, now)] == ["Buen Fin"]
    assert [f.name for f in holding(mexican, now + 2 * DAY)] == []
    assert [f.name for f in holding(colombian, now)] == []
