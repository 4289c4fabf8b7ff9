"""Agreements as REST: read with their versions and months, drafted and put into force."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from assets.models import Service
from core.api.collisions import attempt
from core.api.fields import Duration, Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.transitions import TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from core.errors import Refused
from people.enums import Country
from people.models import Team, User, WorkCalendar
from records.api import JobShown
from sla.agreed import agreed_versions
from sla.agreement_lists import ORDERINGS, AgreementFilters, version_in, with_versions
from sla.agreement_services import (
    add_agreement,
    approve_version,
    discard_draft,
    draft_version,
    edit_agreement,
)
from sla.agreement_words import preview_words
from sla.durations import read_target
from sla.enums import PRIORITIES, AgreementKind, Holder, Metric, VersionStatus
from sla.freezing import figures_of
from sla.life_events import version_key
from sla.models import Agreement, AgreementVersion, Client
from sla.retargeting import preview
from sla.statement_services import freeze_month
from vendors.models import Vendor


class AgreementTargetShown(serializers.Serializer[Any]):
    """A time of a version. `is_inherited`: it stands in the agreement that it inherits from."""

    metric = serializers.ChoiceField(choices=Metric.choices)
    priority = serializers.IntegerField(min_value=1, max_value=5)
    target = Duration()
    is_inherited = serializers.BooleanField()


class AgreementVersionShown(serializers.Serializer[Any]):
    """What an agreement says, from its approval on until the next version."""

    number = serializers.IntegerField()
    status = serializers.ChoiceField(choices=VersionStatus.choices)
    calendar = Related(WorkCalendar, "slug", allow_null=True, help_text="Null: around the clock.")
    counts = serializers.ListField(child=serializers.ChoiceField(choices=Holder.choices))
    drafted_by = Related(User, "username", allow_null=True)
    approved_by = Related(User, "username", allow_null=True)
    approved_at = Moment(allow_null=True)
    retired_at = Moment(allow_null=True)
    targets = AgreementTargetShown(many=True)


class AgreementShown(serializers.Serializer[Any]):
    """An agreement about times with a client, a team or a vendor, and the records it is for."""

    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=AgreementKind.choices)
    client = Related(Client, "slug", allow_null=True)
    team = Related(Team, "slug", allow_null=True)
    vendor = Related(Vendor, allow_null=True)
    service = Related(Service, allow_null=True)
    country = serializers.CharField(help_text="Of the team that works on the record; may be empty.")
    request_type = serializers.CharField()
    parent = Related(Agreement, "slug", allow_null=True)
    version_in_force = serializers.SerializerMethodField(help_text="Its number, or null.")
    has_draft = serializers.SerializerMethodField()
    version = serializers.IntegerField()

    def get_version_in_force(self, row: Agreement) -> int | None:
        found = version_in(row, VersionStatus.ACTIVE)
        return found.number if found else None

    def get_has_draft(self, row: Agreement) -> bool:
        return version_in(row, VersionStatus.DRAFT) is not None


class AgreementEdit(RecordInput):
    """What may be changed; once it was in force, its name only."""

    name = Text(max_length=150, required=False)
    kind = serializers.ChoiceField(choices=AgreementKind.choices, required=False)
    client = Related(Client, "slug", allow_null=True, required=False)
    team = Related(Team, "slug", allow_null=True, required=False)
    vendor = Related(Vendor, allow_null=True, required=False)
    service = Related(Service, allow_null=True, required=False)
    country = serializers.ChoiceField(choices=Country.choices, allow_blank=True, required=False)
    request_type = Text(max_length=40, allow_blank=True, required=False)
    parent = Related(Agreement, "slug", allow_null=True, required=False)


class AgreementInput(AgreementEdit):
    """A new agreement; it says nothing until a version is in force."""

    slug = serializers.SlugField(max_length=60)
    name = Text(max_length=150)
    kind = serializers.ChoiceField(choices=AgreementKind.choices)


class AgreementTargetInput(RecordInput):
    """A time: ISO 8601 (`PT4H`) or as people write it (`4 h`, `30 min`)."""

    metric = serializers.ChoiceField(choices=Metric.choices)
    priority = serializers.IntegerField(min_value=PRIORITIES[0], max_value=PRIORITIES[-1])
    target = Text(max_length=40)

    def validate_target(self, value: str) -> timedelta:
        return read_target(value)


class AgreementDraftInput(RecordInput):
    """What a version says; it takes the place of the draft that there may be."""

    targets = AgreementTargetInput(many=True, max_length=35)  # type: ignore[call-arg]  # -- of the list
    calendar = Related(WorkCalendar, "slug", allow_null=True, required=False)
    counts = serializers.ListField(
        child=serializers.ChoiceField(choices=Holder.choices), required=False, max_length=5
    )

    def validate_targets(self, value: list[dict[str, Any]]) -> dict[Any, timedelta]:
        found = {(Metric(row["metric"]), row["priority"]): row["target"] for row in value}
        if len(found) < len(value):
            raise ValidationError(_("A metric has one time for a priority."))
        return found


class AgreementPreview(serializers.Serializer[Any]):
    """What it would mean for open records to put the draft into force now."""

    looked_at = serializers.IntegerField()
    retargeted = serializers.IntegerField()
    late = serializers.IntegerField(help_text="Clocks of so many would become late.")
    is_whole = serializers.BooleanField(help_text="False: there are more; these are the least.")
    text = serializers.CharField()


class AgreementMonth(RecordInput):
    """A month that is over."""

    month = serializers.DateField(input_formats=["%Y-%m"])


class MonthlyFigures(serializers.Serializer[Any]):
    """A metric in a month."""

    metric = serializers.CharField()
    n = serializers.IntegerField()
    met = serializers.IntegerField()
    breached = serializers.IntegerField()
    late = serializers.IntegerField(help_text="Still running late at the close.")


class MonthlyStatementShown(serializers.Serializer[Any]):
    """A month as it was known at a moment; number 0 was frozen at its close, the others are
    restatements."""

    month = serializers.CharField()
    number = serializers.IntegerField()
    known_at = Moment()
    digest = serializers.CharField()
    content = serializers.CharField(help_text="The bytes that the digest is of.")
    figures = MonthlyFigures(many=True)


class AgreementViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """What is agreed about times with clients, teams and vendors."""

    queryset = with_versions(Agreement.objects.all())
    serializer_class = AgreementShown
    create_serializer_class = AgreementInput
    edit_serializer_class = AgreementEdit
    filterset_class = AgreementFilters
    lookup_field = "slug"
    orderings = ORDERINGS
    ordering = "slug"
    parameters = {"history": ("limit", "before")}

    def create_with(self, **data: Any) -> Agreement:
        made = add_agreement(actor=self.request.user, **data)
        return self.get_queryset().get(pk=made.pk)

    def edit_with(self, record: Agreement, **data: Any) -> Agreement:
        return edit_agreement(record, actor=self.request.user, **data)

    @extend_schema(responses=AgreementVersionShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def versions(self, request: Any, **kwargs: Any) -> Response:
        """Every version with its times, the newest first."""
        rows = sorted(self.get_object().versions.all(), key=lambda row: -row.number)
        return Response(AgreementVersionShown(_with_targets(rows), many=True).data)

    @extend_schema(request=AgreementDraftInput, responses={201: AgreementVersionShown})
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def draft(self, request: Any, **kwargs: Any) -> Response:
        """Draft the next version, or write its draft anew (`If-Match` where others may have)."""

        def draft_it(record: Agreement, seen: int | None) -> Response:
            told = self.checked(AgreementDraftInput)
            made = draft_version(record, actor=request.user, version=seen, **told)
            return self._version(made, status.HTTP_201_CREATED)

        return self._write("change", draft_it)

    @extend_schema(request=None, responses=AgreementShown)
    @action(
        detail=True, methods=["post"], url_path="draft/discard", pagination_class=None,
        filter_backends=[],
    )  # fmt: skip
    def discard(self, request: Any, **kwargs: Any) -> Response:
        """Take the draft away."""

        def discard_it(record: Agreement, seen: int | None) -> Response:
            discard_draft(record, actor=request.user, version=seen)
            return self.show_written(record)

        return self._write("change", discard_it)

    @extend_schema(request=None, responses=AgreementVersionShown)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def approve(self, request: Any, **kwargs: Any) -> Response:
        """Put the draft into force; not by whoever drafted it. A job re-targets open records."""

        def approve_it(record: Agreement, seen: int | None) -> Response:
            made = approve_version(_draft(record), actor=request.user, seen=seen)
            return self._version(made)

        return self._write("approve", approve_it)

    @extend_schema(responses=AgreementPreview)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def preview(self, request: Any, **kwargs: Any) -> Response:
        """Which open records the draft would re-target, and how many would become late by it."""
        found = preview(_draft(self.get_object()), timezone.now())
        return Response(AgreementPreview({**vars(found), "text": preview_words(found)}).data)

    @extend_schema(methods=["get"], responses=MonthlyStatementShown(many=True))
    @extend_schema(methods=["post"], request=AgreementMonth, responses={202: JobShown})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def months(self, request: Any, **kwargs: Any) -> Response:
        """The frozen months with their restatements. POST has a job freeze or restate one."""

        def freeze(record: Agreement, seen: int | None) -> Response:
            told = self.checked(AgreementMonth)
            job = freeze_month(record, actor=request.user, at=timezone.now(), **told)
            return Response(JobShown(job).data, status.HTTP_202_ACCEPTED)

        if request.method == "POST":
            return self._write("change", freeze)
        rows = self.get_object().statements.order_by("-month", "number")[:200]
        return Response(MonthlyStatementShown([_statement(row) for row in rows], many=True).data)

    def _write(self, verb: str, write: Callable[[Agreement, int | None], Response]) -> Response:
        record = self.get_object()
        self.require(verb)
        seen = self.expected_version(record) if "If-Match" in self.request.headers else None
        return answer_once(self.request, lambda: attempt(lambda: write(record, seen)))

    def _version(self, made: AgreementVersion, code: int = 200) -> Response:
        record = self.get_queryset().get(pk=made.agreement_id)
        row = next(row for row in record.versions.all() if row.pk == made.pk)
        shown = AgreementVersionShown(_with_targets([row])[0]).data
        return Response(shown, code, headers={"ETag": f'"{record.version}"'})


def _draft(record: Agreement) -> AgreementVersion:
    found = version_in(record, VersionStatus.DRAFT)
    if found is None:
        raise Refused(_("there is no draft"))
    return found


def _with_targets(rows: Iterable[AgreementVersion]) -> list[SimpleNamespace]:
    """Versions as they are shown, with what they inherit."""
    names = ("number", "status", "calendar", "counts", "drafted_by", "approved_by")
    shown = (*names, "approved_at", "retired_at")
    return [
        SimpleNamespace(**{name: getattr(row, name) for name in shown}, targets=_targets(row))
        for row in rows
    ]


def _targets(row: AgreementVersion) -> list[dict[str, Any]]:
    try:
        times = agreed_versions([row.pk])[version_key(row.pk)].targets
    except ValueError:  # a draft without any
        return []
    own = {(line.metric, line.priority) for line in row.targets.all()}
    return [
        {
            "metric": metric,
            "priority": priority,
            "target": times[metric, priority],
            "is_inherited": (metric, priority) not in own,
        }
        for metric in Metric
        for priority in PRIORITIES
        if (metric, priority) in times
    ]


def _statement(row: Any) -> dict[str, Any]:
    figures = figures_of(row.content)
    return {
        "month": f"{row.month:%Y-%m}",
        "number": row.number,
        "known_at": row.known_at,
        "digest": row.digest,
        "content": row.content,
        "figures": [{"metric": metric, **told} for metric, told in figures.items()],
    }
