"""A client's portfolio and entitlements, as REST, under its own address."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from assets.models import Service
from core.api.fields import RecordInput, Related
from core.api.idempotency import answer_once
from people.models import WorkCalendar
from sla import entitlement_services as services
from sla.enums import ContactChannel, RequestKind, WithoutEntitlement
from sla.models import Client

_HIDDEN = "null: for every one, or one that you do not see."


class PortfolioShown(serializers.Serializer[Any]):
    """A service that the client uses, or used until before `ends_on`."""

    service = serializers.CharField(allow_null=True, help_text="null: one that you do not see.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class PortfolioInput(RecordInput):
    """The client uses a service from a day on."""

    service = Related(Service)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)


class PortfolioEnd(RecordInput):
    """The client uses it until before a day."""

    service = Related(Service)
    ends_on = serializers.DateField()


class EntitlementShown(serializers.Serializer[Any]):
    """What the client may ask for. `beyond`: what happens to what lies outside of it."""

    id = serializers.IntegerField()
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=RequestKind.choices))
    channels = serializers.ListField(child=serializers.ChoiceField(choices=ContactChannel.choices))
    service = serializers.CharField(allow_null=True, help_text=_HIDDEN)
    hours = serializers.CharField(
        allow_null=True, help_text="A working calendar, by its short name; null: always."
    )
    beyond = serializers.ChoiceField(choices=WithoutEntitlement.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class EntitlementInput(RecordInput):
    """Another entitlement; without a service for every one, without hours at any time."""

    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=RequestKind.choices), min_length=1, max_length=10
    )
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=ContactChannel.choices), min_length=1, max_length=10
    )
    service = Related(Service, required=False, allow_null=True)
    hours = Related(WorkCalendar, "slug", required=False, allow_null=True)
    beyond = serializers.ChoiceField(choices=WithoutEntitlement.choices, required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)


class EntitlementEnd(RecordInput):
    """It holds until before a day."""

    ends_on = serializers.DateField()


def _sub(shown: Any, *, methods: list[str], path: str, asked: Any) -> Any:
    def decorate(view: Any) -> Any:
        view = action(
            detail=True, methods=methods, url_path=path, pagination_class=None, filter_backends=[]
        )(view)
        if "get" in methods:
            view = extend_schema(methods=["get"], responses=shown(many=True))(view)
        code = 201 if "get" in methods else 200
        return extend_schema(methods=["post"], request=asked, responses={code: shown(many=True)})(
            view
        )

    return decorate


class Entitles:
    """Sub-resources of a client. Every write gives the whole list."""

    @_sub(PortfolioShown, methods=["get", "post"], path="portfolio", asked=PortfolioInput)
    def portfolio(self: Any, request: Any, **kwargs: Any) -> Response:
        """The services it uses and used. POST adds one from a day on."""
        client = self.get_object()

        def add() -> Response:
            services.add_to_portfolio(client, actor=request.user, **self.checked(PortfolioInput))
            return _portfolio(client, request.user, status.HTTP_201_CREATED)

        if request.method == "POST":
            return self._written(add)
        return _portfolio(client, request.user)

    @_sub(PortfolioShown, methods=["post"], path="portfolio/end", asked=PortfolioEnd)
    def end_portfolio(self: Any, request: Any, **kwargs: Any) -> Response:
        """It uses a service no more, from a day on."""
        client = self.get_object()

        def end() -> Response:
            services.end_in_portfolio(client, actor=request.user, **self.checked(PortfolioEnd))
            return _portfolio(client, request.user)

        return self._written(end)

    @_sub(EntitlementShown, methods=["get", "post"], path="entitlements", asked=EntitlementInput)
    def entitlements(self: Any, request: Any, **kwargs: Any) -> Response:
        """What it may ask for, also what is over. POST adds one."""
        client = self.get_object()

        def add() -> Response:
            services.entitle(client, actor=request.user, **self.checked(EntitlementInput))
            return _entitlements(client, request.user, status.HTTP_201_CREATED)

        if request.method == "POST":
            return self._written(add)
        return _entitlements(client, request.user)

    @_sub(
        EntitlementShown,
        methods=["post"],
        path="entitlements/(?P<entitlement>[0-9]{1,9})/end",
        asked=EntitlementEnd,
    )
    def end_entitlement(self: Any, request: Any, entitlement: str, **kwargs: Any) -> Response:
        """It holds until before a day."""
        client = self.get_object()
        row = client.entitlements.filter(pk=int(entitlement)).first()
        if row is None:
            raise NotFound

        def end() -> Response:
            data = self.checked(EntitlementEnd)
            services.end_entitlement(client, actor=request.user, entitlement=row, **data)
            return _entitlements(client, request.user)

        return self._written(end)

    def _written(self: Any, write: Any) -> Response:
        self.require("change")
        answer: Response = answer_once(self.request, write)
        return answer


def _portfolio(client: Client, user: Any, code: int = 200) -> Response:
    rows = client.portfolio.order_by("starts_on", "pk").values("service", "starts_on", "ends_on")
    return Response(PortfolioShown(_named(rows, user), many=True).data, code)


def _entitlements(client: Client, user: Any, code: int = 200) -> Response:
    columns = ("kinds", "channels", "service", "beyond", "starts_on", "ends_on")
    rows = client.entitlements.order_by("starts_on", "pk").values("id", *columns, "hours__slug")
    told = [row | {"hours": row["hours__slug"]} for row in _named(rows, user)]
    return Response(EntitlementShown(told, many=True).data, code)


def _named(rows: Any, user: Any) -> list[dict[str, Any]]:
    """With the references of those services that one sees."""
    found = list(rows)
    used = {row["service"] for row in found} - {None}
    seen = Service.objects.visible_to(user).filter(pk__in=used)
    names = dict(seen.values_list("pk", "reference"))
    return [row | {"service": names.get(row["service"])} for row in found]
