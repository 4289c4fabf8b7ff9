"""Deployments and what was found about them as REST."""

from typing import Any

from django.db.models import OuterRef, Subquery
from rest_framework import serializers

from assets.enums import Environment
from assets.models import Service
from changes.deployment_lists import (
    DEPLOYMENT_ORDERINGS,
    FINDING_ORDERINGS,
    DeploymentFilters,
    FindingFilters,
)
from changes.enums import FindingKind, FindingStatus
from changes.finding_workflow import FINDING_WORKFLOW
from changes.forms.findings import FINDING_ACTIONS
from changes.models import Change, Deployment, Finding
from core.api.fields import Moment, Related
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import ScopedViewSet
from people.enums import TokenScope
from people.models import User


class DeploymentShown(serializers.Serializer[Any]):
    """A deployment as it was reported; `change` is found out, null where none is seen."""

    reference = serializers.CharField()
    source = serializers.CharField()
    delivery = serializers.CharField()
    repository = serializers.CharField()
    commit = serializers.CharField()
    digest = serializers.CharField()
    environment = serializers.ChoiceField(choices=Environment.choices)
    deployed_by = serializers.CharField()
    deployed_at = Moment()
    received_at = Moment()
    named_change = serializers.CharField()
    service = Related(Service, allow_null=True)
    change = Related(Change, allow_null=True)


class FindingShown(serializers.Serializer[Any]):
    """What speaks against a deployment, or against a change that lacks one."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=FindingKind.choices)
    status = serializers.ChoiceField(choices=FindingStatus.choices)
    deployment = Related(Deployment, allow_null=True)
    service = Related(Service, allow_null=True)
    change = Related(Change, allow_null=True)
    owner = Related(User, "username", allow_null=True)
    opened_at = Moment()
    due_at = Moment()
    ended_at = Moment(allow_null=True)
    settled_by = Related(User, "username", allow_null=True)
    covered_by = Related(Change, allow_null=True)
    note = serializers.CharField()
    version = serializers.IntegerField()


class DeploymentViewSet(TellsHistory, ScopedViewSet):
    """What was brought where, as the systems that do it report."""

    queryset = Deployment.objects.all()
    serializer_class = DeploymentShown
    filterset_class = DeploymentFilters
    orderings = DEPLOYMENT_ORDERINGS
    parameters = {"history": ("limit", "before")}
    http_method_names = ["get", "head"]

    def get_queryset(self) -> Any:
        return _with_seen(super().get_queryset(), self.request.user, "change")


class FindingViewSet(TakesActions, TellsHistory, ScopedViewSet):
    """Deployments otherwise than approved, until somebody settles them."""

    queryset = Finding.objects.all()
    serializer_class = FindingShown
    filterset_class = FindingFilters
    orderings = FINDING_ORDERINGS
    parameters = {"history": ("limit", "before")}
    workflow = FINDING_WORKFLOW
    action_forms = FINDING_ACTIONS
    token_scope = TokenScope.WRITE
    http_method_names = ["get", "head", "post"]

    def get_queryset(self) -> Any:
        return _with_seen(super().get_queryset(), self.request.user, "change", "covered_by")


def _with_seen(rows: Any, user: Any, *columns: str) -> Any:
    """The references of changes, of those that the reader sees."""
    seen = Change.objects.visible_to(user)
    keys = {
        f"{name}_key": Subquery(seen.filter(pk=OuterRef(name)).values("reference")[:1])
        for name in columns
    }
    return rows.annotate(**keys)
