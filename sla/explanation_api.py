"""“Explain this number” as REST. Any view set of records with a life takes part by
`ExplainsClocks`."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from core.api.fields import Duration, Moment
from core.api.pagination import read_number
from sla.enums import ClockState, Holder
from sla.explaining import clocks_named
from sla.lived_records import mandate_of
from sla.models import Life

_MOST_ROUNDS = 10**6


class PieceShown(serializers.Serializer[Any]):
    """A stretch of the clock: who held the record, its working time, whether that counts, and what
    was told that made it so. What counts adds up to `elapsed`."""

    started_at = Moment()
    ended_at = Moment()
    holder = serializers.ChoiceField(
        choices=Holder.choices, allow_null=True, help_text="Null for the 1-5-10 mandate."
    )
    party = serializers.CharField(help_text="The team's short name or the vendor's reference.")
    time = Duration()
    is_counted = serializers.BooleanField()
    counted = Duration()
    running_total = Duration()
    because = serializers.ListField(child=serializers.CharField())


class ExplanationShown(serializers.Serializer[Any]):
    """A clock taken apart: sentences in the language of the answer, and pieces that add up."""

    metric = serializers.CharField()
    agreement = serializers.CharField(help_text="`1-5-10`, or the short name of the agreement.")
    version = serializers.IntegerField(
        allow_null=True, help_text="The number of the agreement's version that was in force."
    )
    round = serializers.IntegerField(help_text="1, 2, … of what is measured over and over.")
    priority = serializers.IntegerField(allow_null=True)
    target = Duration()
    elapsed = Duration()
    remaining = Duration(help_text="Negative once the target is missed.")
    state = serializers.ChoiceField(choices=ClockState.choices)
    started_at = Moment(allow_null=True)
    stopped_at = Moment(allow_null=True)
    due_at = Moment(allow_null=True, help_text="Null while it is paused.")
    sentences = serializers.ListField(child=serializers.CharField())
    pieces = PieceShown(many=True)


class ExplainsClocks:
    """Adds `clocks/<metric>/explanation/` to a view set whose records have a life."""

    @extend_schema(responses=ExplanationShown)
    @action(
        detail=True,
        url_path=r"clocks/(?P<metric>[a-z_]{1,20})/explanation",
        pagination_class=None,
        filter_backends=[],
    )
    def explanation(self, request: Any, metric: str, **kwargs: Any) -> Response:
        """What stands behind a clock. `agreement` says of which agreement where several have the
        metric; `round` which one of what is measured over and over, the last one without."""
        record = self.get_object()  # type: ignore[attr-defined]  # -- of the view set
        asked = request.query_params.get("agreement", "")
        number = read_number(request, "round", None, _MOST_ROUNDS)
        life, now = Life(pk=record.life_id), timezone.now()
        found = list(clocks_named(life, metric, now, mandate=mandate_of(record)))
        slugs = sorted({one.agreement for one in found})
        if not asked and len(slugs) > 1:
            told = _("Say of which agreement: %s.") % ", ".join(slugs)
            raise ValidationError({"agreement": [told]})
        fitting = [
            one for one in found if asked in ("", one.agreement) and number in (None, one.round)
        ]
        if not fitting:
            raise Http404
        last = max(fitting, key=lambda one: one.round)
        return Response(ExplanationShown(last.told()).data)
