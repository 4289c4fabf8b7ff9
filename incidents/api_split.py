"""Splitting a record, as REST: an address of its own, for it gives a record of its own. What the
answer looks like, each kind says of itself."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import RecordInput, Text
from incidents.services.splitting import split


class SplitInput(RecordInput):
    """The new record's title, why, and the comments and files (by id) that it takes along."""

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
    """The sub-resource of incidents and requests."""

    @extend_schema(request=SplitInput)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def split(self: Any, request: Any, **kwargs: Any) -> Response:
        """A part of it becomes an incident of its own, which is the answer; both are linked."""
        record = self.get_object()

        def write() -> Response:
            made = split(record, actor=request.user, **self.checked(SplitInput))
            shown: Response = self.show(
                self.get_queryset().get(pk=made.pk), status.HTTP_201_CREATED
            )
            return shown

        answer: Response = self._write(write)
        return answer
