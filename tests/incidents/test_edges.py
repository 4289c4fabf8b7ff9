"""Moments at the end of the calendar, things an editor does not see, records gone out of sight."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.api.problems import as_problem
from incidents import services
from incidents.forms import AttachForm
from incidents.models import Incident
from people.dialogs import GrantForm
from records.file_types import MAX_BYTES
from tests.factories import an_asset, an_incident

pytestmark = pytest.mark.django_db

PAGE = "/incidents/incident/{}/change/"
FAR = [
    "9999-12-31T23:59:59-12:00",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00",
]


@pytest.mark.parametrize("far", FAR)
@pytest.mark.parametrize("field", ["at", "latest_at"])
@pytest.mark.parametrize("door", ["portal", "transitions", "marks"])
def test_marks_at_the_ends_of_the_calendar_are_refused(
    cast: Any, client_of: Any, api_of: Any, far: str, field: str, door: str
) -> None:
    incident = an_incident(cast, "in_progress")
    now = timezone.now().isoformat()
    body = {"kind": "investigated", "precision": "range", "at": now, "latest_at": now, field: far}
    if door == "portal":
        page = f"/incidents/incident/{incident.pk}/action/mark/"
        answer = client_of(cast.agent_l1).post(page, body)
    else:
        given = {"action": "mark"} if door == "transitions" else {}
        address = f"/api/v1/incidents/{incident.reference}/{door}/"
        answer = api_of(cast.agent_l1).post(address, given | body)
    assert answer.status_code == 400
    assert not incident.life.marks.filter(kind="investigated").exists()


@pytest.mark.parametrize(
    ("precision", "latest", "is_fine"),
    [
        ("exact", None, True),
        ("exact", timedelta(), False),
        ("range", None, False),
        ("range", timedelta(seconds=-1), False),
        ("range", timedelta(minutes=1), True),
        ("range", timedelta(hours=2), False),
    ],
)
def test_a_range_has_two_ends_in_order_and_nothing_else_has(
    cast: Any, client_of: Any, precision: str, latest: timedelta | None, is_fine: bool
) -> None:
    incident = an_incident(cast, "in_progress")
    at = timezone.now() - timedelta(hours=1)
    body = {"kind": "started", "precision": precision, "at": at.isoformat()}
    if latest is not None:
        body["latest_at"] = (at + latest).isoformat()
    page = f"/incidents/incident/{incident.pk}/action/mark/"
    answer = client_of(cast.agent_l1).post(page, body)
    assert answer.status_code == (302 if is_fine else 400)


@pytest.mark.parametrize("far", FAR[:3])
def test_a_role_ends_in_a_year_that_every_time_zone_has(cast: Any, far: str) -> None:
    facts = {"role": "agent", "reason": "x", "country": "MX", "ends_at": far}
    form = GrantForm(facts, record=cast.norole, actor=cast.admin)
    assert form.is_valid()
    with pytest.raises(Exception, match="too far away"):
        form.perform()


def test_assets_that_the_editor_does_not_see_stay(cast: Any) -> None:
    seen, unseen = an_asset(cast), an_asset(cast, owner_team=cast.wallet_co)
    incident = an_incident(cast, assets=[seen, unseen])
    services.edit_incident(incident, actor=cast.agent_l1, assets=[])
    assert list(incident.assets.all()) == [unseen]
    services.edit_incident(incident, actor=None, assets=[])
    assert list(incident.assets.all()) == []


def test_an_edit_leaves_an_asset_that_somebody_added_meanwhile(cast: Any, client_of: Any) -> None:
    incident = an_incident(cast, title="As it was")
    browser = client_of(cast.agent_l1)
    page = PAGE.format(incident.pk)
    form = browser.get(f"{page}?edit=1").context["adminform"].form
    asset = an_asset(cast)
    services.edit_incident(incident, actor=cast.agent_l2, assets=[asset])
    facts = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = browser.post(page, facts | {"title": "Another title"})
    assert answer.status_code == 302
    incident.refresh_from_db()
    assert (incident.title, list(incident.assets.all())) == ("Another title", [asset])


def test_assets_are_taken_away_by_the_form_that_showed_them(cast: Any, client_of: Any) -> None:
    asset = an_asset(cast)
    incident = an_incident(cast, assets=[asset])
    browser = client_of(cast.agent_l1)
    page = PAGE.format(incident.pk)
    answer = browser.get(f"{page}?edit=1")
    assert 'name="initial-assets"' in answer.content.decode()
    form = answer.context["adminform"].form
    facts = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = browser.post(page, facts | {"assets": [], "initial-assets": [asset.pk]})
    assert answer.status_code == 302
    assert list(incident.assets.all()) == []


def test_a_file_is_refused_by_its_size_before_it_is_read(cast: Any) -> None:
    file = SimpleUploadedFile("a.txt", b"x")
    file.size = MAX_BYTES + 1
    form = AttachForm({}, {"file": file}, record=an_incident(cast), actor=cast.agent_l1)
    assert list(form.errors) == ["file"]


def test_what_went_out_of_sight_between_view_and_service_is_404(cast: Any) -> None:
    answer = as_problem(Incident.DoesNotExist(), {})
    assert answer is not None
    assert answer.status_code == 404
