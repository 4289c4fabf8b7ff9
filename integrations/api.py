"""Alert sources, the events they sent and the alerts these told of, as REST; read only."""

from typing import Any

from rest_framework import serializers

from assets.models import Service
from core.api.fields import Moment, Related, keys_of_related
from core.api.views import ScopedViewSet
from incidents.models import Incident
from integrations.enums import AlertState, EventState, Fault, SourceKind
from integrations.filters import AlertEventFilters, AlertFilters, AlertSourceFilters
from integrations.models import Alert, AlertEvent, AlertSource


class AlertSourceShown(serializers.Serializer[Any]):
    """A monitoring system that sends events. Its keys are never shown."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=SourceKind.choices)
    default_service = Related(Service, allow_null=True)
    severities = serializers.JSONField()
    max_per_minute = serializers.IntegerField()
    is_active = serializers.BooleanField()
    version = serializers.IntegerField()


class AlertEventRow(serializers.Serializer[Any]):
    """One request of a source as it came in, card numbers masked."""

    id = serializers.IntegerField()
    source = serializers.CharField(source="source.name")
    received_at = Moment()
    state = serializers.ChoiceField(choices=EventState.choices)
    attempts = serializers.IntegerField()
    error = serializers.CharField(help_text="In the reader's language.")
    fault = serializers.ChoiceField(choices=Fault.choices, allow_blank=True)
    digested_at = Moment(allow_null=True)
    replays = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="Of the body as received.")


class AlertEventShown(AlertEventRow):
    """One event with its payload."""

    payload = serializers.JSONField()


class AlertShown(serializers.Serializer[Any]):
    """One alert by its fingerprint, as part of one incident."""

    id = serializers.IntegerField()
    incident = Related(Incident)
    source = serializers.CharField(source="source.name")
    name = serializers.CharField()
    severity = serializers.CharField()
    fingerprint = serializers.CharField()
    labels = serializers.JSONField()
    annotations = serializers.JSONField()
    generator_url = serializers.CharField()
    state = serializers.ChoiceField(choices=AlertState.choices)
    starts_at = Moment()
    ends_at = Moment(allow_null=True)
    count = serializers.IntegerField(help_text="Times received.")
    last_received_at = Moment()


class _ReadById(ScopedViewSet):
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head"]
    orderings = {"id": ("pk",)}
    ordering = "-id"


class AlertSourceViewSet(_ReadById):
    """Monitoring systems that send events."""

    queryset = AlertSource.objects.all()
    serializer_class = AlertSourceShown
    filterset_class = AlertSourceFilters


class AlertEventViewSet(_ReadById):
    """Events as they came in, kept for thirty days."""

    queryset = AlertEvent.objects.select_related("source")
    serializer_class = AlertEventShown
    list_serializer_class = AlertEventRow
    filterset_class = AlertEventFilters


class AlertViewSet(_ReadById):
    """Alerts of the incidents one may see."""

    queryset = Alert.objects.select_related("source")
    serializer_class = AlertShown
    filterset_class = AlertFilters

    def get_queryset(self) -> Any:
        seen = Incident.objects.visible_to(self.request.user)
        keys = keys_of_related(AlertShown)
        return self.queryset.filter(incident__in=seen).annotate(**keys)
