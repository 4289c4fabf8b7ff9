"""Moving a change: everything is asked anew, what was asked about is asked again, tasks follow."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from changes import services
from changes.models import Vote
from core.errors import NotAllowed, Refused, Stale
from tests.changes.test_freezes import a_freeze
from tests.factories import a_change, vote

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def move(change, by, *, actor, note="The bank moved its own window.", **given):
    start, end = change.window
    return services.reschedule_change(
        change,
        actor=actor,
        planned_start_at=start + by,
        planned_end_at=end + by,
        note=note,
        **given,
    )


@pytest.mark.parametrize("status", ["draft", "submitted", "assessing"])
def test_what_nobody_was_asked_about_is_edited_with_its_reason(cast, status):
    change = a_change(cast, status)
    start = change.planned_start_at
    moved = move(change, DAY, actor=cast.requester)
    assert (moved.status, moved.planned_start_at) == (status, start + DAY)
    entry = change.history.latest()
    assert (entry.history_action, entry.history_change_reason) == (
        "change.edit",
        "The bank moved its own window.",
    )


@pytest.mark.parametrize("status", ["awaiting_approval", "approved", "scheduled"])
def test_what_people_were_asked_about_is_asked_again(cast, status):
    change = a_change(cast, status)
    if status == "awaiting_approval":
        vote(change, cast.peer)
        change.refresh_from_db()
    before = change.version_hash
    moved = move(change, DAY, actor=cast.requester)
    assert moved.status == "awaiting_approval"
    assert moved.version_hash not in ("", before)
    current = Vote.objects.filter(step__round__content__sha256=moved.version_hash)
    assert (current.count(), Vote.objects.exists()) == (0, True)


@pytest.mark.parametrize("status", ["rejected", "expired"])
def test_what_was_decided_against_goes_back_to_be_assessed(cast, status):
    moved = move(a_change(cast, status), DAY, actor=cast.requester)
    assert moved.status == "assessing"


@pytest.mark.parametrize(
    "status", ["implementing", "verifying", "reviewing", "closed", "cancelled"]
)
def test_what_has_begun_or_is_over_is_not_moved(cast, refuses, status):
    change = a_change(cast, status)
    with refuses(Refused, "no longer moved"):
        move(change, DAY, actor=cast.requester)


@pytest.mark.parametrize("status", ["draft", "scheduled"])
def test_a_freeze_that_blocks_refuses_and_says_which(cast, refuses, status):
    change = a_change(cast, status)
    a_freeze(cast, starts_at=change.planned_start_at + 2 * DAY, ends_at=timezone.now() + 3 * DAY)
    with refuses(Refused, "a freeze keeps it out: “Buen Fin”"):
        move(change, 2 * DAY + HOUR, actor=cast.requester)
    change.refresh_from_db()
    assert change.status == status
    assert move(change, 5 * DAY, actor=cast.requester).planned_start_at > timezone.now() + 4 * DAY


def test_a_freeze_that_only_warns_lets_it_in(cast):
    change = a_change(cast)
    a_freeze(cast, mode="warn")
    assert move(change, HOUR, actor=cast.requester).status == "draft"


def test_nothing_is_moved_into_the_past_nor_to_where_it_is(cast, refuses):
    change = a_change(cast)
    with refuses(Refused, "its planned window is over"):
        move(change, -3 * DAY, actor=cast.requester)
    with refuses(ValidationError, "It is planned for then already"):
        move(change, timedelta(0), actor=cast.requester)


def test_a_window_that_ends_before_it_starts_is_refused(cast, refuses):
    change = a_change(cast)
    start = timezone.now() + DAY
    with refuses(ValidationError, "must come after"):
        services.reschedule_change(
            change,
            actor=cast.requester,
            planned_start_at=start,
            planned_end_at=start - HOUR,
            note="Typed the wrong way round.",
        )


def test_a_reason_is_asked_for(cast, refuses):
    change = a_change(cast)
    with refuses(ValidationError, "Say why"):
        move(change, DAY, actor=cast.requester, note="  ")


def test_somebody_else_was_quicker(cast, refuses):
    change = a_change(cast)
    seen = change.version
    services.edit_change(change, actor=cast.requester, title="Renew both certificates")
    with refuses(Stale, "somebody else changed this change meanwhile"):
        move(change, DAY, actor=cast.requester, version=seen)


def test_who_has_no_part_in_it_moves_nothing(cast, refuses):
    draft, asked = a_change(cast), a_change(cast, "awaiting_approval")
    for change in (draft, asked):
        with refuses(Refused):
            move(change, DAY, actor=cast.peer)
    with refuses(NotAllowed, "your role"):
        move(draft, DAY, actor=cast.auditor)


def test_tasks_that_have_not_begun_move_with_it(cast):
    change = a_change(cast, "assessing")
    start = change.planned_start_at
    first, second = (
        services.plan_task(
            change,
            actor=cast.requester,
            title=title,
            planned_start_at=start + at,
            planned_end_at=start + at + HOUR / 2,
        )
        for title, at in (("Take it out of the pool", HOUR / 2), ("Replace it", HOUR))
    )
    services.start_task(first, actor=cast.requester)
    change.refresh_from_db()
    move(change, DAY, actor=cast.requester)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.planned_start_at, second.planned_start_at) == (
        start + HOUR / 2,
        start + DAY + HOUR,
    )


# --- The dialog ----------------------------------------------------------------------------------


def dialog(browser, change, **asked):
    asked.setdefault("version", change.version)
    at = f"/changes/change/{change.pk}/action/reschedule/"
    return browser.get(at, asked, headers={"X-Dialog": "1"})


def clock(moment):
    return f"{timezone.localtime(moment, ZoneInfo('America/Mexico_City')):%Y-%m-%dT%H:%M}"


def test_the_dialog_says_what_the_move_means(cast, client_of):
    change = a_change(cast, "approved")
    services.plan_task(
        change,
        actor=cast.requester,
        title="Replace it",
        planned_start_at=change.planned_start_at,
        planned_end_at=change.planned_end_at,
    )
    change.refresh_from_db()
    browser = client_of(cast.requester)
    text = dialog(browser, change).content.decode()
    assert "The votes on the one before are void" in text
    assert "1 task that has not begun moves with it." in text
    assert "America/Mexico_City" in text
    draft = a_change(cast)
    assert "so no vote is lost" in dialog(browser, draft).content.decode()


def test_the_dialog_refuses_a_freeze_before_a_reason_is_asked_for(cast, client_of):
    change = a_change(cast)
    a_freeze(cast, starts_at=timezone.now() + 2 * DAY, ends_at=timezone.now() + 4 * DAY)
    start = clock(timezone.now() + 3 * DAY)
    page = dialog(client_of(cast.requester), change, planned_start_at=start)
    text = page.content.decode()
    assert "A freeze keeps it out: “Buen Fin”" in text
    assert "<form" not in text


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("peer", "draft", "your role does not include this action"),
        ("requester", "closed", "what has begun or is over is no longer moved"),
    ],
)
def test_the_dialog_says_who_and_what_is_not_moved(cast, client_of, name, status, reason):
    change = a_change(cast, status)
    text = dialog(client_of(cast[name]), change).content.decode().lower()
    assert reason in text


def test_the_new_start_alone_keeps_the_duration_across_a_clock_change(cast, client_of):
    """Tijuana puts its clocks forward on 14 March 2027 at two: four hours stay four hours."""
    cast.requester.time_zone = "America/Tijuana"
    cast.requester.save()
    start = datetime(2027, 3, 10, 8, tzinfo=UTC)
    change = a_change(cast, planned_start_at=start, planned_end_at=start + 4 * HOUR)
    page = dialog(client_of(cast.requester), change, planned_start_at="2027-03-14T00:30")
    assert 'value="2027-03-14T00:30"' in page.content.decode()
    assert 'value="2027-03-14T05:30"' in page.content.decode()


def test_an_hour_that_the_clocks_leave_out_is_refused_clearly(cast, client_of):
    cast.requester.time_zone = "America/Tijuana"
    cast.requester.save()
    page = dialog(client_of(cast.requester), a_change(cast), planned_start_at="2027-03-14T02:30")
    assert (page.status_code, "may not exist" in page.content.decode()) == (200, True)


@pytest.mark.parametrize("text", ["tomorrow", "2027-99-99T00:00", "\x00", "9" * 400])
def test_what_is_no_moment_is_refused_clearly(cast, client_of, text):
    page = dialog(client_of(cast.requester), a_change(cast), planned_start_at=text)
    assert (page.status_code, 'class="refusal"' in page.content.decode()) == (200, True)


def test_sending_the_dialog_moves_it(cast, client_of):
    change = a_change(cast)
    answers = {
        "planned_start_at": clock(timezone.now() + DAY),
        "planned_end_at": clock(timezone.now() + DAY + HOUR),
        "note": "The bank moved its own window.",
        "version": change.version,
    }
    at = f"/changes/change/{change.pk}/action/reschedule/"
    answer = client_of(cast.requester).post(at, answers, headers={"X-Dialog": "1"})
    assert answer.json() == {"location": f"/changes/change/{change.pk}/change/"}
    change.refresh_from_db()
    assert clock(change.planned_start_at) == answers["planned_start_at"]
    again = client_of(cast.requester).post(at, answers, headers={"X-Dialog": "1"})
    assert (again.status_code, "meanwhile" in again.content.decode()) == (409, True)


def test_the_api_takes_it_as_an_action(cast, api_of):
    change = a_change(cast, "scheduled")
    a_freeze(cast, starts_at=timezone.now() + 2 * DAY, ends_at=timezone.now() + 4 * DAY)
    api = api_of(cast.requester)
    at = f"/api/v1/changes/{change.reference}/transitions/"
    start = timezone.now() + 3 * DAY
    body = {
        "action": "reschedule",
        "planned_start_at": start.isoformat(),
        "planned_end_at": (start + HOUR).isoformat(),
        "note": "The bank moved its own window.",
    }
    refused = api.post(at, body, format="json")
    assert (refused.status_code, refused.json()["reasons"]) == (
        409,
        ["a freeze keeps it out: “Buen Fin”"],
    )
    body["planned_start_at"] = (start + 2 * DAY).isoformat()
    body["planned_end_at"] = (start + 2 * DAY + HOUR).isoformat()
    assert api.post(at, body, format="json").json()["status"] == "awaiting_approval"
