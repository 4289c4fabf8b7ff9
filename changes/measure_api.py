"""The measures of changes as REST shows them."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from assets.models import Service
from changes.enums import Risk, StepKind
from changes.measures import Measures, Tally, last_twelve_months
from changes.measuring import measure
from changes.period import PeriodForm
from changes.permissions import may_see_changes
from core.api.fields import iso_duration
from people.models import Team

MEASURE_PARAMETERS = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="The first day."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="The last day."),
    OpenApiParameter("team", OpenApiTypes.STR, description="A team's short name."),
]


class TallyShown(serializers.Serializer[Any]):
    """Closed changes of one group; shares in percent, null of none; durations ISO 8601."""

    key = serializers.CharField(help_text="Month, team, service or risk; empty for all.")
    n = serializers.IntegerField()
    failed = serializers.IntegerField()
    change_failure_rate = serializers.FloatField(allow_null=True)
    emergencies = serializers.IntegerField()
    emergency_share = serializers.FloatField(allow_null=True)
    lead_time_median = serializers.CharField(allow_null=True)
    lead_time_p85 = serializers.CharField(allow_null=True)


class StepTimeShown(serializers.Serializer[Any]):
    """How long steps of one kind waited for their decision."""

    kind = serializers.ChoiceField(choices=StepKind.choices)
    n = serializers.IntegerField()
    median = serializers.CharField()
    p85 = serializers.CharField()


class CalibratedShown(serializers.Serializer[Any]):
    """What a class of risk foretold, and what happened; shares in percent."""

    risk = serializers.ChoiceField(choices=Risk.choices)
    n = serializers.IntegerField()
    foretold = serializers.FloatField()
    observed = serializers.FloatField(allow_null=True)


class MeasuresShown(serializers.Serializer[Any]):
    """Everything that is measured of one period."""

    first = serializers.DateField()
    last = serializers.DateField()
    total = TallyShown()
    by_month = TallyShown(many=True)
    by_team = TallyShown(many=True)
    by_service = TallyShown(many=True)
    by_risk = TallyShown(many=True)
    approval = StepTimeShown(many=True)
    worked = serializers.IntegerField()
    entered_freeze = serializers.IntegerField()
    freeze_adherence = serializers.FloatField(allow_null=True)
    calibration = CalibratedShown(many=True)
    brier_score = serializers.FloatField(allow_null=True)


def measures_shown(asked: Any, user: Any) -> dict[str, Any]:
    """The answer to what was asked for. ValidationError by parameter."""
    if not may_see_changes(user):
        raise PermissionDenied
    form = PeriodForm(asked, user=user)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    period = form.period if asked else last_twelve_months(timezone.localdate())
    found = measure(period, user, form.cleaned_data["team"])
    teams = _keys(Team, "slug", found.teams, user)
    services = _keys(Service, "reference", found.services, user)
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "total": _tally(found.total, ""),
        "by_month": [_tally(tally, tally.key[:7]) for tally in found.months],
        "by_team": [_tally(t, teams[t.key]) for t in found.teams if t.key in teams],
        "by_service": [_tally(t, services[t.key]) for t in found.services if t.key in services],
        "by_risk": [_tally(tally, tally.key) for tally in found.risks if tally.key],
        "approval": [
            {"kind": s.kind, "n": s.n, "median": _length(s.median), "p85": _length(s.high)}
            for s in found.steps
        ],
        **_rest(found),
    }


def _rest(found: Measures) -> dict[str, Any]:
    return {
        "worked": found.worked,
        "entered_freeze": found.entered,
        "freeze_adherence": _rounded(found.adherence),
        "calibration": [
            {
                "risk": row.level.value,
                "n": row.n,
                "foretold": 100 * row.foretold,
                "observed": None if row.share is None else _rounded(100 * row.share),
            }
            for row in found.calibration
        ],
        "brier_score": None if found.brier is None else round(found.brier, 4),
    }


def _keys(model: Any, key: str, tallies: tuple[Tally, ...], user: Any) -> dict[str, str]:
    seen = model.objects.visible_to(user).filter(pk__in=[tally.key for tally in tallies])
    return {str(pk): name for pk, name in seen.values_list("pk", key)}


def _tally(tally: Tally, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "n": tally.n,
        "failed": tally.failed,
        "change_failure_rate": _rounded(tally.failure_rate),
        "emergencies": tally.emergencies,
        "emergency_share": _rounded(tally.emergency_share),
        "lead_time_median": _length(tally.lead),
        "lead_time_p85": _length(tally.lead_high),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 2)


def _length(seconds: float | None) -> str | None:
    return None if seconds is None else iso_duration(timedelta(seconds=round(seconds)))
