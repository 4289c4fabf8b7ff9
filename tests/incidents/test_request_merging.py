"""The same thing asked twice goes on in one request; what was not the same comes back whole."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.errors import Refused, ValidationError
from incidents import services
from incidents.models import Merge, Request
from incidents.request_timeline import REQUEST_TIMELINE
from incidents.services.requests import conversation
from notifications.models import Message
from sla.enums import EventKind
from tests.factories import a_service
from tests.incidents.asking import a_client, a_limit, a_request, an_adjustment

pytestmark = pytest.mark.django_db


def said_on(request: Request, user: Any) -> list[str]:
    page = REQUEST_TIMELINE.read(request, user, size=50, before=None, kinds=["comment"])
    return [entry.text for entry in page.entries]


def segments_of(request: Request) -> list[Any]:
    return list(request.life.segments.values_list("started_at", "holder", "is_running"))


def test_what_was_said_and_who_watches_goes_on_in_the_survivor(cast: Any) -> None:
    survivor, twin = a_request(cast), a_request(cast, "in_progress")
    conversation.comment_on_request(twin, actor=cast.agent_l1, text="They rang again")
    conversation.watch_request(twin, actor=cast.agent_l2)

    merged = services.merge(twin, actor=cast.agent_l1, into=survivor)

    assert (merged.status, merged.is_open) == ("merged", False)
    assert said_on(survivor, cast.agent_l1) == ["They rang again"]
    conversation.comment_on_request(survivor, actor=cast.agent_l1, text="Sent")
    told = Message.objects.filter(reference=survivor.reference, kind="request_commented")
    assert [message.recipient for message in told] == [cast.agent_l2]


def test_an_undone_merge_never_happened(cast: Any) -> None:
    survivor, twin = a_request(cast), a_request(cast, "pending_customer")
    before = segments_of(twin)
    merged = services.merge(twin, actor=cast.agent_l1, into=survivor)
    assert segments_of(twin) != before

    back = services.unmerge(merged, actor=cast.agent_l1, note="Another branch")

    assert (back.status, back.closed_at) == ("pending_customer", None)
    assert segments_of(twin) == before
    standing = twin.life.events.filter(superseded_at__isnull=True)
    assert EventKind.MERGED not in standing.values_list("kind", flat=True)
    late = timezone.now() + timedelta(days=7, seconds=1)
    again = services.merge(back, actor=cast.agent_l1, into=survivor)
    with time_machine.travel(late), pytest.raises(Refused):
        services.unmerge(again, actor=cast.agent_l1, note="Late")


def test_what_is_not_the_same_stays_apart(cast: Any, refuses: Any) -> None:
    service = a_service(cast)
    ours = a_request(cast, client=a_client("ours"), service=service)
    theirs = a_request(cast, client=a_client("theirs"), service=service)
    over, other = a_request(cast, "cancelled"), a_request(cast)
    with refuses(Refused, "requests of different clients are answered apart"):
        services.merge(ours, actor=cast.agent_l1, into=theirs)
    with refuses(ValidationError, "A record cannot be merged into itself."):
        services.merge(ours, actor=cast.agent_l1, into=ours)
    with refuses(Refused, "only an open record takes in others"):
        services.merge(other, actor=cast.agent_l1, into=over)
    abroad = a_service(cast, owner_team=cast.wallet_co, support_team=cast.wallet_co)
    foreign = a_request(cast, actor=cast.outsider, service=abroad)
    with refuses(ValidationError, "There is no such record."):
        services.merge(other, actor=cast.agent_l1, into=foreign)
    assert not Merge.objects.exists()


def test_money_that_waits_keeps_a_request_apart(cast: Any, refuses: Any) -> None:
    a_limit("team_lead", "2000")
    request, other = an_adjustment(cast).request, a_request(cast)
    with refuses(Refused, "its account adjustment is neither applied nor rejected nor withdrawn"):
        services.merge(request, actor=cast.agent_l1, into=other)


def test_merges_run_in_no_circle_whatever_writes_them(cast: Any) -> None:
    first, second = a_request(cast), a_request(cast)
    services.merge(first, actor=cast.agent_l1, into=second)
    with pytest.raises(DatabaseError, match="takes in nothing"), transaction.atomic():
        Merge.objects.create(
            life=second.life, into=first.life, status_before="new", merged_by=cast.agent_l1
        )


def test_a_merged_request_is_no_contact_and_says_where_it_went(cast: Any, client_of: Any) -> None:
    survivor, twin = a_request(cast), a_request(cast)
    browser = client_of(cast.agent_l1)
    body = {"into": survivor.reference, "note": "the same", "version": twin.version}
    answer = browser.post(f"/incidents/request/{twin.pk}/action/merge/", body)
    assert answer.status_code in (200, 302), answer.content
    twin.refresh_from_db()
    assert twin.status == "merged"
    assert list(Request.objects.counted()) == [survivor]
    page = browser.get(f"/incidents/request/{twin.pk}/change/").content.decode()
    assert survivor.reference in page
    assert "Undo the merge" in page
    page = browser.get(f"/incidents/request/{survivor.pk}/change/").content.decode()
    assert twin.reference in page


def test_by_rest_a_request_is_merged_as_by_hand(cast: Any, api_of: Any) -> None:
    survivor, twin = a_request(cast), a_request(cast)
    at = f"/api/v1/requests/{twin.reference}/transitions/"
    told = api_of(cast.agent_l1).post(
        at, {"action": "merge", "into": survivor.reference}, format="json"
    )
    assert (told.status_code, told.json()["status"]) == (200, "merged")
