"""What lists of clients and of feedback can be narrowed by."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from assets.models import Service
from core.api.filters import ByRecord, Flag, OneOf
from people.enums import Country
from sla.feedback_enums import FeedbackKind
from sla.models import Client


class ClientFilters(FilterSet):
    country = OneOf("country", Country)


def _being_answered(invitations: Any, wanted: bool) -> Any:
    return invitations.filter(answer__isnull=not wanted)


class FeedbackFilters(FilterSet):
    kind = OneOf("kind", FeedbackKind)
    client = ByRecord("client", Client, "slug")
    service = ByRecord("service", Service)
    is_answered = Flag(_being_answered, _("answered"))
