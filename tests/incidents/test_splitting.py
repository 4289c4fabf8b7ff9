"""A part of an incident becomes one of its own: what it takes along, and what both show."""

from typing import Any

import pytest

from core.errors import NotAllowed, Refused, ValidationError
from incidents import services
from incidents.models import Incident, IncidentLink
from incidents.page import links_of
from incidents.services.splitting import split
from tests.factories import an_incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(cast: Any) -> Incident:
    """An incident with two comments and a file, beside another one with a comment."""
    services.comment_on_incident(an_incident(cast), actor=cast.agent_l1, text="Elsewhere")
    incident = an_incident(cast, "in_progress")
    for text in ("The switch", "The printer"):
        services.comment_on_incident(incident, actor=cast.agent_l2, text=text)
    services.attach_to_incident(incident, actor=cast.agent_l2, name="log.txt", data=b"printer")
    return incident


def test_what_was_chosen_stands_on_both(cast: Any, source: Incident) -> None:
    printer = source.comments.get(text="The printer")
    made = split(
        source,
        actor=cast.agent_l1,
        title="The printer",
        note="Not the switch",
        comments=[printer.pk],
        files=[source.attachments.get().pk],
    )
    (copy,) = made.comments.all()
    assert (copy.text, copy.author, copy.created_at) == (
        "The printer",
        cast.agent_l2,
        printer.created_at,
    )
    assert made.attachments.get().file.name == source.attachments.get().file.name
    assert source.comments.count() == 2
    assert source.attachments.count() == 1


def test_its_life_begins_at_the_split(cast: Any, source: Incident) -> None:
    made = split(source, actor=cast.agent_l1, title="Another", note="Two things")
    assert (made.status, made.owner, made.team) == ("new", None, source.team)
    assert (made.service, made.priority) == (source.service, source.priority)
    assert made.opened_at > source.opened_at
    assert made.life.segments.earliest("started_at").started_at == made.opened_at
    source.refresh_from_db()
    assert source.status == "in_progress"


def test_both_show_the_link_and_it_stays(cast: Any, source: Incident, refuses: Any) -> None:
    made = split(source, actor=cast.agent_l1, title="Another", note="Two things")
    assert [(str(x.label), x.other) for x in links_of(made, cast.agent_l1)] == [
        ("Split from", source)
    ]
    assert [(str(x.label), x.other) for x in links_of(source, cast.agent_l1)] == [
        ("Split into", made)
    ]
    with refuses(Refused, "the link of a split stays"):
        services.unlink_records(made, "split_from", source, actor=cast.agent_l1)
    with refuses(ValidationError, "Such a link is made by splitting."):
        services.link_records(source, "split_from", made, actor=cast.agent_l1)
    assert IncidentLink.objects.count() == 1


def test_what_is_refused(cast: Any, source: Incident, refuses: Any) -> None:
    before = Incident.objects.count()
    facts = {"title": "Another", "note": "Two things"}
    strange = Incident.objects.exclude(pk=source.pk).get().comments.get()
    with refuses(ValidationError, "Choose among those of this record."):
        split(source, actor=cast.agent_l1, comments=[strange.pk], **facts)
    with refuses(Incident.DoesNotExist):
        split(source, actor=cast.outsider, **facts)
    with refuses(NotAllowed, "your role does not include this action"):
        split(source, actor=cast.auditor, **facts)
    services.cancel_incident(source, actor=cast.agent_l1, note="A false alarm")
    with refuses(Refused, "only an open record is split"):
        split(source, actor=cast.agent_l1, **facts)
    assert Incident.objects.count() == before


def test_split_over_rest(cast: Any, api_of: Any, source: Incident) -> None:
    at = f"/api/v1/incidents/{source.reference}/split/"
    body = {"title": "The printer", "note": "Two things", "comments": [source.comments.last().pk]}
    answer = api_of(cast.agent_l1).post(at, body)
    assert answer.status_code == 201, answer.json()
    made = Incident.objects.get(reference=answer.json()["reference"])
    assert (made.title, made.comments.count()) == ("The printer", 1)
    assert api_of(cast.outsider).post(at, body).status_code == 404
    assert api_of(cast.agent_l1).post(at, body | {"comments": [0]}).status_code == 400


def test_split_in_the_portal(cast: Any, client: Any, source: Incident) -> None:
    client.force_login(cast.agent_l1)
    address = f"/incidents/incident/{source.pk}/action/split/"
    asked = client.get(address, headers={"X-Dialog": "1"}).content.decode()
    assert "The printer" in asked
    assert "log.txt" in asked
    facts = {"new_title": "The printer", "note": "Two things", "version": source.version}
    facts |= {"comments": [source.comments.get(text="The printer").pk]}
    answer = client.post(address, facts, headers={"X-Dialog": "1"})
    assert answer.status_code < 400, answer.content.decode()
    made = Incident.objects.get(title="The printer")
    assert made.comments.count() == 1
