"""Coaching sessions as REST, for the two who take part and nobody else."""

from typing import Any

from django.db import transaction
from django.db.models import F
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.collisions import attempt
from core.api.fields import Moment, RecordInput, Related
from core.api.transitions import AvailableAction
from people.coaching.pages import MOVES
from people.coaching.workflow import COACHING_WORKFLOW
from people.confidential.enums import CoachingStatus, EntryKind
from people.models import CoachingSession, User
from people.one_on_ones.api import SealedEntries


class CoachingShown(serializers.Serializer[Any]):
    """That there is a session, not what is said in it."""

    reference = serializers.CharField()
    lead = Related(User, "username")
    employee = Related(User, "username")
    status = serializers.ChoiceField(choices=CoachingStatus.choices)
    planned_on = serializers.DateField()
    follow_up_on = serializers.DateField()
    held_at = Moment(allow_null=True)
    acknowledged_at = Moment(allow_null=True)
    closed_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class CoachingMoveInput(RecordInput):
    """What becomes of a session."""

    action = serializers.ChoiceField(choices=sorted(MOVES))


class CoachingViewSet(SealedEntries):
    """One's own coaching sessions."""

    queryset = CoachingSession.objects.annotate(reference=F("record__reference"))
    serializer_class = CoachingShown
    kinds = frozenset(EntryKind.values) - {EntryKind.MOOD}

    @extend_schema(methods=["get"], responses=AvailableAction(many=True))
    @extend_schema(methods=["post"], request=CoachingMoveInput, responses=CoachingShown)
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def transitions(self, request: Any, **kwargs: Any) -> Response:
        """What may become of it; POST does it."""
        session = self.get_object()
        if request.method == "POST":
            name = self.checked(CoachingMoveInput)["action"]
            attempt(transaction.atomic(lambda: MOVES[name](session, actor=request.user)))
            return self.show_written(session)
        moves = COACHING_WORKFLOW.available(session, request.user)
        return Response(AvailableAction(moves, many=True).data)
