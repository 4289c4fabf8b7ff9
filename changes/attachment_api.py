"""Files of a change as REST, below the change. A file is as visible as its change."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from changes import services
from core.api.fields import Moment, RecordInput, Related
from core.api.idempotency import answer_once
from people.models import User
from records.download import attachment_response


class ChangeFileShown(serializers.Serializer[Any]):
    """A file given to a change. Its bytes are under `…/content/`."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = Related(User, "username")
    created_at = Moment()


class ChangeFileInput(RecordInput):
    """A file for the change, sent as multipart/form-data."""

    file = serializers.FileField(allow_empty_file=True)


class KeepsFiles:
    """`…/<ref>/attachments/` and the bytes of each."""

    @extend_schema(methods=["get"], responses=ChangeFileShown(many=True))
    @extend_schema(
        methods=["post"],
        request={"multipart/form-data": ChangeFileInput},
        responses={201: ChangeFileShown},
    )
    @action(
        detail=True,
        methods=["get", "post"],
        pagination_class=None,
        filter_backends=[],
        parser_classes=[MultiPartParser],
    )
    def attachments(self: Any, request: Any, **kwargs: Any) -> Response:
        """The files, the latest first. POST adds one: who has a part in the change may."""
        change = self.get_object()

        def add() -> Response:
            file = self.checked(ChangeFileInput)["file"]
            file.seek(0)  # read before, if this is another attempt
            added = services.attach_to_change(
                change, actor=request.user, name=file.name, data=file.read()
            )
            return Response(ChangeFileShown(added).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            return answer_once(request, add)
        rows = change.attachments.select_related("uploaded_by").order_by("-pk")
        return Response(ChangeFileShown(rows, many=True).data)

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
