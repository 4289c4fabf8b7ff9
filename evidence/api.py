"""Evidence packs as REST: asked for, looked at, sampled, downloaded."""

from typing import Any
from zoneinfo import available_timezones

from django.forms import Field
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.transitions import TellsHistory
from core.api.views import Creates, ScopedViewSet
from evidence import services
from evidence.download import pack_response
from evidence.enums import PackState, PickKind
from evidence.filters import EvidencePackFilters
from evidence.lists import ORDERINGS
from evidence.models import EvidencePack
from evidence.packs.consistency import consistency_of
from people.models import User


class EvidencePackShown(serializers.Serializer[Any]):
    """One population of one control over one period. `population_sha256` is fixed once it is
    `frozen`; `sha256` is that of the file once it is `built`."""

    reference = serializers.CharField()
    control = serializers.CharField()
    population = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The first day that no longer belongs to it.")
    zone = serializers.CharField()
    state = serializers.ChoiceField(choices=PackState.choices)
    error = serializers.CharField()
    asker = Related(User, "username", allow_null=True)
    asked_at = Moment()
    job = serializers.IntegerField(source="job_id", allow_null=True)
    frozen_at = Moment(allow_null=True)
    population_sha256 = serializers.CharField()
    population_count = serializers.IntegerField(allow_null=True)
    counts = serializers.SerializerMethodField()
    ledger_size = serializers.IntegerField(allow_null=True)
    seed = serializers.CharField()
    sample_size = serializers.IntegerField(allow_null=True)
    drawn_at = Moment(allow_null=True)
    drawn_by = Related(User, "username", allow_null=True)
    sha256 = serializers.CharField()
    size = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()

    def get_counts(self, pack: Any) -> dict[str, int]:
        return pack.facts.get("counts", {})


class EvidencePackInput(RecordInput):
    """What a pack is asked for with. `population` only where the control has several."""

    control = Text(max_length=60)
    population = Text(max_length=60, required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    zone = serializers.CharField(max_length=60, required=False)

    def validate_zone(self, value: str) -> str:
        if value not in available_timezones():
            raise serializers.ValidationError(_("There is no such time zone."))
        return value


class PickShown(serializers.Serializer[Any]):
    """One item of a sample, and how it came into it."""

    item = serializers.CharField(source="identity")
    stratum = serializers.CharField()
    rank = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=PickKind.choices)
    reason = serializers.CharField()
    replaces = serializers.CharField(source="replaces.identity", default=None, allow_null=True)
    added_at = Moment()
    added_by = serializers.CharField(source="added_by.username", default=None, allow_null=True)


class SampleVerb(RecordInput):
    """`draw` with a `size` and a `seed` (hexadecimal; without one, one is drawn), `replace` and
    `choose` an `item` with a `reason`."""

    action = serializers.ChoiceField(choices=["draw", "replace", "choose"])
    size = serializers.IntegerField(required=False, min_value=1, max_value=10**9)
    seed = serializers.CharField(required=False, max_length=128, allow_blank=True)
    item = Text(required=False, max_length=100)
    reason = Text(required=False, max_length=2000)


class EvidencePackViewSet(Creates, TellsHistory, ScopedViewSet):
    """Evidence packs: signed files that prove themselves without this portal."""

    queryset = EvidencePack.objects.all()
    serializer_class = EvidencePackShown
    create_serializer_class = EvidencePackInput
    filterset_class = EvidencePackFilters
    orderings = ORDERINGS
    parameters = {"history": ("limit", "before"), "consistency": ("size",)}
    http_method_names = ["get", "head", "post"]

    def create_with(self, **data: Any) -> EvidencePack:
        pack = services.request_pack(actor=self.request.user, **data)
        return self.get_queryset().get(pk=pack.pk)

    @extend_schema(methods=["get"], responses=PickShown(many=True))
    @extend_schema(methods=["post"], request=SampleVerb, responses=PickShown(many=True))
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def sample(self, request: Any, **kwargs: Any) -> Response:
        """The items in the order in which they came. POST draws, replaces or chooses."""
        pack = self.get_object()
        if request.method == "POST":
            self.require("add")
            return answer_once(request, lambda: self._sample(pack))
        return self._picks(pack)

    def _sample(self, pack: EvidencePack) -> Response:
        told, actor = self.checked(SampleVerb), self.request.user
        if told["action"] == "draw":
            given = _needed(told, "size")
            services.draw_sample(pack, actor=actor, seed=told.get("seed", ""), **given)
            return self._picks(pack)
        given = _needed(told, "item", "reason")
        act = services.replace_item if told["action"] == "replace" else services.choose_item
        act(pack, actor=actor, identity=given["item"], reason=given["reason"])
        return self._picks(pack)

    def _picks(self, pack: EvidencePack) -> Response:
        rows = pack.picks.select_related("replaces", "added_by").order_by("pk")
        return Response(PickShown(rows, many=True).data)

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=True, pagination_class=None, filter_backends=[])
    def file(self, request: Any, **kwargs: Any) -> FileResponse:
        """The ZIP. 409 before it is built. That it was taken is on record."""
        pack = self.get_object()
        return pack_response(pack, services.hand_out_pack(pack, actor=request.user))

    @extend_schema(
        parameters=[OpenApiParameter("size", OpenApiTypes.INT64, required=True)],
        responses=OpenApiTypes.OBJECT,
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def consistency(self, request: Any, **kwargs: Any) -> Response:
        """The proof that the pack's ledger continues a checkpoint of so many entries, for
        `verify.py --proof`."""
        pack = self.get_object()
        text = request.query_params.get("size", "")
        if not (text.isascii() and text.isdecimal() and len(text) < 19):
            raise ValidationError({"size": [_("Give a whole number.")]})
        return Response(consistency_of(pack, int(text)))


def _needed(told: dict[str, Any], *names: str) -> dict[str, Any]:
    missing = [name for name in names if name not in told]
    if missing:
        raise ValidationError(
            {name: [Field.default_error_messages["required"]] for name in missing}
        )
    return {name: told[name] for name in names}
