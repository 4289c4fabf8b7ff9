"""Scorecards and their models as REST."""

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related, Text
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import TokenScope
from people.models import User
from vendors import services
from vendors.models import Scorecard, ScoreModel, Vendor
from vendors.scorecards.enums import CardStatus, KpiSource, ModelStatus, PeriodKind, Unit
from vendors.scorecards.filters import ScorecardFilters, ScoreModelFilters
from vendors.scorecards.forms import SCORE_MODEL_ACTIONS, SCORECARD_ACTIONS
from vendors.scorecards.page import seen_records
from vendors.scorecards.permissions import may_approve_score_models, may_mark_vendors
from vendors.scorecards.sheet import sheet_response
from vendors.scorecards.workflow import SCORE_MODEL_WORKFLOW, SCORECARD_WORKFLOW


class ScoreKpiShown(serializers.Serializer[Any]):
    """One figure of a model; decimals are text."""

    key = serializers.CharField()
    title = serializers.CharField()
    source = serializers.ChoiceField(choices=KpiSource.choices)  # type: ignore[assignment]  # -- a field of our own
    unit = serializers.ChoiceField(choices=Unit.choices)
    weight = serializers.DecimalField(max_digits=5, decimal_places=2)
    floor = serializers.DecimalField(max_digits=18, decimal_places=4)
    target = serializers.DecimalField(max_digits=18, decimal_places=4)


class ScoreModelShown(serializers.Serializer[Any]):
    """One version of what vendors are measured by."""

    reference = serializers.CharField()
    title = serializers.CharField()
    number = serializers.IntegerField()
    status = serializers.ChoiceField(choices=ModelStatus.choices)
    kpis = ScoreKpiShown(many=True)
    drafted_by = Related(User, "username")
    approved_by = Related(User, "username", allow_null=True)
    approved_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class ScoreModelInput(RecordInput):
    """A draft begins with the figures of the model in force."""

    title = Text(max_length=200)


class ScoreModelViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """What vendors are measured by, version after version."""

    queryset = ScoreModel.objects.prefetch_related("kpis")
    serializer_class = ScoreModelShown
    create_serializer_class = edit_serializer_class = ScoreModelInput
    filterset_class = ScoreModelFilters
    orderings = {"reference": ("pk",)}
    parameters = {"history": ("limit", "before")}
    workflow = SCORE_MODEL_WORKFLOW
    action_forms = SCORE_MODEL_ACTIONS
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Who puts models in force does so without writing them."""
        if not (self.action == "transitions" and may_approve_score_models(self.request.user)):
            super().require(verb)

    def create_with(self, **data: Any) -> ScoreModel:
        return services.draft_score_model(actor=self.request.user, **data)

    def edit_with(self, record: ScoreModel, **data: Any) -> ScoreModel:
        return services.edit_score_model(record, actor=self.request.user, **data)


class ScoreRow(serializers.Serializer[Any]):
    """A record that a figure was made of, of those that the reader sees."""

    key = serializers.CharField(help_text="Of the figure.")
    reference = serializers.CharField()
    said = serializers.CharField()


class VendorFigureShown(serializers.Serializer[Any]):
    """One figure: empty where nothing is known. `worth` is 0 at the floor and 100 at the target."""

    key = serializers.CharField(source="kpi.key")
    title = serializers.CharField(source="kpi.title")
    value = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)
    unit = serializers.ChoiceField(choices=Unit.choices, source="kpi.unit")
    n = serializers.IntegerField(allow_null=True)
    worth = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    weight = serializers.DecimalField(max_digits=5, decimal_places=2, source="kpi.weight")
    evidence = serializers.CharField()


class ScorecardShown(serializers.Serializer[Any]):
    """How a vendor did in a month or quarter."""

    reference = serializers.CharField()
    vendor = Related(Vendor)
    model = Related(ScoreModel)
    period = serializers.ChoiceField(choices=PeriodKind.choices)
    starts_on = serializers.DateField()
    status = serializers.ChoiceField(choices=CardStatus.choices)
    score = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    confidence = serializers.DecimalField(max_digits=5, decimal_places=2)
    lines = VendorFigureShown(many=True)
    comment = serializers.CharField()
    measured_at = Moment()
    locked_by = Related(User, "username", allow_null=True)
    locked_at = Moment(allow_null=True)
    digest = serializers.CharField()
    version = serializers.IntegerField()


class ScorecardViewSet(TakesActions, TellsHistory, ScopedViewSet):
    """How vendors did, month by month and quarter by quarter."""

    queryset = Scorecard.objects.prefetch_related("lines__kpi")
    serializer_class = ScorecardShown
    filterset_class = ScorecardFilters
    orderings = {"reference": ("pk",), "starts_on": ("starts_on", "pk"), "score": ("score", "pk")}
    ordering = "-starts_on"
    parameters = {"history": ("limit", "before")}
    workflow = SCORECARD_WORKFLOW
    action_forms = SCORECARD_ACTIONS
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Who gives marks does so without keeping scorecards."""
        if not (self.action == "transitions" and may_mark_vendors(self.request.user)):
            super().require(verb)

    @extend_schema(responses=ScoreRow(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def rows(self, request: Any, **kwargs: Any) -> Response:
        """The records that its figures were made of, of those that the reader sees."""
        lines = list(self.get_object().lines.select_related("kpi").order_by("kpi"))
        seen = seen_records((row for line in lines for row in line.rows), request.user)
        found = [
            {"key": line.kpi.key, "reference": row["reference"], "said": row["said"]}
            for line in lines
            for row in line.rows
            if row["id"] in seen[row["model"]]
        ]
        return Response(ScoreRow(found, many=True).data)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, pagination_class=None, filter_backends=[])
    def sheet(self, request: Any, **kwargs: Any) -> Any:
        """The PDF for the meeting, in the language asked for; taking it away is on record."""
        return sheet_response(self.get_object(), request.user, get_language() or "en")
