"""How requests, adjustments and calls look in the API, and what a write may carry."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assets.models import Service
from core.api.fields import Moment, RecordInput, Related, Text
from core.errors import ValidationError
from core.markdown import render_markdown
from incidents.enums import DIRECTIONS, IncidentChannel, Priority
from incidents.models import Incident, Request
from incidents.models.adjustments import DIGITS, PLACES
from incidents.models.requests import LANGUAGES
from incidents.request_enums import (
    AdjustmentEffect,
    AdjustmentStatus,
    CallOutcome,
    CallStatus,
    RequestLinkKind,
    RequestOutcome,
    RequestStatus,
)
from people.models import Team, User
from sla.enums import RequestKind
from sla.models import Client, ClientContact
from vendors.models import Vendor

_CONTACT = "The e-mail address or the name of a contact of the client."


class RequestContact(serializers.Serializer[Any]):
    """Who asks on behalf of a client."""

    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()


class RequestRow(serializers.Serializer[Any]):
    """A request. Related records by reference, short name or username."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=RequestKind.choices)
    request_type = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    status = serializers.ChoiceField(choices=RequestStatus.choices)
    priority = serializers.ChoiceField(choices=Priority.choices)
    service = Related(Service, allow_null=True)
    team = Related(Team, "slug")
    owner = Related(User, "username", allow_null=True)
    client = Related(Client, "slug", allow_null=True)
    contact = RequestContact(allow_null=True)
    asked_by = serializers.CharField()
    vendor = Related(Vendor, allow_null=True)
    channel = serializers.ChoiceField(choices=IncidentChannel.choices)
    language = serializers.ChoiceField(choices=LANGUAGES)
    entitlement_note = serializers.CharField(
        help_text="What it goes beyond of the client's entitlements: kind channel hours in_force."
    )
    outcome = serializers.ChoiceField(choices=RequestOutcome.choices, allow_blank=True)
    resolution = serializers.CharField()
    opened_at = Moment()
    opened_by = Related(User, "username", allow_null=True)
    resolved_at = Moment(allow_null=True)
    closed_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class RequestDetail(RequestRow):
    """One request, with its description rendered to safe HTML."""

    description_html = serializers.SerializerMethodField()

    def get_description_html(self, request: Request) -> str:
        return str(render_markdown(request.description))


class RequestEdit(RecordInput):
    """What may be corrected; team, owner and status change by actions."""

    kind = serializers.ChoiceField(choices=RequestKind.choices)
    request_type = serializers.SlugField(max_length=40, allow_blank=True, required=False)
    title = Text(max_length=200)
    description = Text(max_length=100_000, allow_blank=True, required=False)
    service = Related(Service, allow_null=True, required=False)
    client = Related(Client, "slug", allow_null=True, required=False)
    contact = Text(max_length=254, allow_null=True, required=False, help_text=_CONTACT)
    asked_by = Text(max_length=200, allow_blank=True, required=False)
    channel = serializers.ChoiceField(choices=IncidentChannel.choices, required=False)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)


class RequestOpening(RequestEdit):
    """What a request may be opened with: kind, title, and a service or a team."""

    kind = serializers.ChoiceField(choices=RequestKind.choices, default=RequestKind.REQUEST.value)
    service = Related(Service, joined=("support_team",), required=False)
    team = Related(Team, "slug", required=False)
    owner = Related(User, "username", required=False)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    channel = serializers.ChoiceField(
        choices=IncidentChannel.choices, default=IncidentChannel.API.value
    )


def contact_named(client: Client | None, told: str | None) -> ClientContact | None:
    """The contact of a client by e-mail address or name; ValidationError where it is not one."""
    if not told:
        return None
    named = Q(email__iexact=told) | Q(name__iexact=told)
    found = list(ClientContact.objects.filter(named, client=client)[:2]) if client else []
    if len(found) != 1:
        raise ValidationError({"contact": _("The client has not exactly one such contact.")})
    return found[0]


class RequestLinkShown(serializers.Serializer[Any]):
    """A relation to another request; `inward` ones read from the other to this."""

    kind = serializers.ChoiceField(choices=RequestLinkKind.choices)
    direction = serializers.ChoiceField(choices=DIRECTIONS)
    request = serializers.CharField()
    created_at = Moment()


class RequestLinkInput(RecordInput):
    """This request relates to `target` as `kind` says."""

    kind = serializers.ChoiceField(choices=RequestLinkKind.choices)
    target = Related(Request)


@extend_schema_field(
    {"type": "object", "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}}}
)
class Money(serializers.Field[Any, Any, Any, Any]):
    """`{"amount": "1234.50", "currency": "MXN"}` of a row with both columns; never a float."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, value: Any) -> dict[str, str]:
        places = max(2, -int(value.amount.normalize().as_tuple().exponent))
        return {"amount": f"{value.amount:.{places}f}", "currency": value.currency}


class AdjustmentShown(serializers.Serializer[Any]):
    """An amount to be credited or debited, made by one person and checked by another."""

    reference = serializers.CharField()
    request = Related(Request)
    effect = serializers.ChoiceField(choices=AdjustmentEffect.choices)
    sum = Money()
    account = serializers.CharField()
    reason = serializers.CharField()
    status = serializers.ChoiceField(choices=AdjustmentStatus.choices)
    made_by = Related(User, "username")
    made_at = Moment()
    checked_by = Related(User, "username", allow_null=True)
    checked_at = Moment(allow_null=True)
    check_note = serializers.CharField()
    applied_by = Related(User, "username", allow_null=True)
    applied_at = Moment(allow_null=True)
    ledger_reference = serializers.CharField()
    version = serializers.IntegerField()


class SumInput(RecordInput):
    """An amount as text or number, and the currency's code."""

    amount = serializers.DecimalField(max_digits=DIGITS, decimal_places=PLACES, min_value=0)
    currency = serializers.CharField(min_length=3, max_length=3)


class AdjustmentInput(RecordInput):
    """An adjustment to be proposed in a request."""

    request = Related(Request)
    effect = serializers.ChoiceField(choices=AdjustmentEffect.choices)
    sum = SumInput()
    account = Text(max_length=60)
    reason = Text(max_length=2000)


class CallShown(serializers.Serializer[Any]):
    """A telephone call."""

    reference = serializers.CharField()
    caller = serializers.CharField()
    team = Related(Team, "slug")
    client = Related(Client, "slug", allow_null=True)
    contact = RequestContact(allow_null=True)
    came_in_at = Moment()
    answered_at = Moment(allow_null=True)
    ended_at = Moment(allow_null=True)
    handled_by = Related(User, "username", allow_null=True)
    status = serializers.ChoiceField(choices=CallStatus.choices)
    outcome = serializers.ChoiceField(choices=CallOutcome.choices, allow_blank=True)
    note = serializers.CharField()
    request = Related(Request, allow_null=True)
    incident = Related(Incident, allow_null=True)
    version = serializers.IntegerField()


class CallInput(RecordInput):
    """A call as it came in; perhaps answered and ended already."""

    caller = Text(max_length=200)
    team = Related(Team, "slug")
    client = Related(Client, "slug", required=False)
    contact = Text(max_length=254, required=False, help_text=_CONTACT)
    came_in_at = Moment(required=False)
    answered_at = Moment(required=False)
    ended_at = Moment(required=False)
    outcome = serializers.ChoiceField(choices=CallOutcome.choices, required=False)
    note = Text(max_length=5000, allow_blank=True, required=False)
