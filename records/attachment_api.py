"""Files of a record as REST, below the record. A file is as visible as its record."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related
from core.api.idempotency import answer_once
from records.download import attachment_response


class FileShown(serializers.Serializer[Any]):
    """A file given to a record. Its bytes are under `…/content/`."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = Related(get_user_model(), "username")
    created_at = Moment()


class FileInput(RecordInput):
    """A file for the record, sent as multipart/form-data."""

    file = serializers.FileField(allow_empty_file=True)


class KeepsFiles:
    """`…/<ref>/attachments/` and the bytes of each, for views of records with files."""

    attach_with: ClassVar[Callable[..., Any]]  # the service: (record, actor=, name=, data=)

    def before_attaching(self) -> None:
        """Refuses those who may not at all; the service refuses the others."""

    @extend_schema(methods=["get"], responses=FileShown(many=True))
    @extend_schema(
        methods=["post"],
        request={"multipart/form-data": FileInput},
        responses={201: FileShown},
    )
    @action(
        detail=True,
        methods=["get", "post"],
        pagination_class=None,
        filter_backends=[],
        parser_classes=[MultiPartParser],
    )
    def attachments(self: Any, request: Any, **kwargs: Any) -> Response:
        """The files, the latest first. POST adds one: who has a part in the record may."""
        record = self.get_object()

        def add() -> Response:
            file = self.checked(FileInput)["file"]
            file.seek(0)  # read before, if this is another attempt
            added = self.attach_with(record, actor=request.user, name=file.name, data=file.read())
            return Response(FileShown(added).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            self.before_attaching()
            return answer_once(request, add)
        rows = record.attachments.select_related("uploaded_by").order_by("-pk")
        return Response(FileShown(rows, many=True).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(
        detail=True,
        url_path=r"attachments/(?P<file>[0-9]{1,18})/content",
        filter_backends=[],
        pagination_class=None,
        renderer_classes=[JSONRenderer],
    )
    def attachment_content(self: Any, request: Any, file: str, **kwargs: Any) -> FileResponse:
        """The bytes, for saving, never for showing. Refused where they are not those given."""
        return attachment_response(self.get_object().attachments.filter(pk=file).first())
