"""The rubric of the demo world: told once, one version in force and the next drafted."""

import pytest
from django.utils import timezone

from itsm.demo.founding import World
from itsm.demo.rubrics import tell_rubrics
from people.models import Rubric

pytestmark = pytest.mark.django_db


def test_rubrics_are_told_once(cast):
    world = World(cast.users, cast.teams, {}, {}, {}, {})
    base = timezone.now()
    assert (tell_rubrics(world, base), tell_rubrics(world, base)) == (2, 0)
    rows = Rubric.objects.order_by("number")
    assert [(row.status, row.criteria.count()) for row in rows] == [("active", 5), ("draft", 5)]
