"""Engagements and requests of auditors as REST, and the catalogue of controls to read."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.api.fields import Moment, RecordInput, Related, Text
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, ScopedViewSet
from evidence import services
from evidence.catalogue import populations_of, reports_of
from evidence.controls import CONTROLS, Control
from evidence.engagement_lists import REQUEST_ORDERINGS, RequestFilters
from evidence.enums import Framework, RequestStatus
from evidence.forms.requests import REQUEST_ACTIONS
from evidence.models import AuditRequest, Engagement
from evidence.permissions import may_open_exceptions
from evidence.workflow import REQUEST_WORKFLOW
from people.enums import Country, TokenScope
from people.models import Team, User


class EngagementShown(serializers.Serializer[Any]):
    """An audit from outside; days are half open, `expires_at` ends what its auditors may read."""

    reference = serializers.CharField()
    firm = serializers.CharField()
    frameworks = serializers.ListField(child=serializers.ChoiceField(choices=Framework.choices))
    period_starts_on = serializers.DateField()
    period_ends_on = serializers.DateField(help_text="First day that no longer belongs to it.")
    countries = serializers.ListField(child=serializers.CharField())
    teams = serializers.SerializerMethodField()
    owner = Related(User, "username")
    auditors = serializers.SerializerMethodField(help_text="Usernames of those who audit now.")
    begun_at = Moment()
    expires_at = Moment()
    ended_at = Moment(allow_null=True)
    version = serializers.IntegerField()

    def get_teams(self, row: Engagement) -> list[str]:
        return [seat.team.slug for seat in row.scope_teams.all()]

    def get_auditors(self, row: Engagement) -> list[str]:
        return [seat.user.username for seat in row.auditors.all() if seat.removed_at is None]


class EngagementInput(RecordInput):
    """Beginning an audit. Without countries and teams the auditors read everything."""

    firm = Text(max_length=150)
    frameworks = serializers.ListField(
        child=serializers.ChoiceField(choices=Framework.choices), allow_empty=False, max_length=4
    )
    period_starts_on = serializers.DateField()
    period_ends_on = serializers.DateField()
    owner = Related(User, "username")
    expires_at = Moment()
    countries = serializers.ListField(
        child=serializers.ChoiceField(choices=Country.choices), required=False, max_length=25
    )
    teams = serializers.ListField(child=Related(Team, "slug"), required=False, max_length=100)
    auditors = serializers.ListField(child=Related(User, "username"), required=False, max_length=50)


class EngagementViewSet(Creates, TellsHistory, ScopedViewSet):
    """Audits from outside. Those who look after accounts begin them."""

    queryset = Engagement.objects.prefetch_related("scope_teams__team", "auditors__user")
    serializer_class = EngagementShown
    create_serializer_class = EngagementInput
    parameters = {"history": ("limit", "before")}
    http_method_names = ["get", "head", "post"]

    def create_with(self, **given: Any) -> Engagement:
        return services.begin_engagement(actor=self.request.user, **given)


class AuditRequestShown(serializers.Serializer[Any]):
    """A line of the request list."""

    reference = serializers.CharField()
    engagement = Related(Engagement)
    control = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    status = serializers.ChoiceField(choices=RequestStatus.choices)
    owner = Related(User, "username")
    due_on = serializers.DateField()
    asked_at = Moment()
    asked_by = Related(User, "username")
    answer = serializers.CharField()
    pack_reference = serializers.CharField()
    provided_at = Moment(allow_null=True)
    provided_by = Related(User, "username", allow_null=True)
    settled_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class AuditRequestInput(RecordInput):
    """Something to be given; without an owner the engagement's owner answers."""

    engagement = Related(Engagement)
    control = Text(max_length=40, required=False, allow_blank=True)
    title = Text(max_length=200)
    text = Text(max_length=10_000, required=False, allow_blank=True)
    owner = Related(User, "username", required=False)
    due_on = serializers.DateField()


class AuditRequestViewSet(Creates, TakesActions, TellsHistory, ScopedViewSet):
    """What auditors ask for, until they have it."""

    queryset = AuditRequest.objects.all()
    serializer_class = AuditRequestShown
    create_serializer_class = AuditRequestInput
    filterset_class = RequestFilters
    orderings = REQUEST_ORDERINGS
    ordering = "-reference"
    parameters = {"history": ("limit", "before")}
    workflow = REQUEST_WORKFLOW
    action_forms = REQUEST_ACTIONS
    token_scope = TokenScope.WRITE
    http_method_names = ["get", "head", "post"]

    def require(self, verb: str) -> None:
        """Auditors take actions too: of these, the workflow says who."""
        if verb != "change":
            super().require(verb)

    def create_with(self, **given: Any) -> AuditRequest:
        return services.ask_for(actor=self.request.user, **given)


class ControlShown(serializers.Serializer[Any]):
    """What a control asks for, in our own words, and the names of what answers it."""

    code = serializers.CharField()
    framework = serializers.ChoiceField(choices=Framework.choices)
    title = serializers.CharField()
    asks = serializers.CharField()
    lacking = serializers.CharField(help_text="What nothing here answers; empty: nothing lacks.")
    populations = serializers.SerializerMethodField()
    exceptions = serializers.SerializerMethodField()

    def get_populations(self, control: Control) -> list[str]:
        return [population.name for population in populations_of(control)]

    def get_exceptions(self, control: Control) -> list[str]:
        return [report.name for report in reports_of(control)]


class ControlViewSet(ViewSet):
    """The catalogue of controls: the same for everybody who may open the exceptions."""

    lookup_field = "code"
    lookup_value_regex = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not may_open_exceptions(request.user):
            raise PermissionDenied

    @extend_schema(responses=ControlShown(many=True))
    def list(self, request: Any) -> Response:
        """All of them, in the order of the frameworks."""
        return Response(ControlShown([control for _code, control in CONTROLS], many=True).data)

    @extend_schema(responses=ControlShown)
    def retrieve(self, request: Any, code: str) -> Response:
        """One by its code, such as PCI-6.5.1."""
        if code not in CONTROLS:
            raise NotFound
        return Response(ControlShown(CONTROLS[code]).data)
