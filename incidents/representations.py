"""How incidents and their parts look in the API, and what a write may carry."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assets.models import Asset, Service
from changes.models import Change
from core.api.fields import Duration, Moment, RecordInput, Related, RelatedList, Text
from core.markdown import render_markdown
from incidents.enums import (
    DIRECTIONS,
    Impact,
    IncidentChannel,
    LinkKind,
    Priority,
    ResolutionCode,
    Status,
    Tier,
    Urgency,
)
from incidents.models import Incident
from people.models import Team, User
from sla.enums import ClockState, Holder, MarkKind, MarkSource, Precision
from sla.models import Client
from vendors.models import Vendor


class IncidentRow(serializers.Serializer[Any]):
    """An incident. Related records by reference, short name or username."""

    reference = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    status = serializers.ChoiceField(choices=Status.choices)
    impact = serializers.ChoiceField(choices=Impact.choices)
    urgency = serializers.ChoiceField(choices=Urgency.choices)
    priority = serializers.ChoiceField(choices=Priority.choices)
    priority_reason = serializers.CharField(help_text="Given where it is not the matrix's.")
    service = Related(Service)
    team = Related(Team, "slug")
    owner = Related(User, "username", allow_null=True)
    client = Related(Client, "slug", allow_null=True)
    vendor = Related(Vendor, allow_null=True)
    caused_by_change = Related(Change, allow_null=True)
    tier = serializers.ChoiceField(choices=Tier.choices)
    channel = serializers.ChoiceField(choices=IncidentChannel.choices)
    assets = RelatedList(Asset)
    resolution_code = serializers.ChoiceField(choices=ResolutionCode.choices, allow_blank=True)
    resolution = serializers.CharField()
    is_drill = serializers.BooleanField(help_text="An exercise: no figure counts it.")
    opened_at = Moment()
    opened_by = Related(User, "username", allow_null=True)
    resolved_at = Moment(allow_null=True)
    closed_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class IncidentDetail(IncidentRow):
    """One incident, with its description rendered to safe HTML."""

    description_html = serializers.SerializerMethodField()

    def get_description_html(self, incident: Incident) -> str:
        return str(render_markdown(incident.description))


class IncidentEdit(RecordInput):
    """What may be corrected; team, owner, status and priority change by actions."""

    title = Text(max_length=200)
    description = Text(max_length=100_000, allow_blank=True, required=False)
    service = Related(Service)
    client = Related(Client, "slug", allow_null=True, required=False)
    vendor = Related(Vendor, allow_null=True, required=False)
    caused_by_change = Related(Change, allow_null=True, required=False)
    tier = serializers.ChoiceField(choices=Tier.choices, required=False)
    channel = serializers.ChoiceField(choices=IncidentChannel.choices, required=False)
    impact = serializers.ChoiceField(choices=Impact.choices, required=False)
    urgency = serializers.ChoiceField(choices=Urgency.choices, required=False)
    assets = RelatedList(Asset, required=False)


class IncidentOpening(IncidentEdit):
    """What an incident may be opened with; `title` and `service` must be."""

    service = Related(Service, joined=("support_team",))
    channel = serializers.ChoiceField(
        choices=IncidentChannel.choices, default=IncidentChannel.API.value
    )
    team = Related(Team, "slug", required=False)
    owner = Related(User, "username", allow_null=True, required=False)
    is_drill = serializers.BooleanField(default=False)
    started_at = Moment(required=False)
    detected_at = Moment(required=False)


class ShareShown(serializers.Serializer[Any]):
    """What one holder had of a clock's time, in its working time, whether it is counted or not."""

    holder = serializers.ChoiceField(choices=Holder.choices)
    party = serializers.CharField(help_text="The team's short name or the vendor's reference.")
    time = Duration()


class ClockShown(serializers.Serializer[Any]):
    """A clock of this incident, as of now: of the 1-5-10 mandate, or of what is agreed."""

    metric = serializers.CharField()
    agreement = serializers.CharField(help_text="`1-5-10`, or the short name of the agreement.")
    target = Duration()
    elapsed = Duration()
    remaining = Duration(help_text="Negative once the target is missed.")
    state = serializers.ChoiceField(choices=ClockState.choices)
    started_at = Moment(allow_null=True)
    stopped_at = Moment(allow_null=True)
    due_at = Moment(allow_null=True, help_text="Null while it is paused.")
    by_holder = ShareShown(many=True)


class MarkShown(serializers.Serializer[Any]):
    """An instant of the incident's life, with who says so and how sure it is."""

    kind = serializers.ChoiceField(choices=MarkKind.choices)
    at = Moment()
    latest_at = Moment(allow_null=True)
    source = serializers.ChoiceField(choices=MarkSource.choices)
    precision = serializers.ChoiceField(choices=Precision.choices)
    evidence = serializers.CharField()
    set_by = Related(User, "username", allow_null=True)
    set_at = Moment()
    superseded_at = Moment(allow_null=True)


class MarkInput(RecordInput):
    """A mark as a person sets or corrects it."""

    kind = serializers.ChoiceField(choices=MarkKind.choices)
    at = Moment()
    precision = serializers.ChoiceField(choices=Precision.choices, default=Precision.EXACT.value)
    latest_at = Moment(required=False, allow_null=True)
    evidence = Text(max_length=500, allow_blank=True, required=False)


class CommentShown(serializers.Serializer[Any]):
    """Something a person said about the incident."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    is_internal = serializers.BooleanField()
    author = Related(User, "username", allow_null=True)
    created_at = Moment()


class CommentInput(RecordInput):
    """A comment; internal unless said otherwise."""

    text = Text(max_length=20_000)
    is_internal = serializers.BooleanField(default=True)


class LinkShown(serializers.Serializer[Any]):
    """A relation to another incident; `inward` ones read from the other to this."""

    kind = serializers.ChoiceField(choices=LinkKind.choices)
    direction = serializers.ChoiceField(choices=DIRECTIONS)
    incident = serializers.CharField()
    created_at = Moment()


class LinkInput(RecordInput):
    """This incident relates to `target` as `kind` says."""

    kind = serializers.ChoiceField(choices=LinkKind.choices)
    target = Related(Incident)


class AttachmentShown(serializers.Serializer[Any]):
    """A file given to a record. Its bytes are under `…/content/`."""

    id = serializers.IntegerField()
    record = Related(Incident, source="incident")
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = Related(User, "username")
    created_at = Moment()


class AttachmentInput(RecordInput):
    """A file for a record, sent as multipart/form-data."""

    record = Related(Incident)
    file = serializers.FileField(allow_empty_file=True)


class TimelineEntry(serializers.Serializer[Any]):
    """One thing that happened: said, changed, marked, alerted, sent."""

    id = serializers.CharField(help_text="As in the address of the entry in the portal.")
    position = serializers.CharField(help_text="For `before`.")
    at = Moment()
    kind = serializers.ChoiceField(
        source="kind.code",
        choices=[
            *("comment", "status", "change", "mark", "file", "mail", "people", "alert", "links"),
            "clock",
        ],
    )
    actor = serializers.CharField(help_text="Username; empty for the system.")
    title = serializers.CharField(help_text="What happened, in the language asked for.")
    text = serializers.CharField(help_text="In the writer's words: comment, reason, evidence.")
    details = serializers.SerializerMethodField()

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_details(self, entry: Any) -> dict[str, Any]:
        details = dict(entry.details)
        if "changes" in details:
            details["changes"] = [change.text for change in details["changes"]]
        return details
