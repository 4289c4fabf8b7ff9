"""The changes of the demo world: planned without a clock, told through the services."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.test import TestCase
from django.utils import timezone

from audit.context import acting
from changes.enums import Decision, FreezeMode, Outcome, Status, StepStatus
from changes.founding import found_boards
from changes.models import (
    ApprovalRound,
    Board,
    Change,
    ChangeTemplate,
    ControlException,
    FreezeException,
    FreezeWindow,
    RiskAssessment,
    Vote,
)
from changes.rules import FACTS
from changes.services import raise_change
from itsm.demo.calendar import buen_fin, pay_days
from itsm.demo.change_plots import change_plots
from itsm.demo.change_stories import change_stories, template_stories
from itsm.demo.changes import tell_changes, tell_first_changes
from itsm.demo.crew import COLLEAGUES
from itsm.demo.estate import read_estate
from itsm.demo.founding import holds_other_data, read_world
from itsm.demo.freezes import declare_freezes, tell_exceptions, tell_lifted_segregation
from itsm.demo.plan import Plan, found
from notifications.models import Message
from people.demo_cast import DEMO_PEOPLE
from people.models import User

BASE = datetime(2026, 11, 22, 13, tzinfo=UTC)
# Every hour of two weeks a quarter, Christmas and the days of sales among them.
BASES = [BASE + timedelta(days=91 * n, hours=7 * h) for n in range(4) for h in range(48)]


def told_of(plots):
    return [(plot.story.title, plot.window, plot.commits, plot.moves) for plot in plots]


def awaiting(username):
    """The windows of what waits for somebody's vote and is seen by them."""
    user = User.objects.get(username=username)
    asked = Change.objects.visible_to(user).awaiting_vote_of(user, timezone.now())
    return list(asked.values_list("planned_start_at", flat=True))


class TestPlots:
    def test_the_same_seed_and_base_give_the_same_changes(self):
        assert told_of(change_plots(5, BASE)) == told_of(change_plots(5, BASE))
        assert told_of(change_plots(5, BASE)) != told_of(change_plots(6, BASE))

    @pytest.mark.parametrize("base", BASES[::7])
    def test_nothing_happens_after_the_base_nor_out_of_order(self, base):
        for plot in change_plots(1, base):
            moments = [move.at for move in plot.moves]
            assert moments == sorted(moments), plot.story.title
            assert moments[-1] <= base

    @pytest.mark.parametrize("base", BASES[::7])
    def test_what_is_planned_lies_ahead_and_what_was_done_behind(self, base):
        for plot in change_plots(1, base):
            story, (starts_at, ends_at) = plot.story, plot.window
            if story.ends in ("awaiting_approval", "approved", "scheduled"):
                assert timedelta() < starts_at - base < timedelta(days=40)
            if story.ends in ("closed", "verifying", "expired"):
                assert ends_at < base

    def test_no_window_lies_in_the_season_of_sales_or_on_a_pay_day(self):
        for plot in change_plots(1, BASE):
            day = plot.window[0].date()
            if plot.story.slot == "payday":
                assert day in pay_days(day.year, day.month)
            elif plot.story.slot not in ("urgent", "now"):
                assert day not in buen_fin(day.year) | pay_days(day.year, day.month)

    def test_stories_name_what_there_is_and_are_not_told_twice(self):
        estate, people = read_estate(), {*DEMO_PEOPLE, *COLLEAGUES}
        stories = change_stories()
        assert len({story.title for story in stories}) == len(stories) >= 60
        for story in stories:
            assert set(story.services) <= set(estate.services)
            assert set(story.assets) <= set(estate.assets)
            assert set(story.clients) <= set(estate.clients)
            assert {story.requester, story.builder, story.implementer, story.tester} <= people

    def test_every_story_says_the_facts_and_names_a_service(self):
        for story in change_stories():
            assert story.services, story.title
            if story.ends != "draft" and story.type != "standard":
                facts = (story.reason, story.description, story.security, story.test, story.backout)
                assert all(facts), story.title


@pytest.mark.django_db
def test_a_small_world_has_what_people_vote_on_and_little_more(cast):
    job, _hook = found(seed=1, incidents=4)
    plan = Plan.of(job.params)
    world = read_world()
    told = tell_first_changes(world, plan.seed, plan.base)
    assert told == Change.objects.count() == sum(s.is_first for s in change_stories())
    assert tell_changes(world, plan.seed, plan.base, plan.incidents) < 12
    assert tell_changes(world, plan.seed, plan.base, plan.incidents) == 0
    own = raise_change(actor=world.users["requester"], title="x", team=world.teams["core-platform"])
    assert own.pk > len(change_stories())


@pytest.mark.django_db
def test_a_board_of_somebody_else_is_other_data(cast):
    assert not holds_other_data()
    people = [cast.approver, cast.approver2]
    with acting(action="test"):
        found_boards(
            actor=None,
            place="Norte",
            chair=cast.cab_chair,
            members=people,
            emergency=[cast.approver, cast.senior_approver],
            since=BASE.date(),
        )
    assert holds_other_data()


