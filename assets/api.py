"""Services, assets and devices in hand as REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from assets import services
from assets.filters import AssetFilters, HandOutFilters, ServiceFilters
from assets.forms import CUSTODY_ACTIONS, HAND_OUT_ACTIONS
from assets.models import Asset, HandOut, Service
from assets.representations import (
    AssetInput,
    AssetShown,
    HandOutShown,
    ServiceInput,
    ServiceShown,
)
from assets.workflow import CUSTODY_WORKFLOW
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet


class ServiceViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """What customers or colleagues rely on."""

    queryset = Service.objects.all()
    serializer_class = ServiceShown
    create_serializer_class = edit_serializer_class = ServiceInput
    filterset_class = ServiceFilters
    is_searched = True
    orderings = {"reference": ("pk",), "name": ("name", "pk")}
    parameters = {"history": ("limit", "before")}

    def create_with(self, **data: Any) -> Service:
        return services.add_service(actor=self.request.user, **data)

    def edit_with(self, record: Service, **data: Any) -> Service:
        return services.edit_service(record, actor=self.request.user, **data)

    @extend_schema(responses=AssetShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def assets(self, request: Any, **kwargs: Any) -> Response:
        """The assets that the service needs today, over any number of dependencies."""
        service = self.get_object()
        needed = Asset.objects.visible_to(request.user).needed_by(service.pk, timezone.localdate())
        rows = needed.with_custody().select_related("owner_team", "vendor").order_by("pk")
        return Response(AssetShown(rows, many=True).data)


_ANSWERS = ("accept", "decline")


class AssetViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """What we run or depend on. Its actions say who has a device."""

    queryset = Asset.objects.with_custody()
    workflow = CUSTODY_WORKFLOW
    action_forms = CUSTODY_ACTIONS
    serializer_class = AssetShown
    create_serializer_class = edit_serializer_class = AssetInput
    filterset_class = AssetFilters
    is_searched = True
    orderings = {"reference": ("pk",), "name": ("name", "pk")}
    parameters = {"history": ("limit", "before")}

    def require(self, verb: str) -> None:
        """The person whom a device was handed out to answers, whatever their role permits."""
        is_answer = self.action == "transitions" and self.request.data.get("action") in _ANSWERS
        if not is_answer:
            super().require(verb)

    def show(self, record: Asset, status: int = 200) -> Response:
        """A record that a service has just made knows nothing of who has it."""
        if not hasattr(record, "custody"):
            record = self.get_queryset().get(pk=record.pk)
        return super().show(record, status)

    def create_with(self, **data: Any) -> Asset:
        return services.add_asset(actor=self.request.user, **data)

    def edit_with(self, record: Asset, **data: Any) -> Asset:
        return services.edit_asset(record, actor=self.request.user, **data)

    @extend_schema(responses=ServiceShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def impact(self, request: Any, **kwargs: Any) -> Response:
        """The services that a failure of the asset reaches today."""
        asset = self.get_object()
        reached = Service.objects.visible_to(request.user).affected_by(
            asset.pk, timezone.localdate()
        )
        rows = reached.select_related("owner_team", "support_team").order_by("pk")
        return Response(ServiceShown(rows, many=True).data)


class HandOutViewSet(TakesActions, TellsHistory, ScopedViewSet):
    """Devices in people's hands: one's own, whatever one's role; those of the assets one sees."""

    queryset = HandOut.objects.select_related("asset")
    serializer_class = HandOutShown
    filterset_class = HandOutFilters
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head", "post"]
    orderings = {"id": ("pk",)}
    ordering = "-id"
    parameters = {"history": ("limit", "before")}
    workflow = CUSTODY_WORKFLOW
    action_forms = HAND_OUT_ACTIONS

    def require(self, verb: str) -> None:
        """Nothing: who answers and who takes back is asked of the hand-out itself."""
