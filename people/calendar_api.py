"""Working calendars as REST: read by everybody with a role, written by who configures."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.transitions import TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people import services
from people.calendar_lists import ORDERINGS, WorkCalendarFilters
from people.calendar_reading import clock_of, read_day
from people.calendars import WorkPeriod
from people.enums import Country
from people.models import Subsidiary, WorkCalendar


class PeriodField(serializers.Serializer[Any]):
    """From when to when on a day of the week (Monday is 0); what closes no later than it opens
    closes on the day after."""

    weekday = serializers.IntegerField(min_value=0, max_value=6)
    opens = serializers.CharField(max_length=5, help_text="09:00")
    closes = serializers.CharField(max_length=5, help_text="13:00; the end of the day is 24:00")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        weekday, opens, closes = instance
        return {"weekday": weekday, "opens": clock_of(opens), "closes": clock_of(closes)}

    def to_internal_value(self, data: Any) -> WorkPeriod:
        told = super().to_internal_value(data)
        return read_day(told["weekday"], f"{told['opens']}-{told['closes']}")[0]


class WeekShown(serializers.Serializer[Any]):
    """The week from a day on."""

    starts_on = serializers.DateField()
    time_zone = serializers.CharField()
    country = serializers.CharField(help_text="Whose statutory holidays are closed; may be empty.")
    periods = PeriodField(many=True)


class ClosingDayShown(serializers.Serializer[Any]):
    """A day off beside the statutory ones, and who says so."""

    day = serializers.DateField()
    name = serializers.CharField()
    source = serializers.CharField()


class WorkCalendarShown(serializers.Serializer[Any]):
    """When people work."""

    slug = serializers.CharField()
    name = serializers.CharField()
    subsidiary = Related(Subsidiary, "name", allow_null=True)
    adopted_at = Moment(allow_null=True, help_text="In use since then; null for a draft.")
    weeks = WeekShown(many=True)
    closing_days = ClosingDayShown(many=True)
    version = serializers.IntegerField()


class WeekInput(RecordInput):
    """A week; of a calendar in use it begins tomorrow at the earliest."""

    starts_on = serializers.DateField()
    time_zone = Text(max_length=60)
    country = serializers.ChoiceField(choices=Country.choices, allow_blank=True, required=False)
    periods = serializers.ListField(child=PeriodField(), max_length=84)


class WorkCalendarInput(WeekInput):
    """A draft with its first week."""

    slug = serializers.SlugField(max_length=60)
    name = Text(max_length=120)
    subsidiary = Related(Subsidiary, "name", allow_null=True, required=False)


class WorkCalendarEdit(RecordInput):
    """What may be changed of the calendar itself."""

    name = Text(max_length=120, required=False)
    subsidiary = Related(Subsidiary, "name", allow_null=True, required=False)


class ClosingDayInput(RecordInput):
    """A day to come."""

    day = serializers.DateField()
    name = Text(max_length=120)
    source = Text(max_length=200)


class WithdrawnDay(RecordInput):
    """The closing day to be taken back."""

    day = serializers.DateField()


class WithdrawnWeek(RecordInput):
    """The first day of the week to be taken back."""

    starts_on = serializers.DateField()


class WorkCalendarViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """When people work: hours, time zones, holidays, closing days."""

    queryset = WorkCalendar.objects.prefetch_related("weeks", "closing_days")
    serializer_class = WorkCalendarShown
    create_serializer_class = WorkCalendarInput
    edit_serializer_class = WorkCalendarEdit
    filterset_class = WorkCalendarFilters
    lookup_field = "slug"
    orderings = ORDERINGS
    ordering = "slug"
    parameters = {"history": ("limit", "before")}

    def create_with(self, **data: Any) -> WorkCalendar:
        made = services.draft_calendar(actor=self.request.user, **data)
        return self.get_queryset().get(pk=made.pk)

    def edit_with(self, record: WorkCalendar, **data: Any) -> WorkCalendar:
        return services.edit_calendar(record, actor=self.request.user, **data)

    @extend_schema(request=None, responses=WorkCalendarShown)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def adopt(self, request: Any, **kwargs: Any) -> Response:
        """Put it in use: from then on what is past stays as it was."""
        return self._alter(None, services.adopt_calendar)

    @extend_schema(request=WeekInput, responses=WorkCalendarShown)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def weeks(self, request: Any, **kwargs: Any) -> Response:
        """Another week from a day on."""
        return self._alter(WeekInput, services.begin_week)

    @extend_schema(request=WithdrawnWeek, responses=WorkCalendarShown)
    @action(
        detail=True, methods=["post"], url_path="weeks/withdraw", pagination_class=None,
        filter_backends=[],
    )  # fmt: skip
    def withdraw_week(self, request: Any, **kwargs: Any) -> Response:
        """Take back a week that has not begun."""
        return self._alter(WithdrawnWeek, services.withdraw_week)

    @extend_schema(request=ClosingDayInput, responses=WorkCalendarShown)
    @action(
        detail=True, methods=["post"], url_path="closing-days", pagination_class=None,
        filter_backends=[],
    )  # fmt: skip
    def close_day(self, request: Any, **kwargs: Any) -> Response:
        """Nobody works on a day to come."""
        return self._alter(ClosingDayInput, services.close_day)

    @extend_schema(request=WithdrawnDay, responses=WorkCalendarShown)
    @action(
        detail=True, methods=["post"], url_path="closing-days/withdraw", pagination_class=None,
        filter_backends=[],
    )  # fmt: skip
    def open_day(self, request: Any, **kwargs: Any) -> Response:
        """Take back a closing day that has not come."""
        return self._alter(WithdrawnDay, services.open_day)

    def _alter(self, asks: Any, service: Any) -> Response:
        record = self.get_object()
        self.require("change")

        def answer() -> Response:
            data = self.checked(asks) if asks else {}
            version = None
            if "If-Match" in self.request.headers:
                version = self.expected_version(record)
            service(record, actor=self.request.user, version=version, **data)
            return self.show_written(record)

        return answer_once(self.request, answer)
