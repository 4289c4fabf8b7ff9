"""Exceptions from freezes: for one occurrence, from a yearly budget, reviewed by somebody else."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes import services
from changes.models import Change, FreezeBudget, FreezeException, FreezeWindow
from core.errors import NotAllowed, Refused, ValidationError
from tests.changes.test_freezes import DAY, HOUR, a_freeze, ask, let_in, run
from tests.factories import a_change

pytestmark = pytest.mark.django_db


def approved(cast, **given):
    return a_change(cast, "approved", risk="medium", **given)


def year_of(exception):
    return exception.year


def set_budget(cast, allowed, year=None):
    year = year or timezone.localdate().year
    return services.set_budget(actor=None, team=cast.core_platform, year=year, allowed=allowed)


# --- One occurrence ------------------------------------------------------------------------------


def test_it_holds_for_one_occurrence_only(cast, refuses):
    now = timezone.now()
    window = a_freeze(cast, starts_at=now - HOUR, ends_at=now + HOUR)
    window.occurrences.create(starts_at=now + 2 * HOUR, ends_at=now + 3 * HOUR)
    change = approved(cast, planned_start_at=now, planned_end_at=now + 4 * HOUR)
    first = let_in(cast, change, window)
    assert first.occurs_at == now - HOUR
    with refuses(Refused, "a freeze keeps it out"):
        services.schedule_change(change, actor=cast.requester)

    second = let_in(cast, change, window)
    assert second.occurs_at == now + 2 * HOUR
    with refuses(Refused, "asked for already"):
        ask(cast, change, window)
    assert services.schedule_change(change, actor=cast.requester).status == "scheduled"


def test_the_database_holds_it_to_its_occurrence(cast):
    change, window = approved(cast), a_freeze(cast)
    let_in(cast, change, window)
    run("UPDATE changes_freezeoccurrence SET starts_at = starts_at - interval '1 minute'")
    with pytest.raises(IntegrityError, match="a freeze is in force"), transaction.atomic():
        run("UPDATE changes_change SET status = 'scheduled' WHERE id = %s", change.pk)


def test_nobody_asks_to_enter_a_freeze_that_does_not_hit(cast):
    change = approved(cast)
    later = timezone.now() + 9 * DAY
    window = a_freeze(cast, starts_at=later, ends_at=later + DAY)
    with pytest.raises(ValidationError, match="not planned inside"):
        ask(cast, change, window)


# --- The budget ----------------------------------------------------------------------------------


def test_the_second_approval_spends_and_a_spent_budget_refuses(cast, refuses):
    window = a_freeze(cast)
    set_budget(cast, 1, year_of(let_in(cast, approved(cast), window)))
    change = approved(cast)
    waiting = ask(cast, change, window)
    services.approve_freeze_exception(waiting, actor=cast.cab_chair)
    with refuses(Refused, "are spent; a senior approver must agree"):
        services.approve_freeze_exception(waiting, actor=cast.approver)
    with pytest.raises(ValidationError, match="beyond the budget"):
        services.approve_freeze_exception(waiting, actor=cast.senior_approver)

    held = services.approve_freeze_exception(
        waiting, actor=cast.senior_approver, beyond_budget=True
    )

    assert held.is_beyond_budget
    budget = services.budget_of(cast.core_platform, held.year)
    assert (budget.allowed, budget.used, budget.left) == (1, 1, 0)


def test_who_says_so_needlessly_spends_all_the_same(cast):
    change = approved(cast)
    waiting = ask(cast, change, a_freeze(cast))
    services.approve_freeze_exception(waiting, actor=cast.cab_chair)
    held = services.approve_freeze_exception(
        waiting, actor=cast.senior_approver, beyond_budget=True
    )

    assert not held.is_beyond_budget
    assert services.budget_of(cast.core_platform, held.year).used == 1


def test_the_database_counts_the_budget_and_keeps_what_was_granted(cast):
    window = a_freeze(cast)
    granted = let_in(cast, approved(cast), window)
    set_budget(cast, 1, granted.year)
    waiting = ask(cast, approved(cast), window)
    services.approve_freeze_exception(waiting, actor=cast.cab_chair)
    grant = (
        "UPDATE changes_freezeexception SET second_approved_by_id = %s, second_approved_at = now(),"
        " review_due_at = now() WHERE id = %s"
    )
    with pytest.raises(IntegrityError, match="budget of exceptions is spent"), transaction.atomic():
        run(grant, cast.approver.pk, waiting.pk)
    for what in ("is_beyond_budget = true", "year = 2001", "occurs_at = now()"):
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            run(f"UPDATE changes_freezeexception SET {what} WHERE id = %s", granted.pk)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_take_the_last_one():
    from tests.cast import assemble_cast

    cast = assemble_cast()
    window = a_freeze(cast)
    waiting = [ask(cast, approved(cast), window) for _ in range(2)]
    set_budget(cast, 1, waiting[0].year)
    for one in waiting:
        services.approve_freeze_exception(one, actor=cast.cab_chair)
    start, failed = Barrier(2), []

    def agree(one):
        try:
            start.wait(30)
            services.approve_freeze_exception(one, actor=cast.approver)
        except Refused as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=agree, args=(one,)) for one in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert FreezeException.objects.granted().count() == 1
    assert len(failed) == 1


def test_a_budget_is_set_on_its_page_by_who_freezes(cast, client_of):
    address = "/changes/freezebudget/"
    given = {"team": cast.payments_l1.pk, "year": 2026, "allowed": 3}
    assert client_of(cast.requester).post(f"{address}add/", given).status_code == 403
    manager = client_of(cast.service_manager)
    assert manager.post(f"{address}add/", given).status_code == 302
    assert "already" in manager.post(f"{address}add/", given).content.decode()
    (budget,) = FreezeBudget.objects.all()
    assert (budget.team, budget.year, budget.allowed) == (cast.payments_l1, 2026, 3)
    page = f"{address}{budget.pk}/change/"
    manager.post(page, {"allowed": 4, "version": budget.version})
    budget.refresh_from_db()
    assert budget.allowed == 4
    assert budget.history.count() == 2


def test_whose_role_reaches_one_country_sets_no_budget_elsewhere(cast, refuses):
    with refuses(NotAllowed):
        services.set_budget(actor=cast.service_manager, team=cast.wallet_co, year=2026, allowed=9)
    budget = services.set_budget(actor=None, team=cast.wallet_co, year=2026, allowed=9)
    seen = FreezeBudget.objects.visible_to
    assert list(seen(cast.service_manager)) == []
    assert list(seen(cast.admin)) == [budget]
    assert list(seen(cast.norole)) == []


def test_the_list_of_budgets_costs_the_same_for_one_and_for_three(cast, client_of):
    set_budget(cast, 3, 2024)
    browser = client_of(cast.service_manager)
    browser.get("/changes/freezebudget/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/changes/freezebudget/")
    set_budget(cast, 3, 2025)
    set_budget(cast, 3, 2026)
    with CaptureQueriesContext(connection) as three:
        assert "2025" in browser.get("/changes/freezebudget/").content.decode()

    assert len(one) == len(three)


# --- The review ----------------------------------------------------------------------------------


def test_the_review_is_due_five_business_days_after_the_occurrence(cast):
    held = let_in(cast, approved(cast), a_freeze(cast))
    assert timedelta(days=5) < held.review_due_at - held.ends_at < timedelta(days=16)
    seen = FreezeException.objects
    assert list(seen.awaiting_review(held.ends_at)) == [held]
    assert list(seen.unreviewed(held.review_due_at - HOUR)) == []
    assert list(seen.unreviewed(held.review_due_at)) == [held]


def test_who_asked_or_has_a_part_reviews_nothing_not_even_by_sql(cast, refuses):
    change, window = approved(cast), a_freeze(cast)
    held = ask(cast, change, window, actor=cast.service_manager)
    with refuses(Refused, "two people must agree first"):
        services.review_freeze_exception(held, actor=cast.approver2, note="Fine")
    for name in ("cab_chair", "approver"):
        held = services.approve_freeze_exception(held, actor=cast[name])
    services.schedule_change(change, actor=cast.requester)
    services.start_change(change, actor=cast.implementer)
    with refuses(Refused, "somebody else than who asked"):
        services.review_freeze_exception(held, actor=cast.service_manager, note="Fine")
    with pytest.raises(IntegrityError, match="reviewed_by_another"), transaction.atomic():
        run(
            "UPDATE changes_freezeexception SET reviewed_by_id = asked_by_id, reviewed_at = now(),"
            " review_note = 'x' WHERE id = %s",
            held.pk,
        )


def test_it_is_reviewed_on_the_page_of_its_change(cast, client_of):
    change, window = approved(cast), a_freeze(cast)
    held = let_in(cast, change, window)
    services.schedule_change(change, actor=cast.requester)
    services.start_change(change, actor=cast.implementer)
    page = f"/changes/change/{change.pk}/change/"
    dialog = f"/changes/change/{change.pk}/action/review_freeze_exception/"
    assert client_of(cast.requester).get(dialog).status_code == 404
    reviewer = client_of(cast.approver2)
    assert "due by" in reviewer.get(page).content.decode()
    given = {"exception": held.pk, "note": "Needed, and the controls held."}
    assert reviewer.post(dialog, given).status_code == 302

    assert "Needed, and the controls held." in reviewer.get(page).content.decode()
    assert reviewer.get(dialog).status_code == 404


def test_the_dialog_tells_what_is_used_and_left(cast, client_of):
    window = a_freeze(cast)
    held = let_in(cast, approved(cast), window)
    change = approved(cast)
    shown = client_of(cast.requester).get(
        f"/changes/change/{change.pk}/action/ask_for_freeze_exception/"
    )
    told = f"Exceptions of core-platform in {held.year}: 1 of 6 used, 5 left."
    assert told in shown.content.decode()


# --- By the API ----------------------------------------------------------------------------------


def test_the_whole_road_by_the_api(cast, api_of):
    change, other, window = approved(cast), approved(cast), a_freeze(cast)
    address = f"/api/v1/changes/{change.reference}/freeze-exceptions/"
    body = {
        "freeze": window.reference,
        "justification": "It expires tonight.",
        "compensating_controls": "Watched.",
    }
    asked = api_of(cast.requester).post(address, body)
    assert asked.status_code == 201, asked.json()
    one = f"{address}{asked.json()['id']}/"
    again = api_of(cast.requester).post(address, body)
    assert (again.status_code, again.json()["reasons"]) == (409, ["this was asked for already"])
    assert api_of(cast.requester).post(f"{one}approve/").status_code == 403
    elsewhere = one.replace(change.reference, other.reference)
    assert api_of(cast.cab_chair).post(f"{elsewhere}approve/").status_code == 404
    for name in ("cab_chair", "approver"):
        assert api_of(cast[name]).post(f"{one}approve/").status_code == 200
    services.schedule_change(change, actor=cast.requester)
    services.start_change(change, actor=cast.implementer)
    assert api_of(cast.approver2).post(f"{one}review/", {}).status_code == 400
    reviewed = api_of(cast.approver2).post(f"{one}review/", {"note": "Needed."})
    assert (reviewed.status_code, reviewed.json()["reviewed_by"]) == (200, "approver2")
    assert [row["review_note"] for row in api_of(cast.requester).get(address).json()] == ["Needed."]


# --- What a freeze hits, before it is saved ------------------------------------------------------


def test_the_form_shows_what_it_would_hit_and_saves_nothing(cast, client_of):
    change = approved(cast)
    start, end = (timezone.localtime(change.planned_start_at + n * HOUR) for n in (-9, 9))
    given = {
        "name": "Audit week",
        "mode": "block",
        "source": "audit",
        "reason": "No changes",
        "countries": ["MX"],
        "starts_at": start.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": end.strftime("%Y-%m-%dT%H:%M"),
        "time_zone": "America/Mexico_City",
        "roll": "none",
        "is_active": "on",
        "lasts": "",
    }
    browser = client_of(cast.service_manager)
    address = "/changes/freezewindow/add/"

    shown = browser.post(address, given | {"_preview": "1"}).content.decode()
    assert "Nothing is saved yet" in shown
    assert change.reference in shown
    assert "Please correct" not in shown
    assert not FreezeWindow.objects.exists()

    wrong = browser.post(address, given | {"_preview": "1", "ends_at": given["starts_at"]})
    assert "It ends before it starts" in wrong.content.decode()
    assert browser.post(address, given).status_code == 302
    assert FreezeWindow.objects.get().name == "Audit week"
    assert Change.objects.get(pk=change.pk).version == change.version