class TestWorld(TestCase):
    @classmethod
    def setUpTestData(cls):
        job, _hook = found(seed=1, incidents=500)
        cls.plan = Plan.of(job.params)
        cls.told = tell_changes(read_world(), cls.plan.seed, cls.plan.base, cls.plan.incidents)

    def test_all_are_told_in_every_status_and_outcome(self):
        assert self.told == Change.objects.count() == len(change_stories())
        assert set(Change.objects.values_list("status", flat=True)) == set(Status)
        assert set(Change.objects.exclude(outcome="").values_list("outcome", flat=True)) == set(
            Outcome
        )
        assert Change.objects.filter(on_hold=True).exists()

    def test_each_ends_as_its_story_says(self):
        stories = {story.title: story.ends for story in change_stories()}
        amended = {
            story.amend["title"]: story.title
            for story in change_stories()
            if "title" in story.amend
        }
        for change in Change.objects.all():
            assert change.status == stories[amended.get(change.title, change.title)], change.title

    def test_people_have_something_to_vote_on_in_the_coming_days(self):
        now = timezone.now()
        for name in ("peer", "service_owner", "approver", "cab_chair", "senior_approver"):
            windows = awaiting(name)
            assert [at for at in windows if now < at < now + timedelta(days=30)], name
        assert len(awaiting("approver")) >= 3
        assert len(awaiting("cab_chair")) >= 2

    def test_answers_to_the_questions_give_the_risk_of_the_story(self):
        answered = [story for story in change_stories() if story.answers]
        assert RiskAssessment.objects.count() == len(answered) >= 5
        for story in answered:
            assert Change.objects.get(title=story.title).risk == story.risk

    def test_whatever_left_the_draft_has_its_facts(self):
        for change in Change.objects.exclude(status=Status.DRAFT):
            assert all(getattr(change, name).strip() for name in FACTS), change.title
            assert change.affected_services.exists()

    def test_every_kind_of_vote_was_cast_and_some_are_void(self):
        assert set(Vote.objects.values_list("decision", flat=True)) == set(Decision)
        assert Vote.objects.filter(step__round__status=StepStatus.VOID).count() >= 4
        assert not Vote.objects.exclude(authentication="imported").exists()

    def test_emergencies_began_on_two_words_and_were_asked_about_afterwards(self):
        rounds = ApprovalRound.objects.filter(is_retrospective=True)
        assert set(rounds.values_list("status", flat=True)) == {
            StepStatus.APPROVED,
            StepStatus.OPEN,
        }
        for change in Change.objects.filter(type="emergency"):
            assert change.verbal_approvals.filter(given_at__lt=change.actual_start_at).count() == 2

    def test_freezes_are_declared_over_them_and_paydays_let_two_in(self):
        world = read_world()
        assert declare_freezes(world, self.plan.base) == 5
        assert declare_freezes(world, self.plan.base) == 0
        assert set(FreezeWindow.objects.values_list("mode", flat=True)) == set(FreezeMode)
        assert tell_exceptions(world, self.plan.base) == 2
        assert tell_exceptions(world, self.plan.base) == 0
        assert tell_lifted_segregation(world, self.plan.base)
        assert not tell_lifted_segregation(world, self.plan.base)
        assert ControlException.objects.filter(kind="segregation").count() == 1
        granted = FreezeException.objects.granted().order_by("occurs_at")
        assert [held.window.name for held in granted] == ["Quincena", "Quincena"]
        assert [held.reviewed_at is not None for held in granted] == [True, False]

    def test_standard_changes_count_for_their_template(self):
        assert ChangeTemplate.objects.count() == len(template_stories())
        assert ChangeTemplate.objects.filter(approved_at=None).count() == 1
        assert ChangeTemplate.objects.filter(successes__gte=2, failures=1).exists()
        assert not Change.objects.filter(raised_at__lt=F("template__approved_at")).exists()

    def test_numbers_follow_the_moment_of_raising(self):
        numbers = list(Change.objects.order_by("raised_at").values_list("pk", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))

    def test_history_tells_when_it_was(self):
        first = Change.objects.earliest("raised_at")
        raised = first.history.earliest("history_id")
        assert (raised.history_date, raised.history_channel) == (first.raised_at, "demo")
        assert not Vote.objects.filter(cast_at__gt=self.plan.base).exists()
        assert not Change.objects.filter(actual_start_at__lt=F("planned_start_at")).exists()

    def test_nobody_gets_mail_about_the_past(self):
        assert not Message.objects.exists()

    def test_the_boards_are_those_of_mexico(self):
        seats = {b.name: b.seats.count() for b in Board.objects.all()}
        assert seats == {"CAB México": 3, "ECAB México": 3}
