"""A significant change ends only once every requirement is confirmed (PCI DSS 6.5.2)."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from changes import services
from changes.checklist import CODES, POINTS
from changes.models import ChecklistAnswer
from core.errors import NotAllowed, Refused, ValidationError
from tests.factories import a_change

pytestmark = pytest.mark.django_db

ALL = dict.fromkeys(CODES, ("yes", ""))
END = {"outcome": "successful", "review": "As planned."}


def worked(cast, status="reviewing", **given):
    return a_change(cast, status, is_significant=True, **given)


def confirm(change, cast, answers, actor="implementer"):
    return services.confirm_requirements(change, actor=cast[actor], answers=answers)


def test_it_is_not_closed_before_all_is_confirmed(cast, refuses):
    change = worked(cast)
    confirm(change, cast, ALL | {"scope": ("no", "The assessor comes on Monday")})
    told = "14 of 15 requirements of PCI DSS are confirmed; missing: 12.5.2: The scope"
    with refuses(Refused, told):
        services.close_change(change, actor=cast.requester, **END)

    confirm(change, cast, {"scope": ("not_applicable", "Same systems as before")})
    assert services.close_change(change, actor=cast.requester, **END).status == "closed"
    assert change.checklist.count() == len(CODES) == len({point.code for point in POINTS})


def test_what_was_backed_out_has_nothing_to_confirm(cast):
    change = worked(cast, "implementing")
    change = services.back_out_change(change, actor=cast.implementer, note="Errors")

    done = services.close_change(
        change, actor=cast.requester, outcome="backed_out", review="Again next week."
    )

    assert done.status == "closed"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"scope": ("no", " ")}, "note_scope"),
        ({"scope": ("not_applicable", "")}, "note_scope"),
        ({"scope": ("maybe", "Why")}, "answer_scope"),
        ({"colour": ("yes", "")}, "colour"),
    ],
)
def test_what_is_no_answer_is_told_at_its_field(cast, answers, field):
    change = worked(cast)
    with pytest.raises(ValidationError) as caught:
        confirm(change, cast, answers)

    assert list(caught.value.error_dict) == [field]
    assert not ChecklistAnswer.objects.exists()


def test_who_and_when_are_kept_and_so_is_what_was_said_before(cast):
    change = worked(cast)
    confirm(change, cast, {"scope": ("no", "Not yet")})
    confirm(change, cast, {"scope": ("yes", "")}, actor="requester")
    confirm(change, cast, {"scope": ("yes", "")})  # says nothing new

    (said,) = change.checklist.all()
    assert (said.answer, said.answered_by) == ("yes", cast.requester)
    assert [row.answer for row in said.history.order_by("history_id")] == ["no", "yes"]


def test_only_a_significant_change_at_work_is_confirmed_by_who_has_a_part(cast, refuses):
    plain, waiting, ready = a_change(cast, "reviewing"), worked(cast, "scheduled"), worked(cast)
    with refuses(Refused, "not a significant change"):
        confirm(plain, cast, ALL)
    with refuses(Refused, "does not allow this action"):
        confirm(waiting, cast, ALL)
    with refuses(NotAllowed, "your role does not include this"):
        confirm(ready, cast, ALL, actor="peer")


def test_the_database_closes_nothing_unconfirmed_and_keeps_what_was(cast):
    change = worked(cast)
    confirm(change, cast, {code: said for code, said in ALL.items() if code != "scope"})
    close = "UPDATE changes_change SET status = 'closed', outcome = 'successful',"
    close += " ended_at = now() WHERE id = %s"
    with pytest.raises(DatabaseError, match="not complete"), transaction.atomic():
        run(close, change.pk)
    confirm(change, cast, {"scope": ("yes", "")})
    run(close, change.pk)

    for statement in (
        "UPDATE changes_checklistanswer SET note = 'x' WHERE change_id = %s",
        "DELETE FROM changes_checklistanswer WHERE change_id = %s",
    ):
        with pytest.raises(DatabaseError, match="not confirmed otherwise"), transaction.atomic():
            run(statement, change.pk)


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_page_asks_it_and_tells_it(cast, client_of):
    change = worked(cast)
    browser = client_of(cast.implementer)
    page = f"/changes/change/{change.pk}/change/"
    assert "0 of 15 points are settled" in browser.get(page).content.decode()
    dialog = f"/changes/change/{change.pk}/action/confirm_requirements/"
    bare = {"answer_scope": "no", "version": change.version}
    assert "Say why." in browser.post(dialog, bare).content.decode()

    given = {"answer_scope": "yes", "answer_patches": "no", "note_patches": "One node is left"}
    browser.post(dialog, given | {"version": change.version})

    shown = browser.get(page).content.decode()
    assert "1 of 15 points are settled" in shown
    assert "One node is left" in shown
    other = a_change(cast, "reviewing")
    assert (
        "PCI DSS 6.5.2" not in browser.get(f"/changes/change/{other.pk}/change/").content.decode()
    )


def test_the_api_asks_it_tells_it_and_refuses_with_reasons(cast, api_of, client_of):
    change = worked(cast)
    api = api_of(cast.implementer)
    address = f"/api/v1/changes/{change.reference}/"
    answer = api.post(
        f"{address}transitions/", {"action": "confirm_requirements", "answer_scope": "yes"}
    )
    assert answer.status_code == 200
    rows = api.get(f"{address}checklist/").json()
    assert [row["point"] for row in rows] == list(CODES)
    (scope,) = [row for row in rows if row["answer"]]
    assert (scope["point"], scope["answered_by"]) == ("scope", "implementer")

    body = {"action": "close", **END}
    refused = api_of(cast.requester).post(f"{address}transitions/", body)
    assert refused.status_code == 409
    assert refused.json()["reasons"][0].startswith("1 of 15 requirements of PCI DSS")
    told = client_of(cast.requester).get(f"/changes/change/{change.pk}/timeline/")
    assert "Requirement confirmed" in told.content.decode()


def test_the_page_costs_the_same_for_one_answer_and_for_all(cast, client_of):
    change = worked(cast)
    browser = client_of(cast.implementer)
    page = f"/changes/change/{change.pk}/change/"
    confirm(change, cast, {"scope": ("yes", "")})
    browser.get(page)
    with CaptureQueriesContext(connection) as few:
        browser.get(page)
    confirm(change, cast, ALL)
    with CaptureQueriesContext(connection) as many:
        browser.get(page)

    assert len(few) == len(many)
