"""Checklists for diagnosis as REST, and what was done of them on a record."""

from typing import Any

from rest_framework import serializers

from assets.models import Service
from core.api.fields import Moment, RecordInput, Related, Text
from core.api.transitions import TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from incidents.enums import GuideFor, StepResult
from incidents.models import Diagnosis, Guide
from incidents.services.diagnosing import add_guide, edit_guide, newest_version
from people.models import User


def _steps() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=300), max_length=40)


class GuideShown(serializers.Serializer[Any]):
    """A checklist with the steps of its newest version."""

    key = serializers.CharField()
    title_en = serializers.CharField()
    title_es = serializers.CharField()
    for_kind = serializers.ChoiceField(choices=GuideFor.choices)
    service = Related(Service, allow_null=True)
    is_offered = serializers.BooleanField()
    steps_version = serializers.SerializerMethodField()
    steps_en = serializers.SerializerMethodField()
    steps_es = serializers.SerializerMethodField()
    version = serializers.IntegerField()

    def get_steps_version(self, guide: Guide) -> int:
        return int(_newest(guide).number)

    def get_steps_en(self, guide: Guide) -> list[str]:
        return list(_newest(guide).steps_en)

    def get_steps_es(self, guide: Guide) -> list[str]:
        return list(_newest(guide).steps_es)


def _newest(guide: Any) -> Any:
    """Read with the page of rows, or asked once for one that was just written."""
    read = getattr(guide, "_prefetched_objects_cache", {}).get("versions")
    return max(read, key=lambda version: version.number) if read else newest_version(guide)


class GuideInput(RecordInput):
    """What a checklist is made of; other steps are a new version."""

    key = serializers.SlugField(max_length=40)
    title_en = Text(max_length=120)
    title_es = Text(max_length=120)
    for_kind = serializers.ChoiceField(choices=GuideFor.choices)
    service = Related(Service, allow_null=True, required=False)
    is_offered = serializers.BooleanField(required=False)
    steps_en = _steps()
    steps_es = _steps()


class GuideViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """Checklists for finding out what is wrong, by kind of record and service."""

    queryset = Guide.objects.select_related("service").prefetch_related("versions")
    lookup_field = "key"
    serializer_class = GuideShown
    create_serializer_class = edit_serializer_class = GuideInput
    orderings = {"key": ("key", "pk")}
    ordering = "key"
    parameters = {"history": ("limit", "before")}

    def create_with(self, **data: Any) -> Guide:
        return add_guide(actor=self.request.user, **data)

    def edit_with(self, record: Guide, **data: Any) -> Guide:
        return edit_guide(record, actor=self.request.user, **data)


class DiagnosisStepShown(serializers.Serializer[Any]):
    """A step that was done."""

    step = serializers.IntegerField()
    result = serializers.ChoiceField(choices=StepResult.choices)
    note = serializers.CharField()
    done_at = Moment()
    done_by = Related(User, "username")


class DiagnosisShown(serializers.Serializer[Any]):
    """A checklist begun on a record, in the version that it keeps."""

    id = serializers.IntegerField()
    checklist = serializers.CharField(source="guide_version.guide.key")
    steps_version = serializers.IntegerField(source="guide_version.number")
    steps_en = serializers.ListField(child=serializers.CharField(), source="guide_version.steps_en")
    steps_es = serializers.ListField(child=serializers.CharField(), source="guide_version.steps_es")
    begun_at = Moment()
    begun_by = Related(User, "username")
    done = DiagnosisStepShown(many=True)


class DiagnosisInput(serializers.Serializer[Any]):
    """The checklist to begin; its steps are noted by the action tick_step."""

    checklist = serializers.CharField()


def diagnoses_of(record: Any, user: Any) -> Any:
    rows = Diagnosis.objects.filter(life=record.life_id).order_by("begun_at", "pk")
    related = rows.select_related("guide_version__guide", "begun_by")
    return related.prefetch_related("done__done_by")
