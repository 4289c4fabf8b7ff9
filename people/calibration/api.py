"""Calibrations as REST: started, rated piece by piece, read once they are revealed."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related
from core.api.idempotency import answer_once
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, ScopedViewSet
from people.calibration.enums import CalibrationStatus
from people.calibration.figures import agreement_of
from people.calibration.forms import CALIBRATION_ACTIONS
from people.calibration.lists import CalibrationFilters
from people.calibration.workflow import CALIBRATION_WORKFLOW
from people.enums import TokenScope
from people.models import Calibration, CalibrationRating, QualityPlan, Rubric, User
from people.quality.api import RatingInput
from people.services import calibrations
from people.services.quality_reviews import Given


class RaterShown(serializers.Serializer[Any]):
    """Who rates, and whether they are done; never with what."""

    user = Related(User, "username")
    done_at = Moment(allow_null=True)
    left_out_at = Moment(allow_null=True)


class CalibrationShown(serializers.Serializer[Any]):
    """One calibration; what was rated stands under `agreement` once it is revealed."""

    reference = serializers.CharField()
    plan = Related(QualityPlan)
    rubric = Related(Rubric)
    status = serializers.ChoiceField(choices=CalibrationStatus.choices)
    due_on = serializers.DateField()
    pieces = serializers.SerializerMethodField()
    raters = RaterShown(many=True)
    started_by = Related(User, "username")
    started_at = Moment()
    revealed_at = Moment(allow_null=True)
    summary = serializers.CharField()
    closed_by = Related(User, "username", allow_null=True)
    closed_at = Moment(allow_null=True)
    version = serializers.IntegerField()

    def get_pieces(self, calibration: Calibration) -> list[str]:
        return [piece.reference for piece in calibration.pieces.all()]


class CalibrationInput(RecordInput):
    """A calibration of the reviewers of a plan; `month` by any of its days."""

    plan = Related(QualityPlan)
    month = serializers.DateField()
    pieces = serializers.IntegerField(
        min_value=calibrations.PIECES[0], max_value=calibrations.PIECES[1]
    )
    days = serializers.IntegerField(min_value=calibrations.DAYS[0], max_value=calibrations.DAYS[1])


class PieceInput(RecordInput):
    """What one makes of one piece."""

    piece = serializers.CharField(max_length=30)
    ratings = RatingInput(many=True)


class RatersAgreeShown(serializers.Serializer[Any]):
    """How far raters agree on one criterion: 1 fully, 0 as by chance, null where all gave one
    rating. `kappa` is Cohen's of two raters, Fleiss' of more."""

    criterion = serializers.CharField(source="criterion.key")
    kappa = serializers.FloatField(allow_null=True)
    alpha = serializers.FloatField(allow_null=True)
    pieces = serializers.IntegerField()


class CalibrationViewSet(Creates, TakesActions, TellsHistory, ScopedViewSet):
    """Calibrations of reviewers."""

    queryset = Calibration.objects.prefetch_related("pieces", "raters")
    serializer_class = CalibrationShown
    create_serializer_class = CalibrationInput
    filterset_class = CalibrationFilters
    orderings = {"reference": ("pk",), "due_on": ("due_on", "pk")}
    parameters = {"history": ("limit", "before")}
    workflow = CALIBRATION_WORKFLOW
    action_forms = {name: form for name, form in CALIBRATION_ACTIONS.items() if name != "rate"}
    token_scope = TokenScope.WRITE
    http_method_names = ["get", "head", "post"]

    def create_with(self, **data: Any) -> Calibration:
        plan = data.pop("plan")
        return calibrations.start_calibration(plan, actor=self.request.user, **data)

    @extend_schema(request=PieceInput, responses=CalibrationShown)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def rate(self, request: Any, **kwargs: Any) -> Response:
        """One piece, for good; by those who rate."""
        calibration = self.get_object()
        self.require("change")

        def write() -> Response:
            told = self.checked(PieceInput)
            made = calibrations.rate_piece(
                calibration,
                actor=request.user,
                piece=told["piece"],
                ratings=[Given(**one) for one in told["ratings"]],
            )
            return self.show_written(made)

        return answer_once(request, transaction.atomic(write))

    @extend_schema(responses=RatersAgreeShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def agreement(self, request: Any, **kwargs: Any) -> Response:
        """By criterion, once all have rated everything; empty before."""
        record = self.get_object()
        ratings: list[CalibrationRating] = []
        if record.revealed_at is not None:
            rows = CalibrationRating.objects.visible_to(request.user)
            ratings = list(rows.filter(piece__calibration=record).select_related("criterion"))
        return Response(RatersAgreeShown(agreement_of(ratings), many=True).data)
