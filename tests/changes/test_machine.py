"""Whatever twenty people do in whatever order: nothing is approved that should not be.

A hypothesis state machine acts through the services; after every step the invariants are read
from the rows alone, by other code than decides.
"""

import contextlib
import os
from datetime import timedelta
from math import ceil

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from changes import services
from changes.enums import Decision, Risk
from changes.models import ApprovalRound, Change, Vote
from changes.services.configuring import name_substitute
from core.errors import Refused, ValidationError
from people.models import User
from tests.cast import assemble_cast
from tests.factories import a_change

PEOPLE = [
    *("peer", "service_owner", "approver", "approver2", "cab_chair", "senior_approver"),
    *("requester", "implementer", "service_manager", "team_lead", "agent_l1", "agent_l2"),
    *("admin", "auditor", "vendor_manager", "finance", "hr_partner", "outsider"),
    *("norole", "security_admin"),
]
VOTERS = PEOPLE[:6]
ROUNDS = 4
HONEST = (Refused, ValidationError, Change.DoesNotExist)
APPROVED = ("approved", "scheduled", "implementing", "verifying", "reviewing", "closed")


class Approval(RuleBasedStateMachine):
    """One change, twenty people, votes, delegations, edits and amendments in any order."""

    approved = 0

    @initialize(risk=st.sampled_from(Risk.values))
    def begin(self, risk):
        self.cast = assemble_cast()
        self.change = a_change(self.cast, "awaiting_approval", risk=risk)
        self.hashes = [self.change.version_hash]

    def actor(self, name):
        return User.objects.get(username=name)

    @contextlib.contextmanager
    def trying(self):
        with contextlib.suppress(*HONEST):
            yield
        self.change = Change.objects.get(pk=self.change.pk)
        if self.change.version_hash not in self.hashes:
            self.hashes.append(self.change.version_hash)

    @rule(
        name=st.sampled_from([*VOTERS * 6, *PEOPLE]),
        decision=st.sampled_from(["approve"] * 6 + ["reject", "abstain", "recuse"]),
        which=st.integers(0, 3),
        absent=st.sampled_from([None, None, None, *VOTERS]),
    )
    def anybody_votes(self, name, decision, which, absent):
        self.vote(name, decision, which, absent)

    def vote(self, name, decision, which, absent):
        version = self.hashes[-1 - min(which, len(self.hashes) - 1) if which == 3 else -1]
        with self.trying():
            services.cast_vote(
                self.change,
                actor=self.actor(name),
                decision=decision,
                comment="because",
                version_hash=version,
                authentication="password",
                on_behalf_of=self.actor(absent) if absent else None,
            )

    @rule(count=st.integers(1, 6), decision=st.sampled_from(["approve"] * 8 + ["recuse"]))
    def those_who_are_asked_vote(self, count, decision):
        for name in VOTERS[:count] * 2:
            actor, now = self.actor(name), timezone.now()
            if Change.objects.filter(pk=self.change.pk).awaiting_vote_of(actor, now).exists():
                self.vote(name, decision, 0, None)

    @rule(name=st.sampled_from(VOTERS), other=st.sampled_from(PEOPLE))
    def stand_in(self, name, other):
        now = timezone.now()
        with self.trying():
            name_substitute(
                actor=self.actor(name),
                substitute=self.actor(other),
                starts_at=now - timedelta(hours=1),
                ends_at=now + timedelta(days=1),
            )

    @rule(name=st.sampled_from(PEOPLE), title=st.sampled_from(["One", "Two"]))
    def amend(self, name, title):
        with self.trying():
            services.amend_change(self.change, actor=self.actor(name), note="why", title=title)

    @rule(name=st.sampled_from(PEOPLE), part=st.sampled_from(["builder", "implementer"]))
    def take_a_part(self, name, part):
        with self.trying():
            person = self.actor(name)
            services.edit_change(self.change, actor=self.cast.requester, **{part: person})

    @rule(name=st.sampled_from(PEOPLE), action=st.sampled_from(["schedule", "start", "hold"]))
    def work(self, name, action):
        verbs = {
            "schedule": services.schedule_change,
            "start": services.start_change,
            "hold": services.hold_change,
        }
        with self.trying():
            verbs[action](self.change, actor=self.actor(name), note="why")

    @invariant()
    def what_counts_as_approved_has_its_votes(self):
        if not hasattr(self, "change") or self.change.status not in APPROVED:
            return
        type(self).approved += 1
        asked = ApprovalRound.objects.get(content__sha256=self.change.version_hash)
        involved = {
            user.person_id
            for user in (self.change.requester, self.change.builder, self.change.implementer)
            if user
        }
        steps = list(asked.steps.all())
        assert steps
        for step in steps:
            votes = list(Vote.objects.filter(step=step))
            yes = [vote for vote in votes if vote.decision == Decision.APPROVE]
            recused = [vote for vote in votes if vote.decision == Decision.RECUSE]
            assert {vote.version_hash for vote in votes} == {self.change.version_hash}
            assert len({vote.person_id for vote in yes}) == len(yes)
            assert len({vote.cast_by_person_id for vote in yes}) == len(yes)
            assert not involved & {vote.person_id for vote in yes}
            assert not involved & {vote.cast_by_person_id for vote in yes}
            left = step.electors.count() - len(recused)
            needed = {
                "first": 1,
                "all": left,
                "n_of_m": step.needed,
                "percent": ceil(left * step.needed / 100),
            }[step.quorum]
            assert len(yes) >= max(needed, 1)


def run(examples, steps):
    from django.db import transaction

    class InATransaction(Approval):
        def __init__(self):
            super().__init__()
            self.point = transaction.atomic()
            self.point.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.point.__exit__(None, None, None)

    for _round in range(ROUNDS):  # approvals take luck: more runs until there was one
        run_state_machine_as_test(
            InATransaction,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        if InATransaction.approved:
            break
    assert InATransaction.approved, "no run came as far as an approval: nothing was tried"


@pytest.mark.slow
@pytest.mark.django_db
def test_nothing_is_approved_that_should_not_be():
    run(int(os.environ.get("ITSM_MACHINE_RUNS", "60")), 20)
