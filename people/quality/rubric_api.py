"""Rubrics as REST."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Moment, RecordInput, Related, Text
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import TokenScope
from people.models import Rubric, User
from people.quality.enums import RubricStatus
from people.quality.rubric_forms import RUBRIC_ACTIONS
from people.quality.rubric_lists import RubricFilters
from people.quality.rubric_workflow import RUBRIC_WORKFLOW, may_approve_rubrics
from people.services import rubrics


class CriterionShown(serializers.Serializer[Any]):
    """One thing that is judged. `anchors_*` say what each rating means, the lowest first; the
    lowest is 0 on a scale up to 1, else 1."""

    key = serializers.CharField()
    title_en = serializers.CharField()
    title_es = serializers.CharField()
    scale = serializers.IntegerField()
    anchors_en = serializers.ListField(child=serializers.CharField())
    anchors_es = serializers.ListField(child=serializers.CharField())
    weight = serializers.IntegerField()
    is_critical = serializers.BooleanField()
    applies_en = serializers.CharField()
    applies_es = serializers.CharField()


class RubricShown(serializers.Serializer[Any]):
    """One version of what work is judged by."""

    reference = serializers.CharField()
    key = serializers.CharField()
    number = serializers.IntegerField()
    title_en = serializers.CharField()
    title_es = serializers.CharField()
    good_en = serializers.CharField()
    good_es = serializers.CharField()
    status = serializers.ChoiceField(choices=RubricStatus.choices)
    criteria = CriterionShown(many=True)
    drafted_by = Related(User, "username")
    approved_by = Related(User, "username", allow_null=True)
    approved_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class RubricTexts(RecordInput):
    """The texts of a draft."""

    title_en = Text(max_length=120)
    title_es = Text(max_length=120)
    good_en = Text(max_length=4000)
    good_es = Text(max_length=4000)


class RubricInput(RubricTexts):
    """A draft begins with the criteria of the version in force."""

    key = serializers.SlugField(max_length=40)


class RubricViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """What work is judged by, version after version."""

    queryset = Rubric.objects.prefetch_related("criteria")
    serializer_class = RubricShown
    create_serializer_class = RubricInput
    edit_serializer_class = RubricTexts
    filterset_class = RubricFilters
    orderings = {"reference": ("pk",)}
    parameters = {"history": ("limit", "before")}
    workflow = RUBRIC_WORKFLOW
    action_forms = RUBRIC_ACTIONS
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Who puts rubrics in force does so without writing them."""
        if not (self.action == "transitions" and may_approve_rubrics(self.request.user)):
            super().require(verb)

    def create_with(self, **data: Any) -> Rubric:
        return rubrics.draft_rubric(actor=self.request.user, **data)

    def edit_with(self, record: Rubric, **data: Any) -> Rubric:
        return rubrics.edit_rubric(record, actor=self.request.user, **data)
