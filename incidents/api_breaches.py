"""Missed targets of the mandate and the reasons for them, as REST."""

from types import SimpleNamespace
from typing import Any

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import Duration, Moment, RecordInput, Related, Text
from core.api.filters import Flag
from core.api.transitions import TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from incidents.measuring import missed_clocks
from incidents.models import BreachReason
from incidents.services import add_breach_reason, change_breach_reason
from people.models import User


class BreachReasonShown(serializers.Serializer[Any]):
    """Something that makes targets be missed."""

    code = serializers.CharField()
    name_en = serializers.CharField()
    name_es = serializers.CharField()
    is_offered = serializers.BooleanField()
    version = serializers.IntegerField()


class BreachReasonEdit(RecordInput):
    """Other words, or no longer offered."""

    name_en = Text(max_length=100)
    name_es = Text(max_length=100)
    is_offered = serializers.BooleanField(required=False)


class BreachReasonInput(BreachReasonEdit):
    """A reason that leads may choose from now on; its code stays for ever."""

    code = serializers.SlugField(max_length=40)


class BreachReasonFilters(FilterSet):
    is_offered = Flag("is_offered")


class BreachReasonViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """The reasons for missing a target of the 1-5-10 mandate, in both languages."""

    queryset = BreachReason.objects.all()
    serializer_class = BreachReasonShown
    create_serializer_class = BreachReasonInput
    edit_serializer_class = BreachReasonEdit
    filterset_class = BreachReasonFilters
    lookup_field = "code"
    orderings = {"code": ("code", "pk")}
    ordering = "code"
    parameters = {"history": ("limit", "before")}

    def create_with(self, **data: Any) -> BreachReason:
        return add_breach_reason(actor=self.request.user, **data)

    def edit_with(self, record: BreachReason, **data: Any) -> BreachReason:
        return change_breach_reason(record, actor=self.request.user, **data)


class BreachShown(serializers.Serializer[Any]):
    """A target of the mandate that an incident missed, and why; null while nobody has said."""

    metric = serializers.CharField(help_text="`detect`, `investigate` or `remediate`.")
    target = Duration()
    elapsed = Duration()
    reason = serializers.CharField(allow_null=True, help_text="The code of a reason.")
    note = serializers.CharField()
    told_at = Moment(allow_null=True)
    told_by = Related(User, "username", allow_null=True)


class TellsBreaches:
    """GET of what an incident missed. Saying why is the action `explain_misses`."""

    get_object: Any

    @extend_schema(responses=BreachShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def breaches(self, request: Any, **kwargs: Any) -> Response:
        """The targets of the mandate that were missed, with the reasons that were told."""
        incident = self.get_object()
        told = {row.metric: row for row in incident.breaches.select_related("reason", "told_by")}
        rows = []
        for clock in missed_clocks(incident):
            row = told.get(clock.metric)
            rows.append(
                SimpleNamespace(
                    metric=clock.metric,
                    target=clock.target.within,
                    elapsed=clock.elapsed,
                    reason=row and row.reason.code,
                    note=row.note if row else "",
                    told_at=row and row.told_at,
                    told_by=row and row.told_by,
                )
            )
        return Response(BreachShown(rows, many=True).data)
