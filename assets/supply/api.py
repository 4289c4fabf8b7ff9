"""Dependencies of services on vendors as REST."""

from typing import Any

from rest_framework import serializers

from assets import services
from assets.models import Service, ServiceDependency
from assets.supply.enums import Substitutability, SupplyCriticality, SupplyStatus
from assets.supply.filters import ServiceDependencyFilters
from assets.supply.forms import SUPPLY_ACTIONS
from assets.supply.workflow import SUPPLY_WORKFLOW
from core.api.fields import Moment, RecordInput, Related, Text
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import TokenScope
from people.models import User
from vendors.models import Contract, Vendor


class ServiceDependencyShown(serializers.Serializer[Any]):
    """What a vendor supplies to a service, and how soon another would."""

    reference = serializers.CharField()
    service = Related(Service)
    vendor = Related(Vendor)
    supplies = serializers.CharField()
    criticality = serializers.ChoiceField(choices=SupplyCriticality.choices)
    substitutability = serializers.ChoiceField(choices=Substitutability.choices)
    alternative = Related(Vendor, allow_null=True)
    other_alternatives = serializers.CharField()
    contract = Related(Contract, allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(choices=SupplyStatus.choices)
    reviewed_by = Related(User, "username", allow_null=True)
    reviewed_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class ServiceDependencyEdit(RecordInput):
    """What is stated, while it is current."""

    supplies = Text(max_length=300)
    criticality = serializers.ChoiceField(choices=SupplyCriticality.choices)
    substitutability = serializers.ChoiceField(choices=Substitutability.choices)
    alternative = Related(Vendor, required=False, allow_null=True)
    other_alternatives = Text(max_length=500, required=False, allow_blank=True)
    contract = Related(Contract, required=False, allow_null=True)


class ServiceDependencyInput(ServiceDependencyEdit):
    """A service and the vendor that it depends on, from today unless it is said."""

    service = Related(Service)
    vendor = Related(Vendor)
    starts_on = serializers.DateField(required=False)


class ServiceDependencyViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """On which vendors services depend."""

    queryset = ServiceDependency.objects.all()
    serializer_class = ServiceDependencyShown
    create_serializer_class = ServiceDependencyInput
    edit_serializer_class = ServiceDependencyEdit
    filterset_class = ServiceDependencyFilters
    orderings = {"reference": ("pk",)}
    parameters = {"history": ("limit", "before")}
    workflow = SUPPLY_WORKFLOW
    action_forms = SUPPLY_ACTIONS
    token_scope = TokenScope.WRITE

    def create_with(self, **data: Any) -> ServiceDependency:
        return services.add_service_dependency(actor=self.request.user, **data)

    def edit_with(self, record: ServiceDependency, **data: Any) -> ServiceDependency:
        return services.edit_service_dependency(record, actor=self.request.user, **data)
