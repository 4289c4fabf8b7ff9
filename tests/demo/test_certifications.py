"""Certifications of the demo world: told once, in every state."""

from datetime import timedelta

import pytest
from django.utils import timezone

from itsm.demo.certifications import tell_certifications
from itsm.demo.founding import World
from people.models import Certification

pytestmark = pytest.mark.django_db


def test_certifications_are_told_once(cast):
    world = World(cast.users, cast.teams, {}, {}, {}, {})
    base = timezone.now()
    assert tell_certifications(world, base) == 5
    assert tell_certifications(world, base) == 0
    told = [row.status for row in Certification.objects.order_by("pk")]
    assert told == ["verified", "verified", "verified", "claimed", "claimed"]
    today = timezone.localdate() - timedelta(days=1)
    assert Certification.objects.expired(today).count() == 1
