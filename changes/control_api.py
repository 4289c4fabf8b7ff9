"""Control exceptions as REST: to read."""

from typing import Any

from rest_framework import serializers

from changes.control_page import RELATED, ControlFilters, review_of, state_of
from changes.enums import ControlKind
from changes.models import Change, ChangeTemplate, ControlException
from core.api.fields import Moment, Related
from core.api.views import ScopedViewSet
from people.models import User


class ControlExceptionShown(serializers.Serializer[Any]):
    """What went another way than the controls want; `state` is what became of it, in words."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ControlKind.choices)
    change = Related(Change)
    recorded_at = Moment()
    by = Related(User, "username", allow_null=True)
    cause = serializers.CharField()
    template = Related(ChangeTemplate, "name", allow_null=True)
    state = serializers.SerializerMethodField(help_text="In the language asked for.")
    review = serializers.SerializerMethodField()

    def get_state(self, row: ControlException) -> str:
        return str(state_of(row)[0])

    def get_review(self, row: ControlException) -> str:
        return review_of(row)


class ControlExceptionViewSet(ScopedViewSet):
    """Emergencies approved late or refused, segregation lifted, freeze exceptions without review,
    standard changes suspended."""

    queryset = ControlException.objects.select_related(*RELATED).defer("change__search")
    serializer_class = ControlExceptionShown
    filterset_class = ControlFilters
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head"]
    orderings = {"id": ("pk",)}
    ordering = "-id"
