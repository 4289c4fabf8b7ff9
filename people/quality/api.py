"""Quality as REST: plans, draws with their population, reviews, disputes, scores of machines."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from core.transitions import Workflow
from people.enums import TokenScope
from people.models import (
    ExternalScore,
    Person,
    QualityDispute,
    QualityDraw,
    QualityPlan,
    QualityReview,
    ReviewedWork,
    Rubric,
    Team,
    User,
)
from people.quality import forms
from people.quality.admin import leads_or_audits, population_response
from people.quality.enums import DisputeStatus, QualityReviewStatus
from people.quality.forms import DISPUTE_ACTIONS, PLAN_ACTIONS, REVIEW_ACTIONS
from people.quality.lists import (
    DisputeFilters,
    DrawFilters,
    PlanFilters,
    QualityReviewFilters,
)
from people.quality.workflow import DISPUTE_WORKFLOW, REVIEW_WORKFLOW
from people.services import quality_plans, quality_reviews
from people.services.external_scores import take_score
from people.services.quality_reviews import Given

_SCORE: dict[str, Any] = {"max_digits": 5, "decimal_places": 4}


class QualityPlanShown(serializers.Serializer[Any]):
    """Whose work is drawn every month, how much of it, and who reviews it."""

    reference = serializers.CharField()
    title = serializers.CharField()
    team = Related(Team, "slug")
    source = serializers.CharField()  # type: ignore[assignment]  # -- a field of our own
    rubric_key = serializers.CharField()
    per_person = serializers.IntegerField()
    reviews_each = serializers.IntegerField()
    days = serializers.IntegerField()
    has_self_review = serializers.BooleanField()
    shows_scores = serializers.BooleanField()
    arbiter = Related(User, "username")
    reviewers = serializers.SerializerMethodField()
    is_active = serializers.BooleanField()
    version = serializers.IntegerField()

    def get_reviewers(self, plan: QualityPlan) -> list[str]:
        return sorted(one.user.username for one in plan.reviewers.all())


class WhoReviews(Related):
    """The username of somebody who may review where one plans."""

    def find(self, keys: list[Any]) -> list[Any]:
        if not isinstance(keys[0], str) or "\x00" in keys[0]:
            self.fail("unknown")
        planner = self.context["request"].user
        found = forms.who_may_review(planner).filter(username=keys[0]).first()
        if found is None:
            self.fail("unknown")
        return [found]


class QualityPlanEdit(RecordInput):
    """What changes from the next draw on."""

    title = Text(max_length=120)
    per_person = serializers.IntegerField(min_value=1, max_value=20)
    reviews_each = serializers.IntegerField(min_value=1, max_value=3)
    days = serializers.IntegerField(min_value=3, max_value=60)
    has_self_review = serializers.BooleanField(required=False)
    shows_scores = serializers.BooleanField(required=False)
    arbiter = WhoReviews(User, "username")
    is_active = serializers.BooleanField(required=False)


class QualityPlanInput(QualityPlanEdit):
    """A plan for a team that one leads."""

    team = Related(Team, "slug")
    source = serializers.SlugField(max_length=40)  # type: ignore[assignment]  # -- a field of our own
    rubric_key = serializers.SlugField(max_length=40)


class QualityPlanViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """Plans of quality."""

    queryset = QualityPlan.objects.prefetch_related("reviewers__user")
    serializer_class = QualityPlanShown
    create_serializer_class = QualityPlanInput
    edit_serializer_class = QualityPlanEdit
    filterset_class = PlanFilters
    orderings = {"reference": ("pk",)}
    parameters = {"history": ("limit", "before")}
    workflow = Workflow()
    action_forms = PLAN_ACTIONS
    token_scope = TokenScope.WRITE

    def create_with(self, **data: Any) -> QualityPlan:
        return quality_plans.draft_plan(actor=self.request.user, **data)

    def edit_with(self, record: QualityPlan, **data: Any) -> QualityPlan:
        return quality_plans.edit_plan(record, actor=self.request.user, **data)

    def _take(self, record: Any, answers: dict[str, Any]) -> Any:
        """None of its actions is one of a workflow, and each is a change."""
        self.require("change")
        return super()._take(record, answers)


class QualityDrawShown(serializers.Serializer[Any]):
    """What was drawn, with what it takes to draw it again beside its population."""

    reference = serializers.CharField()
    plan = Related(QualityPlan)
    rubric = Related(Rubric)
    month = serializers.DateField()
    size = serializers.IntegerField()
    seed = serializers.CharField()
    population_hash = serializers.CharField()
    drawn_at = Moment()
    drawn_by = Related(User, "username", allow_null=True)


class WorkShown(serializers.Serializer[Any]):
    """One piece of work that was drawn."""

    reference = serializers.CharField()
    person = Related(Person, "full_name")
    stratum = serializers.CharField()
    revealed_at = Moment(allow_null=True)


class QualityDrawViewSet(ScopedViewSet):
    """Draws of work to review."""

    queryset = QualityDraw.objects.all()
    serializer_class = QualityDrawShown
    filterset_class = DrawFilters
    orderings = {"reference": ("pk",), "month": ("month", "pk")}
    http_method_names = ["get", "head"]

    @extend_schema(responses=WorkShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def works(self, request: Any, **kwargs: Any) -> Response:
        """What was drawn, as far as the reader may see it yet."""
        rows = ReviewedWork.objects.visible_to(request.user).filter(draw=self.get_object())
        rows = rows.select_related("person").order_by("person__full_name", "reference")
        return Response(WorkShown(rows, many=True).data)

    @extend_schema(responses={(200, "text/plain"): OpenApiTypes.STR})
    @action(detail=True, pagination_class=None, filter_backends=[])
    def population(self, request: Any, **kwargs: Any) -> HttpResponse:
        """What was drawn from: reference, person's number and stratum, tabs between, a line each.
        For those who lead the team, and for auditors."""
        draw = self.get_object()
        if not leads_or_audits(request.user, draw):
            raise PermissionDenied
        return population_response(draw)


class QualityRatingShown(serializers.Serializer[Any]):
    """One rating with what it quotes; `settled` is what a dispute made of it."""

    criterion = serializers.CharField(source="criterion.key")
    rating = serializers.IntegerField(allow_null=True)
    quote = serializers.CharField()
    settled = serializers.IntegerField(allow_null=True)


class QualityReviewShown(serializers.Serializer[Any]):
    """One review of one piece of work; `score` lies from 0 to 1."""

    reference = serializers.CharField()
    work = serializers.CharField(source="work.reference")
    person = serializers.CharField(source="work.person.full_name")
    draw = serializers.CharField(source="work.draw.reference")
    reviewer = Related(User, "username")
    is_own_work = serializers.BooleanField()
    status = serializers.ChoiceField(choices=QualityReviewStatus.choices)
    due_on = serializers.DateField()
    statement = serializers.CharField()
    score = serializers.DecimalField(allow_null=True, **_SCORE)
    ratings = QualityRatingShown(many=True)
    ended_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class RatingInput(RecordInput):
    """What one says of a criterion; without a rating it does not apply."""

    criterion = serializers.SlugField(max_length=40)
    rating = serializers.IntegerField(allow_null=True, min_value=0, max_value=5)
    quote = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=quality_reviews.LONGEST["quote"]
    )


class ReviewInput(RecordInput):
    """A whole review."""

    ratings = RatingInput(many=True)
    statement = serializers.CharField(max_length=quality_reviews.LONGEST["statement"])


class QualityReviewViewSet(TakesActions, TellsHistory, ScopedViewSet):
    """Reviews that one has to write, and those that one may read."""

    queryset = QualityReview.objects.select_related("work__person", "work__draw").prefetch_related(
        "ratings__criterion"
    )
    serializer_class = QualityReviewShown
    filterset_class = QualityReviewFilters
    orderings = {"reference": ("pk",), "due_on": ("due_on", "pk")}
    parameters = {"history": ("limit", "before")}
    workflow = REVIEW_WORKFLOW
    action_forms = {name: form for name, form in REVIEW_ACTIONS.items() if name != "submit"}
    token_scope = TokenScope.WRITE
    http_method_names = ["get", "head", "post"]

    @extend_schema(request=ReviewInput, responses=QualityReviewShown)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def submit(self, request: Any, **kwargs: Any) -> Response:
        """The whole review in one piece, by its reviewer."""
        review = self.get_object()
        self.require("change")

        def write() -> Response:
            told = self.checked(ReviewInput)
            given = [Given(**one) for one in told["ratings"]]
            made = quality_reviews.submit_review(
                review, actor=request.user, ratings=given, statement=told["statement"]
            )
            return self.show_written(made)

        return answer_once(request, transaction.atomic(write))


class QualityDisputeShown(serializers.Serializer[Any]):
    """A dispute about a rating."""

    reference = serializers.CharField()
    review = serializers.CharField(source="rating.review.reference")
    criterion = serializers.CharField(source="rating.criterion.key")
    rating = serializers.IntegerField(source="rating.rating")
    proposed = serializers.IntegerField()
    reason = serializers.CharField()
    raised_by = Related(User, "username")
    raised_at = Moment()
    status = serializers.ChoiceField(choices=DisputeStatus.choices)
    due_on = serializers.DateField()
    answer = serializers.CharField()
    decision = serializers.CharField()
    settled = serializers.IntegerField(source="rating.settled", allow_null=True)
    settled_by = Related(User, "username", allow_null=True)
    settled_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class QualityDisputeViewSet(TakesActions, TellsHistory, ScopedViewSet):
    """Disputes about ratings."""

    queryset = QualityDispute.objects.select_related("rating__review", "rating__criterion")
    serializer_class = QualityDisputeShown
    filterset_class = DisputeFilters
    orderings = {"reference": ("pk",), "due_on": ("due_on", "pk")}
    parameters = {"history": ("limit", "before")}
    workflow = DISPUTE_WORKFLOW
    action_forms = DISPUTE_ACTIONS
    token_scope = TokenScope.WRITE
    http_method_names = ["get", "head", "post"]


class ExternalScoreShown(serializers.Serializer[Any]):
    """What a machine or a survey made of a record, from 0 to 1."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # -- a field of our own
    model = serializers.CharField()
    model_version = serializers.CharField()
    score = serializers.DecimalField(**_SCORE)
    explanation = serializers.CharField()
    scored_at = Moment()
    given_at = Moment()
    given_by = Related(User, "username")


class ExternalScoreInput(RecordInput):
    """A score of a record that one sees."""

    reference = serializers.CharField(max_length=30)
    source = serializers.SlugField(max_length=40)  # type: ignore[assignment]  # -- a field of our own
    model = Text(max_length=80)
    model_version = Text(max_length=40)
    score = serializers.DecimalField(min_value=0, max_value=1, **_SCORE)
    explanation = Text(max_length=4000)
    scored_at = serializers.DateTimeField()


class ExternalScoreViewSet(Creates, ScopedViewSet):
    """Scores of machines and surveys: a second opinion, never a review."""

    queryset = ExternalScore.objects.all()
    serializer_class = ExternalScoreShown
    create_serializer_class = ExternalScoreInput
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,18}"
    orderings = {"id": ("pk",)}
    ordering = "-id"
    token_scope = TokenScope.WRITE
    http_method_names = ["get", "head", "post"]

    def create_with(self, **data: Any) -> ExternalScore:
        return take_score(actor=self.request.user, **data)
