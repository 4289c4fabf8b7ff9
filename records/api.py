"""Jobs and saved views as REST."""

from typing import Any

from rest_framework import serializers, status
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Text
from core.api.views import Creates, ScopedViewSet
from records.enums import JobState
from records.models import Job, SavedView
from records.saved_views import discard_view, edit_view, save_view


class JobShown(serializers.Serializer[Any]):
    """Long work that a worker does: how far it is and what came of it."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField(help_text="The kind in words.")
    state = serializers.ChoiceField(choices=JobState.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    result = serializers.JSONField(allow_null=True)
    error = serializers.CharField(source="what_is_wrong")
    attempts = serializers.IntegerField()
    created_by = serializers.CharField(source="created_by.username", allow_null=True)
    created_at = Moment()
    finished_at = Moment(allow_null=True)


class JobViewSet(ScopedViewSet):
    """One's own jobs; all of them for those who look after the portal."""

    queryset = Job.objects.select_related("created_by")
    serializer_class = JobShown
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head"]
    orderings = {"id": ("pk",)}
    ordering = "-id"


class SavedViewShown(serializers.Serializer[Any]):
    """Filters, order and columns of a list, kept under a name."""

    id = serializers.IntegerField()
    owner = serializers.CharField(source="owner.username")
    list_name = serializers.CharField()
    name = serializers.CharField()
    query = serializers.DictField()
    is_shared = serializers.BooleanField()


class SavedViewInput(RecordInput):
    """What a saved view is made of."""

    list_name = serializers.SlugField(max_length=60)
    name = Text(max_length=80)
    query = serializers.DictField(required=False)
    is_shared = serializers.BooleanField(required=False)


class SavedViewViewSet(Creates, ScopedViewSet):
    """One's own saved views and the shared ones. Only their owner changes or deletes them."""

    queryset = SavedView.objects.select_related("owner")
    serializer_class = SavedViewShown
    create_serializer_class = SavedViewInput
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head", "post", "patch", "delete"]
    orderings = {"name": ("name", "pk"), "id": ("pk",)}
    ordering = "name"

    def require(self, verb: str) -> None:
        """Nothing: everybody keeps their own views, whatever their role."""

    def create_with(self, **data: Any) -> SavedView:
        return save_view(actor=self.request.user, **data)

    def partial_update(self, request: Any, **kwargs: Any) -> Response:
        """Change one's own view. It has no version: nobody else writes it."""
        view = self.get_object()
        data = self.checked(SavedViewInput, partial=True)
        return self.show_written(edit_view(view, actor=request.user, **data))

    def destroy(self, request: Any, **kwargs: Any) -> Response:
        """Forget one's own view."""
        discard_view(self.get_object(), actor=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
