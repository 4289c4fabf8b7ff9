"""Vendors as REST. People whose role includes only their names see no more than that."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied

from core.api.fields import RecordInput, Related, Text
from core.api.transitions import TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import Country
from people.models import User
from vendors import services
from vendors.enums import VendorStatus, VendorTier
from vendors.filters import VendorFilters
from vendors.models import Vendor
from vendors.permissions import may_read_about_vendors


class VendorName(serializers.Serializer[Any]):
    """What everybody may know of a company we buy from."""

    reference = serializers.CharField()
    name = serializers.CharField()


class VendorShown(VendorName):
    """A company we buy from."""

    tier = serializers.ChoiceField(choices=VendorTier.choices)
    status = serializers.ChoiceField(choices=VendorStatus.choices)
    country = serializers.ChoiceField(choices=Country.choices)
    manager = Related(User, "username", allow_null=True)
    could_affect_security = serializers.BooleanField()
    version = serializers.IntegerField()


class VendorInput(RecordInput):
    """What a vendor is made of."""

    name = Text(max_length=150)
    tier = serializers.ChoiceField(choices=VendorTier.choices)
    status = serializers.ChoiceField(choices=VendorStatus.choices, required=False)
    country = serializers.ChoiceField(choices=Country.choices)
    manager = Related(User, "username", allow_null=True, required=False)
    could_affect_security = serializers.BooleanField(required=False)


class VendorViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """Companies we buy from."""

    queryset = Vendor.objects.all()
    serializer_class = VendorShown
    create_serializer_class = edit_serializer_class = VendorInput
    filterset_class = VendorFilters
    is_searched = True
    orderings = {"reference": ("pk",), "name": ("name", "pk")}
    parameters = {"history": ("limit", "before")}

    def get_serializer_class(self) -> Any:
        user = getattr(self.request, "user", None)  # none where the schema is drawn
        return VendorShown if user is None or may_read_about_vendors(user) else VendorName

    def filters(self) -> dict[str, Any]:
        """None for those who see names only: a filter would tell them the rest."""
        return super().filters() if may_read_about_vendors(self.request.user) else {}

    def get_record_with_history(self) -> Vendor:
        record = self.get_object()
        if not may_read_about_vendors(self.request.user):
            raise PermissionDenied
        return record

    def create_with(self, **data: Any) -> Vendor:
        return services.add_vendor(actor=self.request.user, **data)

    def edit_with(self, record: Vendor, **data: Any) -> Vendor:
        return services.edit_vendor(record, actor=self.request.user, **data)
