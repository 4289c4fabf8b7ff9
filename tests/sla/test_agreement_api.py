"""Agreements as REST: drafted, foreseen, approved by another, and their months."""

from datetime import timedelta

import pytest
from django.utils import timezone

from records.jobs import run_next_job
from sla.freezing import freeze, month_before
from sla.models import Agreement, AgreementVersion
from tests.factories import an_incident
from tests.people.working_calendars import a_calendar
from tests.sla.agreeing import an_agreement, in_force

pytestmark = pytest.mark.django_db

API = "/api/v1/agreements/"
TIMES = [
    {"metric": "resolve", "priority": 1, "target": "PT4H"},
    {"metric": "resolve", "priority": 2, "target": "8 h"},
]


def test_an_agreement_is_added_drafted_foreseen_and_approved_by_another(
    cast, approver, api_of, tienda
):
    calendar = a_calendar(cast)
    api, other = api_of(cast.service_manager), api_of(approver)
    made = api.post(
        API, {"slug": "gold", "name": "Gold", "kind": "sla", "client": "tienda-uno"}, format="json"
    )
    assert made.status_code == 201
    assert made.json()["version_in_force"] is None
    draft = api.post(
        f"{API}gold/draft/",
        {"targets": TIMES, "calendar": calendar.slug},
        format="json",
        headers={"If-Match": made["ETag"]},
    )
    assert draft.status_code == 201
    assert draft.json()["calendar"] == calendar.slug
    assert draft.json()["drafted_by"] == "service_manager"
    assert [(t["priority"], t["target"]) for t in draft.json()["targets"]] == [
        (1, "PT4H"),
        (2, "PT8H"),
    ]
    stale = api.post(
        f"{API}gold/draft/",
        {"targets": TIMES},
        format="json",
        headers={"If-Match": made["ETag"]},
    )
    assert stale.status_code == 412
    an_incident(cast, client=tienda, impact=1, urgency=1, at=timezone.now() - timedelta(days=14))
    found = api.get(f"{API}gold/preview/").json()
    assert (found["looked_at"], found["retargeted"], found["late"], found["is_whole"]) == (
        *(1, 1, 1),
        True,
    )
    assert found["text"].startswith("The clocks of 1 open record would be re-targeted")
    assert api.post(f"{API}gold/approve/").status_code == 403
    approved = other.post(f"{API}gold/approve/", headers={"If-Match": draft["ETag"]})
    assert approved.status_code == 200
    assert (approved.json()["status"], approved.json()["approved_by"]) == ("active", "team_lead")
    assert other.post(f"{API}gold/approve/").status_code == 409
    shown = api.get(f"{API}gold/").json()
    assert (shown["version_in_force"], shown["has_draft"]) == (1, False)
    assert run_next_job().kind == "sla.retarget"


@pytest.mark.parametrize(
    ("targets", "field"),
    [
        ([{"metric": "resolve", "priority": 1, "target": "PT0S"}], "targets"),
        ([{"metric": "resolve", "priority": 1, "target": "P99999D"}], "targets"),
        ([{"metric": "resolve", "priority": 9, "target": "PT1H"}], "targets"),
        ([{"metric": "guess", "priority": 1, "target": "PT1H"}], "targets"),
        ([TIMES[0], TIMES[0]], "targets"),
        ("soon", "targets"),
    ],
)
def test_targets_that_say_nothing_sensible_are_refused(cast, api_of, targets, field):
    an_agreement(cast, "gold")
    answer = api_of(cast.service_manager).post(
        f"{API}gold/draft/", {"targets": targets}, format="json"
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert not AgreementVersion.objects.exists()


def test_a_draft_is_discarded(cast, approver, api_of):
    in_force(cast, approver, "gold")
    api = api_of(cast.service_manager)
    api.post(f"{API}gold/draft/", {"targets": TIMES}, format="json")
    answer = api.post(f"{API}gold/draft/discard/")
    assert (answer.status_code, answer.json()["has_draft"]) == (200, False)
    assert api.post(f"{API}gold/draft/discard/").status_code == 409


def test_versions_tell_what_they_inherit(cast, approver, api_of, tienda):
    parent = in_force(cast, approver, "everybody", hours=8).agreement
    in_force(cast, approver, "gold", metric="restore", client=tienda, parent=parent)
    (version,) = api_of(cast.agent_l1).get(f"{API}gold/versions/").json()
    assert [(t["metric"], t["priority"], t["is_inherited"]) for t in version["targets"]] == [
        ("restore", 1, False),
        ("restore", 2, False),
        ("resolve", 1, True),
        ("resolve", 2, True),
    ]


def test_once_in_force_only_the_name_is_edited(cast, approver, api_of, tienda):
    agreement = in_force(cast, approver, "gold").agreement
    agreement.refresh_from_db()
    api = api_of(cast.service_manager)
    match = {"If-Match": f'"{agreement.version}"'}
    refused = api.patch(f"{API}gold/", {"client": "tienda-uno"}, format="json", headers=match)
    assert refused.status_code == 400
    assert "for whom it is stays" in refused.json()["errors"][0]["detail"]
    assert (
        api.patch(f"{API}gold/", {"name": "Oro"}, format="json", headers=match).status_code == 200
    )
    assert Agreement.objects.values_list("name", "client").get() == ("Oro", None)


def test_months_are_asked_for_and_read(cast, approver, api_of):
    agreement = in_force(cast, approver, "gold").agreement
    first = month_before(timezone.now().date())
    api = api_of(cast.service_manager)
    asked = api.post(f"{API}gold/months/", {"month": f"{first:%Y-%m}"}, format="json")
    assert (asked.status_code, asked.json()["kind"]) == (202, "sla.freeze")
    assert api.post(f"{API}gold/months/", {"month": "2999-01"}, format="json").status_code == 400
    freeze(agreement, first, actor=None, now=timezone.now() + timedelta(days=2))
    (month,) = api_of(cast.auditor).get(f"{API}gold/months/").json()
    assert (month["month"], month["number"], month["figures"]) == (f"{first:%Y-%m}", 0, [])


def test_lists_are_narrowed_and_scoped(cast, approver, api_of, tienda):
    in_force(cast, approver, "gold", client=tienda)
    an_agreement(cast, "silver")

    def slugs(user, query=""):
        return [row["slug"] for row in api_of(user).get(f"{API}{query}").json()["results"]]

    assert slugs(cast.agent_l1) == ["gold", "silver"]
    assert slugs(cast.agent_l1, "?is_in_force=true") == ["gold"]
    assert slugs(cast.agent_l1, "?is_in_force=false&kind=sla") == ["silver"]
    assert slugs(cast.outsider) == ["silver"]
    assert api_of(cast.agent_l1).get(f"{API}?guess=1").status_code == 400
