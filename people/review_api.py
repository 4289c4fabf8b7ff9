"""Reviews of access as REST: campaigns, the accounts in them, and decisions about these."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related
from core.api.idempotency import answer_once
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import ScopedViewSet
from people import services
from people.enums import Country, ReviewDecision, ReviewStatus, TokenScope
from people.models import AccessReview, AccessReviewItem, RoleGrant, Team, User
from people.review_forms import REVIEW_ACTIONS
from people.review_lists import (
    ITEM_ORDERINGS,
    REVIEW_ORDERINGS,
    ItemFilters,
    ReviewFilters,
    with_progress,
)
from people.review_workflow import REVIEW_WORKFLOW


class AccessReviewShown(serializers.Serializer[Any]):
    """A review of access; `extract_sha256` is the hash of the list that was reviewed."""

    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=ReviewStatus.choices)
    country = serializers.ChoiceField(choices=[("", ""), *Country.choices])
    team = Related(Team, "slug", allow_null=True)
    owner = Related(User, "username")
    starts_on = serializers.DateField()
    due_on = serializers.DateField()
    extracted_at = Moment(allow_null=True)
    extract_sha256 = serializers.CharField()
    extract_count = serializers.IntegerField(allow_null=True)
    accounts_total = serializers.IntegerField(allow_null=True)
    undecided = serializers.IntegerField(source="left")
    open_removals = serializers.IntegerField(source="to_remove")
    signed_at = Moment(allow_null=True)
    signed_by = Related(User, "username", allow_null=True)
    note = serializers.CharField()
    version = serializers.IntegerField()


class RemovalShown(serializers.Serializer[Any]):
    """What has to be taken away; without a grant, the account."""

    grant = serializers.IntegerField(source="grant_id", allow_null=True)
    asked_at = Moment()
    due_on = serializers.DateField()
    done_at = Moment(allow_null=True)


class AccessReviewItemShown(serializers.Serializer[Any]):
    """One account in a review; `access` is its line of the list, `is_stale` whether it changed
    between then and the decision."""

    id = serializers.IntegerField()
    review = Related(AccessReview)
    number = serializers.IntegerField()
    account = Related(User, "username")
    access = serializers.SerializerMethodField()
    is_stale = serializers.BooleanField()
    reviewer = Related(User, "username", allow_null=True)
    decision = serializers.ChoiceField(choices=[("", ""), *ReviewDecision.choices])
    comment = serializers.CharField()
    decided_at = Moment(allow_null=True)
    decided_by = Related(User, "username", allow_null=True)
    removals = RemovalShown(many=True)
    version = serializers.IntegerField()

    def get_access(self, item: AccessReviewItem) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(item.line)
        return told


class DecisionInput(RecordInput):
    """What the reviewer says; `grants` are the ids of those that have to end."""

    decision = serializers.ChoiceField(choices=ReviewDecision.choices)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=1_000, default="")
    grants = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        required=False,
        default=list,
        max_length=200,
    )


class AccessReviewViewSet(TakesActions, TellsHistory, ScopedViewSet):
    """Who looked through whose access, when, over which list."""

    queryset = with_progress(AccessReview.objects.all())
    serializer_class = AccessReviewShown
    filterset_class = ReviewFilters
    orderings = REVIEW_ORDERINGS
    parameters = {"history": ("limit", "before")}
    workflow = REVIEW_WORKFLOW
    action_forms = {name: form for name, form in REVIEW_ACTIONS.items() if name != "sign_off"}
    token_scope = TokenScope.WRITE
    http_method_names = ["get", "head", "post"]


class AccessReviewItemViewSet(TellsHistory, ScopedViewSet):
    """The accounts in reviews of access."""

    queryset = AccessReviewItem.objects.with_staleness().prefetch_related("removals")
    serializer_class = AccessReviewItemShown
    filterset_class = ItemFilters
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,18}"
    orderings = ITEM_ORDERINGS
    ordering = "-id"
    parameters = {"history": ("limit", "before")}
    token_scope = TokenScope.WRITE
    http_method_names = ["get", "head", "post"]

    @extend_schema(request=DecisionInput, responses=AccessReviewItemShown)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def decide(self, request: Any, **kwargs: Any) -> Response:
        """Keep, change or remove: by the account's reviewer alone."""
        item = self.get_object()
        self.require("change")
        given = DecisionInput(data=request.data)
        given.is_valid(raise_exception=True)
        answer: Response = answer_once(request, lambda: self._decide(item, given.validated_data))
        return answer

    def _decide(self, item: AccessReviewItem, given: dict[str, Any]) -> Response:
        said, actor = {"comment": given["comment"]}, self.request.user
        wanted = given["grants"]
        if given["decision"] == ReviewDecision.CHANGE:
            grants = list(RoleGrant.objects.filter(pk__in=wanted, user=item.account_id))
            if len(grants) != len(set(wanted)):
                raise ValidationError({"grants": "No such grant of this account."})
            made = services.change_access(item, actor=actor, grants=grants, **said)
        elif wanted:
            raise ValidationError({"grants": "Only a change names grants."})
        elif given["decision"] == ReviewDecision.KEEP:
            made = services.keep_access(item, actor=actor, **said)
        else:
            made = services.remove_access(item, actor=actor, **said)
        return self.show_written(made)
