"""Clients as REST, with their contacts, portfolio and entitlements."""

from typing import Any

from rest_framework import serializers

from core.api.fields import RecordInput, Text
from core.api.transitions import TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import Country
from sla.client_services import add_client, edit_client
from sla.entitlement_api import Entitles
from sla.filters import ClientFilters
from sla.models import Client

_LANGUAGES = [("en", "English"), ("es-mx", "Español (México)")]


class ContactInput(RecordInput):
    """Whom to call or write to; one of e-mail and telephone is needed."""

    name = Text(max_length=150)
    email = serializers.EmailField(allow_blank=True, default="")
    phone = Text(max_length=40, allow_blank=True, default="")


class ClientShown(serializers.Serializer[Any]):
    """A company we serve."""

    slug = serializers.CharField()
    name = serializers.CharField()
    country = serializers.ChoiceField(choices=Country.choices)
    language = serializers.ChoiceField(choices=_LANGUAGES)
    contacts = ContactInput(many=True)
    version = serializers.IntegerField()


class ClientInput(RecordInput):
    """What a client is made of. `contacts`, when given, are all of them from now on."""

    slug = serializers.SlugField(max_length=60)
    name = Text(max_length=150)
    country = serializers.ChoiceField(choices=Country.choices)
    language = serializers.ChoiceField(choices=_LANGUAGES, required=False)
    contacts = ContactInput(many=True, required=False, max_length=50)  # type: ignore[call-arg]  # -- of the list


class ClientViewSet(Entitles, Creates, Edits, TellsHistory, ScopedViewSet):
    """Companies we serve."""

    queryset = Client.objects.prefetch_related("contacts")
    serializer_class = ClientShown
    create_serializer_class = edit_serializer_class = ClientInput
    filterset_class = ClientFilters
    lookup_field = "slug"
    is_searched = True
    orderings = {"slug": ("slug", "pk"), "name": ("name", "pk")}
    ordering = "name"
    parameters = {"history": ("limit", "before")}

    def create_with(self, **data: Any) -> Client:
        return add_client(actor=self.request.user, **data)

    def edit_with(self, record: Client, **data: Any) -> Client:
        return edit_client(record, actor=self.request.user, **data)
