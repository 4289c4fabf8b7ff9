"""Requests of data subjects as REST: to read."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Moment, Related
from core.api.transitions import TellsHistory
from core.api.views import ScopedViewSet
from people.enums import PrivacyKind, PrivacyStatus
from people.models import PrivacyRequest, User
from people.privacy_page import ORDERINGS, PrivacyFilters


class ApprovalShown(serializers.Serializer[Any]):
    """Who approved blocking or suppression, and when."""

    step = serializers.CharField()
    approved_by = serializers.CharField(source="approved_by.username")
    approved_at = Moment()


class PrivacyRequestShown(serializers.Serializer[Any]):
    """What a data subject asked for; `targets` are the records that were chosen."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=PrivacyKind.choices)
    status = serializers.ChoiceField(choices=PrivacyStatus.choices)
    subject = serializers.CharField()
    received_on = serializers.DateField()
    answer_due_on = serializers.DateField()
    answer_extended = serializers.BooleanField()
    execute_due_on = serializers.DateField(allow_null=True)
    execute_extended = serializers.BooleanField()
    ground = serializers.CharField()
    blocked_until = serializers.DateField(allow_null=True)
    targets = serializers.ListField(child=serializers.CharField())
    raised_by = Related(User, "username")
    approvals = ApprovalShown(many=True)
    version = serializers.IntegerField()


class PrivacyRequestViewSet(TellsHistory, ScopedViewSet):
    """Requests of data subjects; they are worked on in the portal, with a fresh password."""

    queryset = PrivacyRequest.objects.prefetch_related("approvals__approved_by")
    serializer_class = PrivacyRequestShown
    filterset_class = PrivacyFilters
    orderings = ORDERINGS
    parameters = {"history": ("limit", "before")}
    http_method_names = ["get", "head"]
