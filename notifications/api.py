"""What a person wants to be told of, as REST, and the messages that were written to them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput
from core.api.views import ScopedViewSet
from notifications.enums import MessageKind, MessageState
from notifications.models import Message, Preference
from notifications.services import edit_preferences


class PreferenceShown(serializers.Serializer[Any]):
    """Kinds of messages that are not wanted, and hours (in the own time zone) to be left alone."""

    muted_kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=MessageKind.choices), max_length=50
    )
    quiet_from = serializers.TimeField(allow_null=True)
    quiet_until = serializers.TimeField(allow_null=True)
    version = serializers.IntegerField(read_only=True)


class PreferenceInput(RecordInput):
    """What may be changed of one's own preferences."""

    muted_kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=MessageKind.choices), max_length=50
    )
    quiet_from = serializers.TimeField(allow_null=True)
    quiet_until = serializers.TimeField(allow_null=True)


class MessageShown(serializers.Serializer[Any]):
    """A message and how it fared."""

    id = serializers.IntegerField()
    recipient = serializers.CharField(source="recipient.username")
    kind = serializers.ChoiceField(choices=MessageKind.choices)
    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=MessageState.choices)
    due_at = Moment()
    attempts = serializers.IntegerField()
    created_at = Moment()
    sent_at = Moment(allow_null=True)


class MessageViewSet(ScopedViewSet):
    """One's own messages; all of them for those who look after delivery."""

    queryset = Message.objects.select_related("recipient")
    serializer_class = MessageShown
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head"]
    orderings = {"id": ("pk",)}
    ordering = "-id"


class PreferenceViewSet(ScopedViewSet):
    """The own notification preferences: one record, at the address of the list."""

    queryset = Preference.objects.all()
    serializer_class = PreferenceShown
    http_method_names = ["get", "head", "patch"]
    pagination_class = None
    filter_backends = []

    def get_object(self) -> Preference:
        user = self.request.user
        return Preference.objects.filter(user=user.pk).first() or Preference(user=user, version=0)

    @extend_schema(responses=PreferenceShown)
    def list(self, request: Any, **kwargs: Any) -> Response:
        """The preferences; version 0 where nothing was chosen yet."""
        return self.show(self.get_object())

    @extend_schema(request=PreferenceInput, responses=PreferenceShown)
    def partial_update(self, request: Any, **kwargs: Any) -> Response:
        """Change the own preferences; `If-Match` as everywhere."""
        before = self.get_object()
        version = self.expected_version(before)
        data = self.checked(PreferenceInput, partial=True)
        given = {"version": version} if before.pk else {}
        user = request.user
        return self.show(edit_preferences(user, actor=user, **given, **data))
