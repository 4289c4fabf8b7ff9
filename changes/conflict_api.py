"""The conflicts of a change as REST, and accepting one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.response import Response

from changes import services
from changes.conflict_page import ShownConflict, shown_conflicts
from changes.enums import ConflictKind, ConflictStatus, Severity
from changes.models import Conflict
from changes.permissions import may_accept_conflicts
from core.api.fields import Moment, RecordInput, Text
from core.api.idempotency import answer_once


class ConflictShown(serializers.Serializer[Any]):
    """What is in the way of the change: another change, or a rule. What the reader may not see is
    left out."""

    id = serializers.IntegerField(source="conflict.pk")
    kind = serializers.ChoiceField(source="conflict.kind", choices=ConflictKind.choices)
    severity = serializers.ChoiceField(
        source="conflict.severity",
        choices=Severity.choices,
        help_text="`blocking` refuses to schedule and to start while it is open, once the other "
        "change is approved; of a freeze the rule about freezes decides.",
    )
    status = serializers.ChoiceField(source="conflict.status", choices=ConflictStatus.choices)
    change = serializers.CharField(
        source="other.reference", allow_null=True, default=None, help_text="The other side."
    )
    freeze = serializers.CharField(
        source="conflict.freeze.reference", allow_null=True, default=None
    )
    services = serializers.SerializerMethodField()
    assets = serializers.SerializerMethodField()
    people = serializers.SerializerMethodField()
    steps = serializers.IntegerField(
        source="conflict.steps", help_text="Between what depends on each other."
    )
    starts_at = Moment(source="conflict.starts_at", allow_null=True)
    ends_at = Moment(source="conflict.ends_at", allow_null=True)
    found_at = Moment(source="conflict.found_at")
    accepted_at = Moment(source="conflict.accepted_at", allow_null=True)
    accepted_by = serializers.CharField(
        source="conflict.accepted_by.username", allow_null=True, default=None
    )
    acceptance = serializers.CharField(source="conflict.acceptance")
    resolved_at = Moment(source="conflict.resolved_at", allow_null=True)

    def get_services(self, one: ShownConflict) -> list[str]:
        return [service.reference for service in one.services]

    def get_assets(self, one: ShownConflict) -> list[str]:
        return [asset.reference for asset in one.assets]

    def get_people(self, one: ShownConflict) -> list[str]:
        return [person.full_name for person in one.people]


class ConflictAcceptance(RecordInput):
    """Why it is accepted."""

    acceptance = Text(max_length=5_000)


class TellsConflicts:
    """For the viewset of changes."""

    @extend_schema(responses=ConflictShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def conflicts(self: Any, request: Any, **kwargs: Any) -> Response:
        """What is in its way, the unanswered first."""
        shown = shown_conflicts(self.get_object(), request.user)
        return Response(ConflictShown(shown, many=True).data)

    @extend_schema(request=ConflictAcceptance, responses=ConflictShown)
    @action(
        detail=True,
        methods=["post"],
        pagination_class=None,
        filter_backends=[],
        url_path=r"conflicts/(?P<conflict>[0-9]+)/accept",
        url_name="accept-conflict",
    )
    def accept_conflict(self: Any, request: Any, conflict: str, **kwargs: Any) -> Response:
        """Somebody without a part in either change takes it upon themselves."""
        change = self.get_object()
        if not may_accept_conflicts(request.user):
            raise PermissionDenied
        key = int(conflict) if len(conflict) < 19 else 0
        if not Conflict.objects.of(change).filter(pk=key).exists():
            raise NotFound(_("This change has no such conflict."))

        def accept() -> Response:
            data = self.checked(ConflictAcceptance)
            services.accept_conflict(change, actor=request.user, conflict=key, **data)
            rows = shown_conflicts(change, request.user)
            found = next(one for one in rows if one.conflict.pk == key)
            return Response(ConflictShown(found).data)

        return answer_once(request, accept)
