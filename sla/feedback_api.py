"""Feedback as REST, to read: what was asked and answered, and figures with their n."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from assets.models import Service
from core.api.fields import Duration, Moment, Related
from core.api.filters import moment_of
from core.api.views import ScopedViewSet
from sla.attainment import Span
from sla.feedback_enums import FeedbackKind, InvitationState
from sla.feedback_figures import handling_of, scores_of
from sla.filters import FeedbackFilters
from sla.models import Client, FeedbackInvitation


class FeedbackShown(serializers.Serializer[Any]):
    """One question to one contact; never the address nor the link."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=FeedbackKind.choices)
    record = serializers.CharField(source="reference")
    title = serializers.CharField()
    client = Related(Client, "slug")
    service = Related(Service, allow_null=True)
    state = serializers.ChoiceField(choices=InvitationState.choices)
    score = serializers.IntegerField(source="answer.score", default=None, allow_null=True)
    comment = serializers.CharField(source="answer.comment", default="")
    created_at = Moment()
    answered_at = Moment(source="answer.answered_at", default=None, allow_null=True)


class ScoresShown(serializers.Serializer[Any]):
    """What was answered to one question."""

    kind = serializers.ChoiceField(choices=FeedbackKind.choices)
    asked = serializers.IntegerField()
    n = serializers.IntegerField(help_text="Answers.")
    mean = serializers.FloatField(allow_null=True)
    figure = serializers.FloatField(allow_null=True, help_text="CSAT in percent, or NPS.")
    response_rate = serializers.FloatField(allow_null=True)


class HandlingShown(serializers.Serializer[Any]):
    """How records were handled."""

    opened = serializers.IntegerField()
    resolved = serializers.IntegerField()
    first_response_rate = serializers.FloatField(allow_null=True)
    handle_time = Duration(allow_null=True)
    resolution_time = Duration(allow_null=True)
    median_resolution_time = Duration(allow_null=True)
    per_hour = serializers.FloatField(allow_null=True)
    contact_rate = serializers.FloatField(allow_null=True)


class FiguresShown(serializers.Serializer[Any]):
    """Figures of a span, over all clients that one sees."""

    since = Moment()
    until = Moment()
    scores = ScoresShown(many=True)
    handling = HandlingShown(allow_null=True)


class FeedbackViewSet(ScopedViewSet):
    """What contacts of clients were asked, and what they answered."""

    queryset = FeedbackInvitation.objects.select_related("answer")
    serializer_class = FeedbackShown
    filterset_class = FeedbackFilters
    http_method_names = ["get", "head"]
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,18}"
    orderings = {"created_at": ("pk",)}
    ordering = "-created_at"
    parameters = {"figures": ("since", "until")}

    @extend_schema(responses=FiguresShown)
    @action(detail=False, pagination_class=None, filter_backends=[])
    def figures(self, request: Any, **kwargs: Any) -> Response:
        """CSAT, NPS and handling from `since` to `until` (the last thirty days)."""
        since, until = _span(request)
        told = {
            "since": since,
            "until": until,
            "scores": scores_of(
                FeedbackInvitation.objects.visible_to(request.user), (since, until)
            ),
            "handling": handling_of(request.user, (since, until)).get((None, None)),
        }
        return Response(FiguresShown(told).data)


def _span(request: Any) -> Span:
    found = {}
    for name in ("since", "until"):
        text = request.query_params.get(name)
        found[name] = moment_of(text) if text is not None else None
        if text is not None and found[name] is None:
            said = _("Give a moment with its offset, such as 2026-01-31T18:00:00Z.")
            raise ValidationError({name: [said]})
    until = found["until"] or timezone.now()
    since = found["since"] or until - timedelta(days=30)
    if since >= until or until - since > timedelta(days=400):
        raise ValidationError({"since": [_("Choose at most 400 days, in order.")]})
    return since, until
