"""Exit plans as REST: drafted with their steps, approved by others, exercised."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import TokenScope
from people.models import User
from vendors import services
from vendors.contract_api import Amount
from vendors.exit_plans.enums import ExerciseKind, ExerciseResult, ExitPlanStatus
from vendors.exit_plans.filters import ExitPlanFilters
from vendors.exit_plans.forms import EXIT_PLAN_ACTIONS
from vendors.exit_plans.permissions import may_approve_exit_plans, may_keep_exit_plans
from vendors.exit_plans.workflow import EXIT_PLAN_WORKFLOW
from vendors.models import Contract, ExitPlan, Vendor
from vendors.models.exit_plans import MOST_DAYS
from vendors.opex.api import Worth
from vendors.services.exit_plans import MOST_STEPS


class ExitPlanShown(serializers.Serializer[Any]):
    """One version of how we would leave a vendor. `days_needed` is the sum over its steps, which
    have their own address."""

    reference = serializers.CharField()
    vendor = Related(Vendor)
    contract = Related(Contract, allow_null=True)
    number = serializers.IntegerField()
    leaves_when = serializers.CharField()
    data_return = serializers.CharField()
    alternative = serializers.CharField()
    cost = Worth()
    days_needed = serializers.IntegerField(allow_null=True)
    owner = Related(User, "username")
    status = serializers.ChoiceField(choices=ExitPlanStatus.choices)
    drafted_by = Related(User, "username")
    approved_by = Related(User, "username", allow_null=True)
    approved_at = Moment(allow_null=True)
    replaced_on = serializers.DateField(allow_null=True)
    exercised_on = serializers.DateField(allow_null=True)
    exercise_result = serializers.ChoiceField(choices=[("", ""), *ExerciseResult.choices])
    exercise_due_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class ExitPlanEdit(RecordInput):
    """What a draft says. A cost has its currency, once it has one as text too."""

    leaves_when = Text(max_length=2_000, required=False, allow_blank=True)
    data_return = Text(max_length=2_000, required=False, allow_blank=True)
    alternative = Text(max_length=2_000, required=False, allow_blank=True)
    cost = Amount(required=False, allow_null=True)
    owner = Related(User, "username", required=False)


class ExitPlanInput(ExitPlanEdit):
    """A draft; what it does not say, and the steps, come from the version in force."""

    vendor = Related(Vendor)
    contract = Related(Contract, required=False, allow_null=True)


class ExitStepShown(serializers.Serializer[Any]):
    """One thing that is done when we leave, and how many days it takes."""

    position = serializers.IntegerField()
    text = serializers.CharField()
    days = serializers.IntegerField()


class ExitStepInput(RecordInput):
    """One step; its position is its place in the list."""

    text = Text(max_length=500)
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS)


class ExitStepsInput(RecordInput):
    """All steps of a draft, in their order."""

    steps = serializers.ListField(child=ExitStepInput(), max_length=MOST_STEPS)


class ExitExerciseShown(serializers.Serializer[Any]):
    """That the plan was tried, and how that went."""

    kind = serializers.ChoiceField(choices=ExerciseKind.choices)
    exercised_on = serializers.DateField()
    result = serializers.ChoiceField(choices=ExerciseResult.choices)
    findings = serializers.CharField()
    recorded_by = Related(User, "username")
    recorded_at = Moment()


class ExitPlanViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """How we would leave vendors, version after version."""

    queryset = ExitPlan.objects.with_days()
    serializer_class = ExitPlanShown
    create_serializer_class = ExitPlanInput
    edit_serializer_class = ExitPlanEdit
    filterset_class = ExitPlanFilters
    orderings = {"reference": ("pk",), "exercise_due_on": ("exercise_due_on", "pk")}
    parameters = {"history": ("limit", "before")}
    workflow = EXIT_PLAN_WORKFLOW
    action_forms = {name: EXIT_PLAN_ACTIONS[name] for name in ("approve", "exercise")}
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Who keeps plans writes them; who decides about vendors takes actions."""
        user = self.request.user
        is_approving = self.action == "transitions" and may_approve_exit_plans(user)
        if not (may_keep_exit_plans(user) or is_approving):
            raise PermissionDenied

    def show(self, record: ExitPlan, status: int = 200) -> Response:
        """A record that a service has just made knows nothing of its days."""
        if not hasattr(record, "days_needed"):
            record = self.get_queryset().get(pk=record.pk)
        return super().show(record, status)

    def create_with(self, **data: Any) -> ExitPlan:
        return services.draft_exit_plan(actor=self.request.user, **_plain(data))

    def edit_with(self, record: ExitPlan, **data: Any) -> ExitPlan:
        return services.edit_exit_plan(record, actor=self.request.user, **_plain(data))

    @extend_schema(methods=["get"], responses=ExitStepShown(many=True))
    @extend_schema(methods=["post"], request=ExitStepsInput, responses=ExitStepShown(many=True))
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def steps(self, request: Any, **kwargs: Any) -> Response:
        """What is done in which order. POST writes the steps of a draft anew."""
        record = self.get_object()

        def write() -> Response:
            steps = self.checked(ExitStepsInput)["steps"]
            services.set_exit_steps(record, actor=request.user, steps=steps)
            return Response(ExitStepShown(record.steps.all(), many=True).data)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, write)
        return Response(ExitStepShown(record.steps.all(), many=True).data)

    @extend_schema(responses=ExitExerciseShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def exercises(self, request: Any, **kwargs: Any) -> Response:
        """When this version was tried, the latest first."""
        rows = self.get_object().exercises.select_related("recorded_by")
        return Response(ExitExerciseShown(rows, many=True).data)


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """The cost and its currency, as the service takes them."""
    if data.get("cost") is None:
        return data
    amount, currency = data["cost"]
    return {**data, "cost": amount, **({"currency": currency} if currency else {})}
