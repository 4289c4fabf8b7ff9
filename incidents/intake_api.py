"""Account adjustments and telephone calls as REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, ScopedViewSet
from incidents import request_shapes as shapes
from incidents.call_forms import CALL_ACTIONS
from incidents.call_workflow import CALL_WORKFLOW
from incidents.models import AccountAdjustment, PhoneCall
from incidents.representations import ClockShown
from incidents.request_filters import CALL_ORDERINGS, AdjustmentFilters, CallFilters
from incidents.request_forms import ADJUSTMENT_ACTIONS
from incidents.request_page import agreed_clocks
from incidents.request_workflow import ADJUSTMENT_WORKFLOW
from incidents.services.requests.adjusting import propose_adjustment
from incidents.services.requests.calls import record_call
from sla.explanation_api import ExplainsClocks


class AdjustmentViewSet(Creates, TakesActions, TellsHistory, ScopedViewSet):
    """Money to be corrected on accounts: made by one person, checked by another, applied once."""

    queryset = AccountAdjustment.objects.all()
    serializer_class = shapes.AdjustmentShown
    create_serializer_class = shapes.AdjustmentInput
    filterset_class = AdjustmentFilters
    parameters = {"history": ("limit", "before")}
    workflow = ADJUSTMENT_WORKFLOW
    action_forms = ADJUSTMENT_ACTIONS

    def create_with(self, **data: Any) -> AccountAdjustment:
        total = data.pop("sum")
        currency = total["currency"].upper()
        return propose_adjustment(
            data.pop("request"),
            actor=self.request.user,
            amount=total["amount"],
            currency=currency,
            **data,
        )


class PhoneCallViewSet(ExplainsClocks, Creates, TakesActions, TellsHistory, ScopedViewSet):
    """Telephone calls: who rang, how long it rang, who took it, and what came of it."""

    queryset = PhoneCall.objects.select_related("contact")
    serializer_class = shapes.CallShown
    create_serializer_class = shapes.CallInput
    filterset_class = CallFilters
    is_searched = True
    orderings = CALL_ORDERINGS
    parameters = {"history": ("limit", "before"), "explanation": ("agreement", "round")}
    workflow = CALL_WORKFLOW
    action_forms = CALL_ACTIONS

    def create_with(self, **data: Any) -> PhoneCall:
        data["contact"] = shapes.contact_named(data.get("client"), data.get("contact"))
        return record_call(actor=self.request.user, **data)

    @extend_schema(responses=ClockShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def clocks(self, request: Any, **kwargs: Any) -> Response:
        """The time until it was answered against what is agreed, as of now."""
        clocks = agreed_clocks(self.get_object().life_id, timezone.now())
        return Response(ClockShown(clocks, many=True).data)
