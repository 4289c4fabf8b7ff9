"""What the API says of a vendor's parts, due diligences and reviews."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Moment, RecordInput, Related, Text
from people.enums import Country
from people.models import User
from vendors.assurance.enums import (
    Answer,
    DiligenceStatus,
    InherentRisk,
    LocationUse,
    Question,
    ReviewOutcome,
)
from vendors.attestations.enums import AttestationKind
from vendors.models import Attestation, VendorSubcontractor


class LocationShown(serializers.Serializer[Any]):
    """A place where a vendor processes, serves or works."""

    id = serializers.IntegerField()
    use = serializers.ChoiceField(choices=LocationUse.choices)
    place = serializers.CharField()
    country = serializers.ChoiceField(choices=Country.choices)
    jurisdiction = serializers.CharField()
    holds_data = serializers.BooleanField()


class ContactShown(serializers.Serializer[Any]):
    """A person or desk to call."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.CharField()
    level = serializers.IntegerField()
    email = serializers.CharField()
    phone = serializers.CharField()
    hours = serializers.CharField()


class SubcontractorShown(serializers.Serializer[Any]):
    """A fourth party: one of our vendors by reference, or by name."""

    id = serializers.IntegerField()
    subcontractor = serializers.SerializerMethodField()
    name = serializers.CharField()
    service = serializers.CharField()
    country = serializers.ChoiceField(choices=Country.choices)
    holds_data = serializers.BooleanField()

    def get_subcontractor(self, row: VendorSubcontractor) -> str | None:
        other = row.subcontractor
        return other.reference if other and other.pk in self.context["seen"] else None


class AnswerShown(serializers.Serializer[Any]):
    """What was found about one question."""

    question = serializers.ChoiceField(choices=Question.choices)
    answer = serializers.ChoiceField(choices=Answer.choices)
    note = serializers.CharField()


class AnswerInput(RecordInput):
    """An answer to one question."""

    question = serializers.ChoiceField(choices=Question.choices)
    answer = serializers.ChoiceField(choices=Answer.choices)
    note = Text(max_length=500, required=False, allow_blank=True, default="")


class AnswersInput(RecordInput):
    """Answers to some questions; what is not named stays."""

    answers = serializers.ListField(child=AnswerInput(), max_length=len(Question))
    risk = serializers.ChoiceField(choices=InherentRisk.choices, required=False)
    summary = Text(max_length=2_000, required=False, allow_blank=True)


class DiligenceShown(serializers.Serializer[Any]):
    """One look at a vendor before it was engaged."""

    number = serializers.IntegerField()
    status = serializers.ChoiceField(choices=DiligenceStatus.choices)
    assessor = Related(User, "username")
    risk = serializers.ChoiceField(choices=InherentRisk.choices)
    summary = serializers.CharField()
    started_at = Moment()
    submitted_at = Moment(allow_null=True)
    decided_at = Moment(allow_null=True)
    decided_by = Related(User, "username", allow_null=True)
    decision_note = serializers.CharField()
    answers = AnswerShown(many=True)


class ReviewShown(serializers.Serializer[Any]):
    """A yearly look at a vendor."""

    reviewed_on = serializers.DateField()
    reviewed_by = Related(User, "username")
    outcome = serializers.ChoiceField(choices=ReviewOutcome.choices)
    gaps = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    next_on = serializers.DateField()


class EvidenceShown(serializers.Serializer[Any]):
    """A document on which a due diligence rests, by the hash of its bytes."""

    id = serializers.IntegerField()
    diligence = serializers.IntegerField(source="diligence.number")
    title = serializers.CharField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = Related(User, "username")
    created_at = Moment()


class EvidenceInput(RecordInput):
    """A document, sent as multipart/form-data."""

    title = Text(max_length=120)
    file = serializers.FileField(allow_empty_file=True)


class RequiredAttestationShown(serializers.Serializer[Any]):
    """One of `kinds` must be accepted and current; `held` is the one that lasts longest."""

    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=AttestationKind.choices), source="need"
    )
    held = Related(Attestation, allow_null=True)
    is_current = serializers.BooleanField()
