"""How requests go together, as REST: merges, parts, the incidents they ask about. POST adds one and
gives the whole list, by the same forms as in the portal."""

from typing import Any

from django.db.models import F
from rest_framework import serializers
from rest_framework.response import Response

from core.api.fields import Moment
from incidents.api_split import Splits
from incidents.api_together import merges_of, parts_of, sub_resource
from incidents.enums import DIRECTIONS, Status
from incidents.forms.asking import LinkRequestForm
from incidents.forms.together import MergeRequestForm
from incidents.models import Incident, Request
from incidents.request_enums import AskingKind, RequestStatus
from incidents.request_forms.talk import LinkIncidentForm


class RequestMergeShown(serializers.Serializer[Any]):
    """This request went into another (`outward`), or took one in; undone ones too."""

    direction = serializers.ChoiceField(choices=DIRECTIONS)
    request = serializers.CharField()
    status_before = serializers.ChoiceField(choices=RequestStatus.choices)
    merged_at = Moment()
    undone_at = Moment(allow_null=True)


class RequestMergeInput(serializers.Serializer[Any]):
    """The request that this one is the same as."""

    into = serializers.CharField()
    note = serializers.CharField(required=False)


class RequestPartShown(serializers.Serializer[Any]):
    """A part of this request."""

    request = serializers.CharField()
    status = serializers.ChoiceField(choices=RequestStatus.choices)
    follows = serializers.BooleanField()


class AskedAboutShown(serializers.Serializer[Any]):
    """An incident that this request asks about."""

    incident = serializers.CharField(source="named")
    kind = serializers.ChoiceField(choices=AskingKind.choices)
    status = serializers.ChoiceField(choices=Status.choices)
    created_at = Moment()


class AskedAboutInput(serializers.Serializer[Any]):
    """The incident, by its reference, and why: `about` where nothing is said."""

    incident = serializers.CharField()
    kind = serializers.ChoiceField(choices=AskingKind.choices, required=False)


class AskingShown(serializers.Serializer[Any]):
    """A request that asks about this incident."""

    request = serializers.CharField(source="named")
    kind = serializers.ChoiceField(choices=AskingKind.choices)
    status = serializers.ChoiceField(choices=RequestStatus.choices)
    created_at = Moment()


class AskingInput(serializers.Serializer[Any]):
    """The request, by its reference, and why: `about` where nothing is said."""

    request = serializers.CharField()
    kind = serializers.ChoiceField(choices=AskingKind.choices, required=False)


class RequestFamilies(Splits):
    """Sub-resources of a request."""

    @sub_resource(RequestMergeShown, RequestMergeInput)
    def merges(self: Any, request: Any, **kwargs: Any) -> Response:
        """Where it went and what went into it, as far as one sees those requests."""
        return self._sub_resource(MergeRequestForm, RequestMergeShown, merges_of)

    @sub_resource(RequestPartShown)
    def parts(self: Any, request: Any, **kwargs: Any) -> Response:
        """The parts of this request that one sees; a link `child_of` from a part makes one."""
        return self._sub_resource(None, RequestPartShown, parts_of)

    @sub_resource(AskedAboutShown, AskedAboutInput)
    def incidents(self: Any, request: Any, **kwargs: Any) -> Response:
        """The incidents it asks about, as far as one sees them; taken back by the action
        unlink_incident."""
        return self._sub_resource(LinkIncidentForm, AskedAboutShown, _asked_about)


class AskedAbout:
    """The sub-resource of an incident."""

    @sub_resource(AskingShown, AskingInput)
    def requests(self: Any, request: Any, **kwargs: Any) -> Response:
        """The requests that ask about it, as far as one sees them; taken back by the action
        unlink_request."""
        return self._sub_resource(LinkRequestForm, AskingShown, _asking)


def _asked_about(record: Request, user: Any) -> Any:
    seen = Incident.objects.visible_to(user).values("pk")
    links = record.incident_links.filter(incident__in=seen).order_by("pk")
    return links.values(
        "kind", "created_at", status=F("incident__status"), named=F("incident__reference")
    )


def _asking(incident: Incident, user: Any) -> Any:
    seen = Request.objects.visible_to(user).values("pk")
    links = incident.request_links.filter(request__in=seen).order_by("pk")
    return links.values(
        "kind", "created_at", status=F("request__status"), named=F("request__reference")
    )
