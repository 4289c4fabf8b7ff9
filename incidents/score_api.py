"""The monthly score of the 1-5-10 mandate and its path of targets, as REST."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from core.api.fields import Duration, Moment, RecordInput
from core.api.transitions import TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from incidents.models import TargetStep
from incidents.scoring import MonthScore, months_until, path_at, scores_for
from incidents.services import add_target_step, change_target_step
from sla.enums import MandateMetric

_MONTHS = 12


class TargetStepShown(serializers.Serializer[Any]):
    """From a month on, the share of incidents that is to meet a target."""

    id = serializers.IntegerField()
    metric = serializers.CharField(help_text="`detect`, `investigate` or `remediate`.")
    month = serializers.DateField(help_text="Its first day.")
    share = serializers.DecimalField(max_digits=4, decimal_places=1, help_text="Percent.")
    version = serializers.IntegerField()


class TargetStepEdit(RecordInput):
    """Another share."""

    share = serializers.DecimalField(max_digits=4, decimal_places=1, min_value=0, max_value=100)


class TargetStepInput(TargetStepEdit):
    """A step of the path."""

    metric = serializers.CharField(max_length=15)
    month = serializers.DateField()

    def validate_metric(self, metric: str) -> str:
        if metric not in MandateMetric.values:
            raise serializers.ValidationError(
                _("Choose from: %s.") % ", ".join(MandateMetric.values)
            )
        return metric


class ScoreLineShown(serializers.Serializer[Any]):
    """One metric in one month of a team, of a country, or of all. The last three say what was
    frozen when the month had closed, where corrections made it another."""

    month = serializers.CharField()
    country = serializers.CharField()
    team = serializers.CharField()
    metric = serializers.CharField()
    n = serializers.IntegerField()
    met = serializers.IntegerField()
    share = serializers.FloatField(help_text="Percent of n.")
    target = serializers.FloatField(allow_null=True, help_text="Percent; of the path.")
    median = Duration()
    p90 = Duration()
    frozen_at = Moment(allow_null=True)
    restated_at = Moment(allow_null=True)
    n_when_frozen = serializers.IntegerField(allow_null=True)
    share_when_frozen = serializers.FloatField(allow_null=True)
    median_when_frozen = Duration(allow_null=True)


class TargetStepViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """The path of targets of the 1-5-10 mandate, and how the months followed it."""

    queryset = TargetStep.objects.all()
    serializer_class = TargetStepShown
    create_serializer_class = TargetStepInput
    edit_serializer_class = TargetStepEdit
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,9}"
    orderings = {"month": ("month", "pk")}
    ordering = "-month"
    parameters = {"history": ("limit", "before"), "score": ("month",)}

    def create_with(self, **data: Any) -> TargetStep:
        return add_target_step(actor=self.request.user, **data)

    def edit_with(self, record: TargetStep, **data: Any) -> TargetStep:
        return change_target_step(record, actor=self.request.user, **data)

    @extend_schema(responses=ScoreLineShown(many=True))
    @action(detail=False, pagination_class=None, filter_backends=[])
    def score(self, request: Any, **kwargs: Any) -> Response:
        """Twelve months up to `month` (this one), of the teams, countries and all that one sees."""
        text = request.query_params.get("month")
        last = timezone.localdate()
        if text is not None:
            try:
                last = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 -- a month, no moment
            except ValueError:
                raise ValidationError({"month": [_("Give a month, such as 2026-10.")]}) from None
            if not 2000 <= last.year <= 2100:
                raise ValidationError({"month": [_("Give a month between 2000 and 2100.")]})
        steps = list(TargetStep.objects.visible_to(request.user))
        months = scores_for(request.user, months_until(last, _MONTHS), timezone.now())
        told = [line for month in months for line in _lines(month, steps)]
        return Response(ScoreLineShown(told, many=True).data)


def _lines(month: MonthScore, steps: list[TargetStep]) -> list[dict[str, Any]]:
    path = path_at(month.month, steps)
    return [
        {
            "month": f"{month.month:%Y-%m}",
            "country": line.country,
            "team": line.team,
            "metric": line.metric,
            "n": line.n,
            "met": line.met,
            "share": round(line.share, 2),
            "target": float(path[line.metric]) if line.metric in path else None,
            "median": line.median,
            "p90": line.p90,
            "frozen_at": month.frozen_at,
            "restated_at": month.restated_at,
            "n_when_frozen": line.was and line.was.n,
            "share_when_frozen": line.was and round(line.was.share, 2),
            "median_when_frozen": line.was and line.was.median,
        }
        for line in month.lines
    ]
