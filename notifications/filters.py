"""What the list of messages can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import MomentBound, OneOf
from notifications.enums import MessageKind, MessageState


class MessageFilters(FilterSet):
    state = OneOf("state", MessageState)
    kind = OneOf("kind", MessageKind)
    created_at__gte = MomentBound("created_at", "gte")
    created_at__lt = MomentBound("created_at", "lt")
