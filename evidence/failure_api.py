"""Control failures as REST: to read, and to settle."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Moment, Related
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import ScopedViewSet
from evidence.enums import FailureKind, FailureStatus
from evidence.failure_forms import FAILURE_ACTIONS
from evidence.failure_lists import FAILURE_ORDERINGS, FailureFilters
from evidence.failure_workflow import FAILURE_WORKFLOW
from evidence.models import ControlFailure
from people.enums import TokenScope
from people.models import User


class ControlFailureShown(serializers.Serializer[Any]):
    """When a control of the audit trail did not hold, and what came of it."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=FailureKind.choices)
    status = serializers.ChoiceField(choices=FailureStatus.choices)
    found = serializers.CharField()
    started_at = Moment()
    ended_at = Moment(allow_null=True)
    cause = serializers.CharField()
    missed = serializers.CharField()
    risk_decision = serializers.CharField()
    fix = serializers.CharField()
    settled_at = Moment(allow_null=True)
    settled_by = Related(User, "username", allow_null=True)
    version = serializers.IntegerField()


class ControlFailureViewSet(TakesActions, TellsHistory, ScopedViewSet):
    """Opened and ended by the portal itself; `settle` explains what is over."""

    queryset = ControlFailure.objects.select_related("settled_by")
    serializer_class = ControlFailureShown
    filterset_class = FailureFilters
    orderings = FAILURE_ORDERINGS
    parameters = {"history": ("limit", "before")}
    workflow = FAILURE_WORKFLOW
    action_forms = FAILURE_ACTIONS
    token_scope = TokenScope.WRITE
    http_method_names = ["get", "head", "post"]
