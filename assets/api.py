"""Services and assets as REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from assets import services
from assets.filters import AssetFilters, ServiceFilters
from assets.models import Asset, Service
from assets.representations import AssetInput, AssetShown, ServiceInput, ServiceShown
from core.api.transitions import TellsHistory
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
        rows = needed.select_related("owner_team", "vendor").order_by("pk")
        return Response(AssetShown(rows, many=True).data)


class AssetViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """What we run or depend on."""

    queryset = Asset.objects.all()
    serializer_class = AssetShown
    create_serializer_class = edit_serializer_class = AssetInput
    filterset_class = AssetFilters
    is_searched = True
    orderings = {"reference": ("pk",), "name": ("name", "pk")}
    parameters = {"history": ("limit", "before")}

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
