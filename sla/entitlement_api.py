"""What a client uses of us and may ask for, below its address; by the same services as its page."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from assets.models import Service
from core.api.fields import RecordInput, Related, shape_of
from core.api.idempotency import answer_once
from people.models import WorkCalendar
from sla import entitlement_services as services
from sla.enums import ContactChannel, RequestKind, WithoutEntitlement
from sla.models import Client, Entitlement


class UsedService(Related):
    """A service that a client uses; null for those who do not see the service."""

    def get_attribute(self, instance: Any) -> Any:
        return instance.shown_service


class PortfolioShown(serializers.Serializer[Any]):
    """A service that a client uses, from a day until before another."""

    service = UsedService(Service, allow_null=True)
    name = serializers.CharField(source="service.name")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class PortfolioInput(RecordInput):
    """A service that the client uses from a day on."""

    service = Related(Service)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)


class PortfolioEnd(RecordInput):
    """The client no longer uses a service."""

    service = Related(Service)
    ends_on = serializers.DateField(help_text="The first day without it.")


class EntitlementShown(serializers.Serializer[Any]):
    """What a client may ask for, by which channels and when, and what happens beyond it."""

    id = serializers.IntegerField()
    service = UsedService(
        Service,
        allow_null=True,
        help_text="Null: of every service, or one out of sight.",
    )
    is_for_all_services = serializers.BooleanField()
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=RequestKind.choices))
    channels = serializers.ListField(child=serializers.ChoiceField(choices=ContactChannel.choices))
    hours = Related(WorkCalendar, "slug", allow_null=True, help_text="Null: at any time.")
    beyond = serializers.ChoiceField(choices=WithoutEntitlement.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class EntitlementInput(RecordInput):
    """What the client may ask for from a day on."""

    service = Related(Service, required=False, allow_null=True, help_text="Null: every service.")
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=RequestKind.choices), min_length=1, max_length=20
    )
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=ContactChannel.choices), min_length=1, max_length=20
    )
    hours = Related(WorkCalendar, "slug", required=False, allow_null=True)
    beyond = serializers.ChoiceField(choices=WithoutEntitlement.choices, required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)


class EntitlementEnd(RecordInput):
    """An entitlement of the client no longer holds."""

    entitlement = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    ends_on = serializers.DateField(help_text="The first day without it.")


class TellsEntitlements:
    """GET and POST of both below a client; ending one is a POST of its own."""

    @extend_schema(methods=["get"], responses=PortfolioShown(many=True))
    @extend_schema(
        methods=["post"], request=PortfolioInput, responses={201: PortfolioShown(many=True)}
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def portfolio(self: Any, request: Any, **kwargs: Any) -> Response:
        """The services that it uses and used."""
        if request.method == "POST":
            return self._alter(PortfolioInput, services.add_to_portfolio, _portfolio, 201)
        return Response(_portfolio(self.get_object(), request.user))

    @extend_schema(request=PortfolioEnd, responses=PortfolioShown(many=True))
    @action(
        detail=True, methods=["post"], url_path="portfolio/end", pagination_class=None,
        filter_backends=[],
    )  # fmt: skip
    def end_in_portfolio(self: Any, request: Any, **kwargs: Any) -> Response:
        """It uses a service until before a day."""
        return self._alter(PortfolioEnd, services.end_in_portfolio, _portfolio)

    @extend_schema(methods=["get"], responses=EntitlementShown(many=True))
    @extend_schema(
        methods=["post"], request=EntitlementInput, responses={201: EntitlementShown(many=True)}
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def entitlements(self: Any, request: Any, **kwargs: Any) -> Response:
        """What it may ask for, those that are over too."""
        if request.method == "POST":
            return self._alter(EntitlementInput, services.entitle, _entitlements, 201)
        return Response(_entitlements(self.get_object(), request.user))

    @extend_schema(request=EntitlementEnd, responses=EntitlementShown(many=True))
    @action(
        detail=True, methods=["post"], url_path="entitlements/end", pagination_class=None,
        filter_backends=[],
    )  # fmt: skip
    def end_entitlement(self: Any, request: Any, **kwargs: Any) -> Response:
        """One of them holds until before a day."""
        return self._alter(EntitlementEnd, _end_entitlement, _entitlements)

    def _alter(
        self: Any,
        asks: type[RecordInput],
        service: Callable[..., Any],
        show: Callable[[Client, Any], list[Any]],
        status: int = 200,
    ) -> Response:
        record = self.get_object()
        self.require("change")

        def answer() -> Response:
            service(record, actor=self.request.user, **self.checked(asks))
            return Response(show(record, self.request.user), status)

        return answer_once(self.request, answer)


def _end_entitlement(client: Client, *, actor: Any, entitlement: int, ends_on: Any) -> Entitlement:
    row = client.entitlements.filter(pk=entitlement).first()
    if row is None:
        text = Related.default_error_messages["unknown"]
        raise serializers.ValidationError({"entitlement": [text]})
    return services.end_entitlement(client, actor=actor, entitlement=row, ends_on=ends_on)


def _portfolio(client: Client, user: Any) -> list[Any]:
    rows = client.portfolio.select_related("service").order_by("ends_on", "starts_on", "pk")
    return _shown(PortfolioShown, rows, user)


def _entitlements(client: Client, user: Any) -> list[Any]:
    rows = client.entitlements.select_related("service", "hours").order_by("ends_on", "pk")
    return _shown(EntitlementShown, rows, user)


def _shown(shape: type[serializers.Serializer[Any]], found: Any, user: Any) -> list[Any]:
    """With the services that the person sees."""
    rows: list[Any] = list(found)
    used = [row.service_id for row in rows if row.service_id]
    seen = set(Service.objects.visible_to(user).filter(pk__in=used).values_list("pk", flat=True))
    for row in rows:
        row.shown_service = row.service if row.service_id in seen else None
        row.is_for_all_services = row.service_id is None
    return [shape_of(shape).to_representation(row) for row in rows]
