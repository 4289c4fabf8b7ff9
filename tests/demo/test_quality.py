"""Quality in the demo world: drawn and reviewed once."""

import pytest
from django.utils import timezone

from itsm.demo.founding import World
from itsm.demo.quality import tell_quality
from itsm.demo.rubrics import tell_rubrics
from people.models import QualityDraw, QualityReview
from people.services.quality_draws import draw_again
from tests.people.reviewed import resolved_last_month

pytestmark = pytest.mark.django_db


def test_quality_is_told_once(cast):
    incidents = resolved_last_month(cast, 4)
    world = World(cast.users, cast.teams | {"payments-l1": incidents[0].team}, {}, {}, {}, {})
    base = timezone.now()
    tell_rubrics(world, base)
    assert tell_quality(world, base) == 6
    assert tell_quality(world, base) == 0
    draw = QualityDraw.objects.get()
    assert len(draw_again(draw)) == 4
    assert QualityReview.objects.open().count() == 2
