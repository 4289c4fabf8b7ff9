"""What people do together on an incident, as REST. What is done to a row that exists (a vendor's
reply, undoing a merge) is an action under `transitions/`; the same forms as in the portal ask."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import Moment, Related
from core.api.transitions import as_form_data
from incidents.api_help import HelpInput, HelpShown, help_of
from incidents.api_split import Splits
from incidents.enums import DIRECTIONS, ConsultationState, LinkKind, PromiseOutcome
from incidents.enums import Status as IncidentStatus
from incidents.forms.consulting import ConsultTeamForm
from incidents.forms.diagnosing import BeginDiagnosisForm
from incidents.forms.helping import AskForHelpForm
from incidents.forms.together import EscalateAgainForm, MergeForm, PromiseContactForm
from incidents.guide_api import DiagnosisInput, DiagnosisShown, diagnoses_of
from incidents.models import Consultation, Merge, PromisedContact, VendorEscalation
from people.models import Team, User
from vendors.models import Vendor


class MergeShown(serializers.Serializer[Any]):
    """This incident went into another (`outward`), or took one in; undone ones too."""

    direction = serializers.ChoiceField(choices=DIRECTIONS)
    incident = serializers.CharField()
    status_before = serializers.ChoiceField(choices=IncidentStatus.choices)
    merged_at = Moment()
    undone_at = Moment(allow_null=True)


class MergeInput(serializers.Serializer[Any]):
    """The incident that this one is the same as."""

    into = serializers.CharField()
    note = serializers.CharField(required=False)


class PartShown(serializers.Serializer[Any]):
    """A part of this incident."""

    incident = serializers.CharField()
    status = serializers.ChoiceField(choices=IncidentStatus.choices)
    follows = serializers.BooleanField()


class EscalationShown(serializers.Serializer[Any]):
    """A call on a vendor, under its own reference."""

    id = serializers.IntegerField()
    vendor = Related(Vendor)
    vendor_reference = serializers.CharField()
    contact = serializers.CharField()
    question = serializers.CharField()
    sent_at = Moment()
    sent_by = Related(User, "username", allow_null=True)
    acknowledged_at = Moment(allow_null=True)
    answered_at = Moment(allow_null=True)
    answer = serializers.CharField()


class EscalationInput(serializers.Serializer[Any]):
    """Another call, while a vendor is waited for; the first one is the action wait_for_vendor."""

    vendor = serializers.CharField()
    note = serializers.CharField()
    vendor_reference = serializers.CharField(required=False)
    contact = serializers.CharField(required=False)


class PromiseShown(serializers.Serializer[Any]):
    """A moment by which the client was promised to hear from us."""

    id = serializers.IntegerField()
    due_at = Moment()
    note = serializers.CharField()
    promised_at = Moment()
    promised_by = Related(User, "username")
    outcome = serializers.ChoiceField(choices=PromiseOutcome.choices)
    settled_at = Moment(allow_null=True)


class ConsultationShown(serializers.Serializer[Any]):
    """A question to another team, with its own time to be answered."""

    id = serializers.IntegerField()
    team = Related(Team, "slug")
    question = serializers.CharField()
    asked_at = Moment()
    asked_by = Related(User, "username")
    due_at = Moment()
    state = serializers.ChoiceField(choices=ConsultationState.choices)
    answer = serializers.CharField()
    ended_at = Moment(allow_null=True)
    ended_by = Related(User, "username", allow_null=True)


class ConsultationInput(serializers.Serializer[Any]):
    """A question; answered by the action answer_consultation."""

    team = serializers.CharField()
    question = serializers.CharField()


class PromiseInput(serializers.Serializer[Any]):
    """Another promise; it takes the place of one that is open."""

    due_at = Moment()
    note = serializers.CharField(required=False)


def sub_resource(shown: Any, asked: Any = None) -> Any:
    """A sub-resource of a record, with its shapes in the schema."""

    def decorate(view: Any) -> Any:
        methods = ["get", "post"] if asked else ["get"]
        view = action(detail=True, methods=methods, pagination_class=None, filter_backends=[])(view)
        view = extend_schema(methods=["get"], responses=shown(many=True))(view)
        if asked:
            made = {201: shown(many=True)}
            view = extend_schema(methods=["post"], request=asked, responses=made)(view)
        return view

    return decorate


class SharesWork:
    """What incidents and requests have alike: it hangs on their lives."""

    @sub_resource(EscalationShown, EscalationInput)
    def escalations(self: Any, request: Any, **kwargs: Any) -> Response:
        """Calls on vendors, in the order in which they were sent."""
        return self._sub_resource(EscalateAgainForm, EscalationShown, _escalations_of)

    @sub_resource(PromiseShown, PromiseInput)
    def promises(self: Any, request: Any, **kwargs: Any) -> Response:
        """What was promised to the client, and what became of it."""
        return self._sub_resource(PromiseContactForm, PromiseShown, _promises_of)

    @sub_resource(ConsultationShown, ConsultationInput)
    def consultations(self: Any, request: Any, **kwargs: Any) -> Response:
        """What other teams were asked; the incident stays with its own."""
        return self._sub_resource(ConsultTeamForm, ConsultationShown, _consultations_of)

    @sub_resource(HelpShown, HelpInput)
    def help(self: Any, request: Any, **kwargs: Any) -> Response:
        """Who asked the shift lead for help, who came, and what was answered."""
        return self._sub_resource(AskForHelpForm, HelpShown, help_of)

    @sub_resource(DiagnosisShown, DiagnosisInput)
    def diagnoses(self: Any, request: Any, **kwargs: Any) -> Response:
        """The checklists begun here, and what came out of their steps."""
        return self._sub_resource(BeginDiagnosisForm, DiagnosisShown, diagnoses_of)

    def _sub_resource(self: Any, form_class: Any, shape: Any, rows_of: Any) -> Response:
        record = self.get_object()

        def shown(code: int) -> Response:
            return Response(shape(rows_of(record, self.request.user), many=True).data, code)

        def write() -> Response:
            answers = as_form_data(form_class, dict(self.request.data))
            form = form_class(answers, record=record, actor=self.request.user)
            if not form.is_valid():
                raise ValidationError(form.errors.as_data())
            form.perform()
            return shown(status.HTTP_201_CREATED)

        return self._write(write) if self.request.method == "POST" else shown(200)


class WorksTogether(Splits, SharesWork):
    """Sub-resources of an incident; POST adds one and gives the whole list."""

    @sub_resource(MergeShown, MergeInput)
    def merges(self: Any, request: Any, **kwargs: Any) -> Response:
        """Where it went and what went into it, as far as one sees those incidents."""
        return self._sub_resource(MergeForm, MergeShown, merges_of)

    @sub_resource(PartShown)
    def parts(self: Any, request: Any, **kwargs: Any) -> Response:
        """The parts of this incident that one sees; a link `child_of` from a part makes one."""
        return self._sub_resource(None, PartShown, parts_of)


def merges_of(record: Any, user: Any) -> list[dict[str, Any]]:
    """Merges of an incident or a request, the other one under the name of its kind."""
    kind = record._meta.model_name
    seen = type(record).objects.visible_to(user).values("life")
    columns = ("status_before", "merged_at", "undone_at")
    out = Merge.objects.filter(life=record.life_id, into__in=seen).order_by("pk")
    back = Merge.objects.filter(into=record.life_id, life__in=seen).order_by("pk")
    return [
        *_told(out.values(*columns, **{kind: F(f"into__{kind}__reference")}), "outward"),
        *_told(back.values(*columns, **{kind: F(f"life__{kind}__reference")}), "inward"),
    ]


def _told(rows: Any, direction: str) -> list[dict[str, Any]]:
    return [{**row, "direction": direction} for row in rows]


def parts_of(record: Any, user: Any) -> Any:
    """Parts of an incident or a request, each under the name of its kind."""
    seen = type(record).objects.visible_to(user).values("pk")
    links = record.linked_from.filter(kind=LinkKind.CHILD_OF, source__in=seen).order_by("pk")
    named = {record._meta.model_name: F("source__reference")}
    return links.values("follows", status=F("source__status"), **named)


def _escalations_of(record: Any, user: Any) -> Any:
    rows = VendorEscalation.objects.filter(life=record.life_id)
    return rows.select_related("vendor", "sent_by").order_by("sent_at", "pk")


def _promises_of(record: Any, user: Any) -> Any:
    rows = PromisedContact.objects.filter(life=record.life_id)
    return rows.select_related("promised_by").order_by("pk")


def _consultations_of(record: Any, user: Any) -> Any:
    rows = Consultation.objects.filter(life=record.life_id)
    return rows.select_related("team", "asked_by", "ended_by").order_by("asked_at", "pk")
