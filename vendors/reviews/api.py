"""Service reviews of vendors as REST."""

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
from vendors.models import Scorecard, ServiceReview, Vendor
from vendors.reviews.enums import ActionStatus, AgendaKind, PlanStatus, ReviewStatus, Side
from vendors.reviews.filters import ServiceReviewFilters
from vendors.reviews.forms import REVIEW_ACTIONS
from vendors.reviews.page import known_rows
from vendors.reviews.permissions import may_minute_reviews
from vendors.reviews.sheet import sheet_response
from vendors.reviews.workflow import REVIEW_WORKFLOW
from vendors.scorecards.page import seen_records


class ServiceReviewShown(serializers.Serializer[Any]):
    """A meeting with a vendor about a scorecard. Its agenda, attendees, actions and plans have
    their own addresses."""

    reference = serializers.CharField()
    vendor = Related(Vendor)
    scorecard = Related(Scorecard)
    planned_at = Moment()
    place = serializers.CharField()
    chair = Related(User, "username")
    status = serializers.ChoiceField(choices=ReviewStatus.choices)
    reason = serializers.CharField()
    held_at = Moment(allow_null=True)
    closed_at = Moment(allow_null=True)
    closed_by = Related(User, "username", allow_null=True)
    digest = serializers.CharField()
    version = serializers.IntegerField()


class ServiceReviewEdit(RecordInput):
    planned_at = Moment()
    place = Text(max_length=300)
    chair = Related(User, "username")


class ServiceReviewInput(ServiceReviewEdit):
    """The agenda is drafted from what is known about the vendor of the scorecard."""

    scorecard = Related(Scorecard)


class AgendaRow(serializers.Serializer[Any]):
    reference = serializers.CharField()
    said = serializers.CharField()


class AgendaItemShown(serializers.Serializer[Any]):
    """An item with the records behind it that the reader sees, and what was agreed."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=AgendaKind.choices)
    title = serializers.CharField()
    takes = serializers.IntegerField()
    rows = AgendaRow(many=True)
    minutes = serializers.CharField()
    minuted_by = Related(User, "username", allow_null=True)
    minuted_at = Moment(allow_null=True)


class AttendeeShown(serializers.Serializer[Any]):
    """Somebody of one of the sides; `was_there` is told once it was held."""

    id = serializers.IntegerField()
    side = serializers.ChoiceField(choices=Side.choices)
    user = Related(User, "username", allow_null=True)
    name = serializers.CharField()
    role = serializers.CharField()
    was_there = serializers.BooleanField(allow_null=True)


class ReviewActionShown(serializers.Serializer[Any]):
    """What `owner` of ours, or `contact` of the vendor, does until a day."""

    id = serializers.IntegerField()
    what = serializers.CharField()
    owner = Related(User, "username", allow_null=True)
    contact = serializers.CharField()
    due_on = serializers.DateField()
    status = serializers.ChoiceField(choices=ActionStatus.choices)
    note = serializers.CharField()
    done_by = Related(User, "username", allow_null=True)
    done_at = Moment(allow_null=True)
    verified_by = Related(User, "username", allow_null=True)
    verified_at = Moment(allow_null=True)


class ImprovementPlanShown(serializers.Serializer[Any]):
    """By when a figure reaches what; decimals are text."""

    id = serializers.IntegerField()
    kpi = serializers.CharField(source="kpi.key")
    from_value = serializers.DecimalField(max_digits=18, decimal_places=4)
    target_value = serializers.DecimalField(max_digits=18, decimal_places=4)
    due_on = serializers.DateField()
    measures = serializers.CharField()
    contact = serializers.CharField()
    owner = Related(User, "username")
    status = serializers.ChoiceField(choices=PlanStatus.choices)
    note = serializers.CharField()
    drafted_by = Related(User, "username")
    agreed_by = Related(User, "username", allow_null=True)
    agreed_at = Moment(allow_null=True)
    ended_by = Related(User, "username", allow_null=True)
    ended_at = Moment(allow_null=True)


class ServiceReviewViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """The meetings in which scorecards are gone through."""

    queryset = ServiceReview.objects.select_related("vendor", "scorecard", "chair", "closed_by")
    serializer_class = ServiceReviewShown
    create_serializer_class = ServiceReviewInput
    edit_serializer_class = ServiceReviewEdit
    filterset_class = ServiceReviewFilters
    orderings = {"reference": ("pk",), "planned_at": ("planned_at", "pk")}
    parameters = {"history": ("limit", "before")}
    workflow = REVIEW_WORKFLOW
    action_forms = REVIEW_ACTIONS
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Who writes minutes does so without keeping reviews."""
        if not (self.action == "transitions" and may_minute_reviews(self.request.user)):
            super().require(verb)

    def create_with(self, **data: Any) -> ServiceReview:
        return services.plan_review(actor=self.request.user, **data)

    def edit_with(self, record: ServiceReview, **data: Any) -> ServiceReview:
        return services.edit_review(record, actor=self.request.user, **data)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, pagination_class=None, filter_backends=[])
    def sheet(self, request: Any, **kwargs: Any) -> Any:
        """The review as PDF, in the language asked for; taking it away is on record."""
        return sheet_response(self.get_object(), request.user, get_language() or "en")

    @extend_schema(responses=AgendaItemShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def agenda(self, request: Any, **kwargs: Any) -> Response:
        """Its items in order, with what was agreed."""
        items = list(self.get_object().items.select_related("minuted_by").order_by("number"))
        seen = seen_records((row for item in items for row in item.rows), request.user)
        for item in items:
            item.rows = [row for _record, row in known_rows(item, seen)[0]]
        return Response(AgendaItemShown(items, many=True).data)

    @extend_schema(responses=AttendeeShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def attendees(self, request: Any, **kwargs: Any) -> Response:
        """Who was asked to it, of both sides."""
        found = self.get_object().attendees.select_related("user").order_by("pk")
        return Response(AttendeeShown(found, many=True).data)

    @extend_schema(responses=ReviewActionShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[], url_path="action-items")
    def action_items(self, request: Any, **kwargs: Any) -> Response:
        """The actions that it agreed on."""
        related = ("owner", "done_by", "verified_by")
        found = self.get_object().actions.select_related(*related).order_by("pk")
        return Response(ReviewActionShown(found, many=True).data)

    @extend_schema(responses=ImprovementPlanShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def plans(self, request: Any, **kwargs: Any) -> Response:
        """The improvement plans that it agreed on."""
        related = ("kpi", "owner", "drafted_by", "agreed_by", "ended_by")
        found = self.get_object().plans.select_related(*related).order_by("pk")
        return Response(ImprovementPlanShown(found, many=True).data)
