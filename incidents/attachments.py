"""Files of incidents as REST. A file is as visible as its record, asked anew at every download."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.api.idempotency import answer_once
from core.api.views import ScopedViewSet
from incidents.models import IncidentAttachment
from incidents.representations import AttachmentInput, AttachmentShown
from incidents.services import attach_to_incident
from records.download import attachment_response


class AttachmentViewSet(ScopedViewSet):
    """Files given to records."""

    queryset = IncidentAttachment.objects.all()
    serializer_class = AttachmentShown
    parser_classes = [MultiPartParser]
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head", "post"]
    orderings = {"id": ("pk",)}
    ordering = "-id"

    @extend_schema(request={"multipart/form-data": AttachmentInput})
    def create(self, request: Any, **kwargs: Any) -> Response:
        """Add a file to a record."""
        if not request.user.has_perm("incidents.change_incident"):
            raise PermissionDenied
        return answer_once(request, self._add)

    def _add(self) -> Response:
        data = self.checked(AttachmentInput)
        file = data["file"]
        file.seek(0)  # read before, if this is another attempt
        added = attach_to_incident(
            data["record"], actor=self.request.user, name=file.name, data=file.read()
        )
        response = self.show(added, status.HTTP_201_CREATED)
        response["Location"] = reverse("attachment-detail", [added.pk], request=self.request)
        return response

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], pagination_class=None, renderer_classes=[JSONRenderer])
    def content(self, request: Any, **kwargs: Any) -> FileResponse:
        """The bytes, for saving, never for showing. Refused where they are not those given."""
        return attachment_response(self.get_object())
