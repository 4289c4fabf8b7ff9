"""Splitting an incident, as REST: an address of its own, for it gives a record of its own."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import RecordInput, Text
from incidents import representations as shapes
from incidents.services.splitting import split_incident


class SplitInput(RecordInput):
    """The new incident's title, why, and the comments and files (by id) that it takes along."""

    title = Text(max_length=200)
    note = Text(max_length=2000)
    description = serializers.CharField(max_length=100_000, required=False)
    comments = serializers.ListField(
        child=serializers.IntegerField(min_value=1), max_length=500, required=False
    )
    files = serializers.ListField(
        child=serializers.IntegerField(min_value=1), max_length=500, required=False
    )


class Splits:
    """The sub-resource of incidents."""

    @extend_schema(request=SplitInput, responses={201: shapes.IncidentDetail})
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def split(self: Any, request: Any, **kwargs: Any) -> Response:
        """A part of it becomes an incident of its own, which is the answer; both are linked."""
        incident = self.get_object()

        def write() -> Response:
            made = split_incident(incident, actor=request.user, **self.checked(SplitInput))
            shown: Response = self.show(
                self.get_queryset().get(pk=made.pk), status.HTTP_201_CREATED
            )
            return shown

        answer: Response = self._write(write)
        return answer
