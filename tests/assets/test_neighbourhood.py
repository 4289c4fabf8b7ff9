"""What the picture of dependencies shows, and to whom."""

from datetime import date
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.neighbourhood import MOST_SHOWN, neighbourhood_of
from assets.picture import picture_of
from assets.services import add_dependency, end_dependency
from tests.factories import a_service, an_asset, an_incident

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 1)


def needs(above, below, **given):
    side = "service" if above._meta.model_name == "service" else "asset"
    facts = {"kind": "uses", "starts_on": date(2026, 1, 1), side: above, "needs": below}
    return add_dependency(actor=None, **facts | given)


def shown(record, user, **given):
    found = neighbourhood_of(record, user, TODAY, **given)
    return sorted(str(found.records[key]) for key in found.keys if key != found.root)


def test_both_sides_level_by_level(cast):
    service, app, database, disk = a_service(cast), *(an_asset(cast) for _ in range(3))
    needs(service, app)
    needs(app, database)
    needs(database, disk)
    found = neighbourhood_of(app, cast.agent_l1, TODAY)
    levels = [
        [[str(found.records[key]) for key in level] for level in side.levels]
        for side in (found.needs, found.needed_by)
    ]
    assert levels == [[[database.name], [disk.name]], [[service.name]]]
    assert list(found.edges.values()) == [["Uses"]] * 3


def test_what_is_further_is_told_by_its_number_alone(cast):
    chain = [an_asset(cast) for _ in range(5)]
    for above, below in pairwise(chain):
        needs(above, below)
    found = neighbourhood_of(chain[0], cast.agent_l1, TODAY, levels=2)
    assert shown(chain[0], cast.agent_l1, levels=2) == sorted(a.name for a in chain[1:3])
    assert found.needs.beyond == {("asset", chain[2].pk): 1}


def test_what_one_may_not_see_is_not_walked_through_nor_counted(cast):
    """agent_l1 works in Mexico: nothing tells of the Colombian asset, nor of what stands behind."""
    mine, foreign, behind = (
        an_asset(cast),
        an_asset(cast, owner_team=cast.wallet_co),
        an_asset(cast),
    )
    above = an_asset(cast, owner_team=cast.wallet_co)
    needs(mine, foreign)
    needs(foreign, behind)
    needs(above, mine)
    assert shown(mine, cast.agent_l1) == []
    found = neighbourhood_of(mine, cast.agent_l1, TODAY)
    assert (found.needs.more, found.needs.beyond, found.needed_by.levels) == ([], {}, [])
    assert shown(mine, cast.auditor) == sorted(a.name for a in (foreign, behind, above))
    assert shown(foreign, cast.outsider) == [], "in Colombia they see no Mexican neighbour"
    assert shown(mine, cast.norole) == []


def test_only_what_is_in_force_counts(cast):
    mine, former, future = (an_asset(cast) for _ in range(3))
    end_dependency(needs(mine, former), actor=None, on=date(2026, 2, 1))
    needs(mine, future, starts_on=date(2026, 4, 1))
    assert shown(mine, cast.agent_l1) == []


def test_circles_end(cast):
    one, two = an_asset(cast), an_asset(cast)
    needs(one, two)
    needs(two, one)
    picture = picture_of(one, cast.agent_l1, TODAY, {"levels": "6"})
    assert sorted(box.name for box in picture.boxes) == sorted([one.name, two.name])


def test_a_level_is_capped_and_can_be_opened(cast):
    mine = an_asset(cast)
    for _ in range(9):
        needs(mine, an_asset(cast))
    picture = picture_of(mine, cast.agent_l1, TODAY, {})
    assert len(picture.boxes) == 1 + 6 + 1
    more = next(box for box in picture.boxes if box.kind == "more")
    assert (more.name, more.url) == ("3 more", "?levels=2&all=1#picture")
    assert len(picture_of(mine, cast.agent_l1, TODAY, {"all": "1"}).boxes) == 10
    assert len(picture.needs) == 7
    assert MOST_SHOWN >= 10


def test_what_burns_comes_first_and_is_marked(cast):
    mine = an_asset(cast)
    calm, burning = an_asset(cast, name="a calm one"), an_asset(cast, name="z burning")
    needs(mine, calm)
    needs(mine, burning)
    an_incident(cast, assets=[burning])
    an_incident(cast, status="cancelled", assets=[calm])
    picture = picture_of(mine, cast.agent_l1, TODAY, {})
    assert [branch.name for branch in picture.needs] == ["z burning", "a calm one"]
    assert {box.name: box.open_work for box in picture.boxes if box.open_work} == {"z burning": 1}
    outside = picture_of(mine, cast.approver, TODAY, {})
    assert {box.open_work for box in outside.boxes} == {0}, "a CAB member sees no such incident"


@pytest.mark.parametrize("asked", ["abc", "-1", "0", "99", "٣", "1e9", ""])
def test_whatever_the_address_asks_for_there_is_a_picture(cast, asked):
    assert picture_of(an_asset(cast), cast.agent_l1, TODAY, {"levels": asked}).is_empty


def test_the_queries_are_the_same_for_one_and_for_many(cast):
    mine = an_asset(cast)
    needs(mine, an_asset(cast))
    needs(a_service(cast), mine)
    picture_of(mine, cast.agent_l1, TODAY, {})
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            picture_of(mine, cast.agent_l1, TODAY, {"levels": "4", "all": "1"})
        counts.append(len(seen))
        for _n in range(8):
            below = an_asset(cast)
            needs(mine, below)
            needs(below, an_asset(cast))
            needs(a_service(cast), mine)
    assert counts[0] == counts[1] <= 6
