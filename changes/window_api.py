"""What freeze and maintenance windows share as REST: when they are, and the services they name."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from rest_framework import serializers

from assets.models import Service
from core.api.fields import Duration, Moment, RecordInput, RelatedList, Text
from core.api.transitions import TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.calendars import Roll
from people.enums import Country


class WindowShown(serializers.Serializer[Any]):
    """Either `starts_at` and `ends_at`, or `rule` and what follows it."""

    reference = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.CharField()
    services = RelatedList(Service)
    starts_at = Moment(allow_null=True)
    ends_at = Moment(allow_null=True)
    rule = serializers.CharField(help_text="RFC 5545 without DTSTART.")
    begins_on = serializers.DateField(allow_null=True)
    begins_clock = serializers.TimeField(allow_null=True)
    lasts = Duration(allow_null=True)
    time_zone = serializers.CharField()
    roll = serializers.ChoiceField(choices=Roll.choices)
    calendar = serializers.ChoiceField(choices=Country.choices, allow_blank=True)
    is_active = serializers.BooleanField()
    version = serializers.IntegerField()


class WindowInput(RecordInput):
    """What every window is made of."""

    name = Text(max_length=120)
    reason = Text(max_length=5_000)
    starts_at = Moment(allow_null=True, required=False)
    ends_at = Moment(allow_null=True, required=False)
    rule = Text(max_length=200, allow_blank=True, required=False)
    begins_on = serializers.DateField(allow_null=True, required=False)
    begins_clock = serializers.TimeField(allow_null=True, required=False)
    lasts = Duration(allow_null=True, required=False)
    time_zone = Text(max_length=60, required=False)
    roll = serializers.ChoiceField(choices=Roll.choices, required=False)
    calendar = serializers.ChoiceField(choices=Country.choices, allow_blank=True, required=False)
    is_active = serializers.BooleanField(required=False)


class WindowViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """The base of both; the model's name is how services lead back to it."""

    is_searched = False
    parameters = {"history": ("limit", "before")}

    def get_queryset(self) -> Any:
        """With the references of the services that the user may see."""
        windows = super().get_queryset()
        seen = Service.objects.visible_to(self.request.user).order_by("reference")
        named = seen.filter(**{windows.model._meta.model_name: OuterRef("pk")})
        return windows.annotate(services_key=ArraySubquery(named.values("reference")))
