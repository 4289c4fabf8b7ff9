"""How changes and their parts look in the API, and what a write may carry."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from assets.enums import Environment
from assets.models import Asset, Service
from changes.enums import (
    Authentication,
    ChangeType,
    Decision,
    Outcome,
    Quorum,
    Risk,
    Status,
    StepKind,
    StepStatus,
)
from changes.models import Board, ChangeTemplate
from core.api.fields import Moment, RecordInput, Related, RelatedList, Text
from people.models import Team, User
from sla.models import Client

_LONGEST = 20_000


class Commit(serializers.Serializer[Any]):
    """A commit or an artefact that a change brings to production."""

    repository = Text(max_length=200)
    commit = Text(max_length=100)


class ChangeRow(serializers.Serializer[Any]):
    """A change. Related records by reference, short name or username."""

    reference = serializers.CharField()
    type = serializers.ChoiceField(choices=ChangeType.choices)
    template = Related(ChangeTemplate, "name", allow_null=True)
    title = serializers.CharField()
    reason = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    security_impact = serializers.CharField()
    test_plan = serializers.CharField()
    test_result = serializers.CharField()
    backout_plan = serializers.CharField()
    communication_plan = serializers.CharField()
    environment = serializers.ChoiceField(choices=Environment.choices)
    is_significant = serializers.BooleanField()
    services = RelatedList(Service)
    assets = RelatedList(Asset)
    clients = RelatedList(Client, "slug")
    team = Related(Team, "slug")
    planned_start_at = Moment(allow_null=True)
    planned_end_at = Moment(allow_null=True)
    actual_start_at = Moment(allow_null=True)
    actual_end_at = Moment(allow_null=True)
    requester = Related(User, "username")
    builder = Related(User, "username", allow_null=True)
    implementer = Related(User, "username", allow_null=True)
    tester = Related(User, "username", allow_null=True)
    risk = serializers.ChoiceField(choices=Risk.choices, allow_blank=True)
    status = serializers.ChoiceField(choices=Status.choices)
    on_hold = serializers.BooleanField()
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    backout_used = serializers.BooleanField()
    review = serializers.CharField()
    raised_at = Moment()
    ended_at = Moment(allow_null=True)
    version_hash = serializers.CharField(help_text="SHA-256 of what people approve; empty before.")
    version = serializers.IntegerField()


class ChangeDetail(ChangeRow):
    """One change, with the commits that it brings."""

    commits = serializers.SerializerMethodField()

    def get_commits(self, change: Any) -> list[dict[str, str]]:
        return [{"repository": c.repository, "commit": c.commit} for c in change.commits.all()]


class ChangeEdit(RecordInput):
    """What may be corrected while nobody was asked to approve it; afterwards only who plays which
    part. Status, risk, approval and hash change by actions and votes."""

    title = Text(max_length=200)
    reason = Text(max_length=_LONGEST, allow_blank=True, required=False)
    description = Text(max_length=_LONGEST, allow_blank=True, required=False)
    security_impact = Text(max_length=_LONGEST, allow_blank=True, required=False)
    test_plan = Text(max_length=_LONGEST, allow_blank=True, required=False)
    test_result = Text(max_length=_LONGEST, allow_blank=True, required=False)
    backout_plan = Text(max_length=_LONGEST, allow_blank=True, required=False)
    communication_plan = Text(max_length=_LONGEST, allow_blank=True, required=False)
    environment = serializers.ChoiceField(choices=Environment.choices, required=False)
    is_significant = serializers.BooleanField(required=False)
    services = RelatedList(Service, required=False)
    assets = RelatedList(Asset, required=False)
    clients = RelatedList(Client, "slug", required=False)
    commits = Commit(many=True, required=False)
    planned_start_at = Moment(required=False, allow_null=True)
    planned_end_at = Moment(required=False, allow_null=True)
    builder = Related(User, "username", allow_null=True, required=False)
    implementer = Related(User, "username", allow_null=True, required=False)
    tester = Related(User, "username", allow_null=True, required=False)

    def validate_commits(self, given: list[dict[str, str]]) -> list[tuple[str, str]]:
        if len(given) > 200:
            raise serializers.ValidationError(_("Give at most 200 commits."))
        return [(commit["repository"], commit["commit"]) for commit in given]


class ChangeRaising(ChangeEdit):
    """What a change may be raised with; `title` and `team` must be."""

    type = serializers.ChoiceField(choices=ChangeType.choices, required=False)
    template = Related(ChangeTemplate, "name", required=False)
    team = Related(Team, "slug")


class VoteShown(serializers.Serializer[Any]):
    """What one person said to one version of the change."""

    seat = serializers.CharField(source="person.full_name")
    cast_by = Related(User, "username")
    decision = serializers.ChoiceField(choices=Decision.choices)
    comment = serializers.CharField()
    version_hash = serializers.CharField()
    authentication = serializers.ChoiceField(choices=Authentication.choices)
    cast_at = Moment()


class VoteInput(RecordInput):
    """A vote on the version that `version_hash` names."""

    decision = serializers.ChoiceField(choices=Decision.choices)
    comment = Text(max_length=5_000, allow_blank=True, required=False)
    version_hash = serializers.RegexField(r"\A[0-9a-f]{64}\Z")
    on_behalf_of = Related(User, "username", required=False, allow_null=True)


class StepShown(serializers.Serializer[Any]):
    """One step of the round that asks about a version."""

    position = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=StepKind.choices)
    board = Related(Board, "name", allow_null=True)
    quorum = serializers.ChoiceField(choices=Quorum.choices)
    needed = serializers.IntegerField()
    required_votes = serializers.IntegerField()
    status = serializers.ChoiceField(choices=StepStatus.choices)
    opened_at = Moment(allow_null=True)
    due_at = Moment(allow_null=True)
    decided_at = Moment(allow_null=True)
    electors = serializers.SerializerMethodField()
    votes = VoteShown(many=True)

    def get_electors(self, step: Any) -> list[str]:
        return [elector.user.get_username() for elector in step.electors.all()]


class VersionShown(serializers.Serializer[Any]):
    """A content that was frozen, and how approval of it stands."""

    number = serializers.IntegerField()
    sha256 = serializers.CharField()
    content = serializers.JSONField()
    frozen_at = Moment()
    frozen_by = Related(User, "username", allow_null=True)
    status = serializers.ChoiceField(source="round.status", choices=StepStatus.choices)
    policy = serializers.CharField(source="round.policy")
    steps = StepShown(source="round.steps", many=True)


class RiskReason(serializers.Serializer[Any]):
    """Why the risk is what it is: a question and its answer with its points, or a rule with the
    level below which the risk does not fall."""

    code = serializers.CharField()
    answer = serializers.CharField()
    figures = serializers.DictField(child=serializers.IntegerField())
    points = serializers.IntegerField()
    level = serializers.ChoiceField(choices=Risk.choices, allow_null=True)
    text = serializers.CharField(help_text="In the language asked for.")


class RiskShown(serializers.Serializer[Any]):
    """What was answered about the risk, and what follows from it."""

    level = serializers.ChoiceField(choices=Risk.choices, allow_blank=True)
    points = serializers.IntegerField(allow_null=True)
    lines = RiskReason(source="reasons", many=True)
    answers = serializers.DictField(child=serializers.CharField())
    assessed_at = Moment(allow_null=True)
    assessed_by = Related(User, "username", allow_null=True)


class TaskShown(serializers.Serializer[Any]):
    """A piece of work of the change."""

    id = serializers.IntegerField()
    position = serializers.IntegerField()
    title = serializers.CharField()
    assignee = Related(User, "username", allow_null=True)
    status = serializers.CharField()
    planned_start_at = Moment()
    planned_end_at = Moment()
    actual_start_at = Moment(allow_null=True)
    actual_end_at = Moment(allow_null=True)


class TaskInput(RecordInput):
    """A task after those that are there, within the change's planned window."""

    title = Text(max_length=200)
    assignee = Related(User, "username", allow_null=True, required=False)
    planned_start_at = Moment()
    planned_end_at = Moment()
