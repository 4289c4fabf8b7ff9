"""Who sees which change, with a world that could leak: the exact set for every role."""

from datetime import timedelta

import pytest
from django.utils import timezone

from changes.models import Change, ChangeShare
from tests.factories import a_change, a_service, a_vendor, an_asset, boards, vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    """By name: changes that differ in who may see them."""
    boards(cast)
    elsewhere = a_service(
        cast, owner_team=cast.wallet_co, support_team=cast.wallet_co, countries=["CO"]
    )
    vendor = a_vendor(country="MX")
    foreign = {"team": cast.wallet_co, "services": [elsewhere], "builder": None}
    people = {"actor": cast.service_manager, "implementer": None, "builder": None}
    l2 = a_service(cast, owner_team=cast.payments_l2, support_team=cast.payments_l2)
    made = {
        "draft": a_change(cast, services=[l2], **people),
        "own service": a_change(cast, **people),
        "asked": a_change(cast, "awaiting_approval", risk="low"),
        "board": a_change(cast, "awaiting_approval", risk="medium"),
        "senior": a_change(cast, "awaiting_approval", risk="high"),
        "vendor's": a_change(cast, services=[l2], assets=[an_asset(cast, vendor=vendor)], **people),
        "Colombia": a_change(cast, actor=None, requester=cast.admin, implementer=None, **foreign),
    }
    return {name: change.pk for name, change in made.items()}


def seen_by(user, world):
    pks = set(Change.objects.visible_to(user).values_list("pk", flat=True))
    return sorted(name for name, pk in world.items() if pk in pks)


MEXICO = ["asked", "board", "draft", "own service", "senior", "vendor's"]
REQUESTED = ["asked", "board", "own service", "senior"]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("service_manager", MEXICO),
        ("team_lead", MEXICO),
        ("auditor", ["Colombia", *MEXICO]),
        ("agent_l1", REQUESTED),
        ("agent_l2", ["draft", "vendor's"]),
        ("requester", REQUESTED),
        ("implementer", REQUESTED),
        ("peer", REQUESTED),
        ("service_owner", REQUESTED),
        ("approver", ["board", "senior"]),
        ("cab_chair", ["board", "senior"]),
        ("senior_approver", ["senior"]),
        ("vendor_manager", ["vendor's"]),
        ("finance", ["vendor's"]),
        ("outsider", ["Colombia"]),
        ("admin", []),
        ("security_admin", []),
        ("hr_partner", []),
        ("norole", []),
    ],
)
def test_every_role_sees_exactly_these(cast, world, name, names):
    assert seen_by(cast[name], world) == names


def test_a_share_shows_one_change_until_it_ends(cast, world):
    share = ChangeShare.objects.create(
        content_object_id=world["draft"],
        user=cast.senior_approver,
        permission=_view(),
        until=timezone.now() + timedelta(days=1),
        shared_by=cast.team_lead,
    )
    assert seen_by(cast.senior_approver, world) == ["draft", "senior"]
    share.until = timezone.now()
    share.save()
    assert seen_by(cast.senior_approver, world) == ["senior"]


def _view():
    from django.contrib.auth.models import Permission

    return Permission.objects.get(content_type__app_label="changes", codename="view_change")


def test_what_awaits_whom(cast, world):
    now = timezone.now()

    def awaiting(user):
        rows = Change.objects.visible_to(user).awaiting_vote_of(user, now)
        return set(rows.values_list("pk", flat=True))

    assert awaiting(cast.peer) == {world["asked"], world["board"], world["senior"]}
    assert awaiting(cast.approver) == set()
    vote(Change.objects.get(pk=world["board"]), cast.peer)
    assert awaiting(cast.peer) == {world["asked"], world["senior"]}
    assert awaiting(cast.service_owner) == {world["board"]}
