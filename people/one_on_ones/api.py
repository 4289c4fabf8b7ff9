"""1:1s as REST, for those who take part and nobody else: break-glass opens pages only.

Answers to writes repeat no text, since answers may be kept for a repeated request: an entry has an
id that the program may choose, and the same id again is the same entry.
"""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Q
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from core.api.collisions import attempt
from core.api.fields import Moment, RecordInput, Related
from core.api.transitions import AvailableAction
from core.api.views import ScopedViewSet
from people.confidential.enums import EntryKind, MeetingStatus
from people.confidential.querysets import records_of
from people.confidential.workflow import MEETING_WORKFLOW
from people.enums import TokenScope
from people.models import OneOnOne, OneOnOneSeries, SealedEntry, User
from people.one_on_ones.pages import MOVES
from people.services import one_on_one_entries as entries
from people.services.confidential import LONGEST, read_entries

_AHEAD = Q(meetings__status__in=[MeetingStatus.PLANNED, MeetingStatus.RUNNING])


class OneOnOneShown(serializers.Serializer[Any]):
    """A pair's 1:1s: that they are, not what is said in them."""

    reference = serializers.CharField()
    lead = Related(User, "username")
    employee = Related(User, "username")
    every_days = serializers.IntegerField()
    started_at = Moment()
    ended_at = Moment(allow_null=True)
    next_on = serializers.DateField(allow_null=True)
    last_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class OneOnOneEntry(serializers.Serializer[Any]):
    """What was written, as far as the reader may read it; private notes are one's own."""

    id = serializers.UUIDField(source="code")
    kind = serializers.ChoiceField(choices=EntryKind.choices)
    author = serializers.CharField(source="author.username")
    text = serializers.CharField()
    written_at = Moment()
    owner = serializers.CharField(source="owner.username", allow_null=True, default=None)
    due_on = serializers.DateField(allow_null=True)
    closed_at = Moment(allow_null=True)


class OneOnOneEntryInput(RecordInput):
    """`text` is a reference for evidence and a number from 1 to 5 for a mood."""

    id = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=EntryKind.choices)
    text = serializers.CharField(max_length=LONGEST)
    owner = serializers.CharField(required=False, max_length=150)
    due_on = serializers.DateField(required=False)


class OneOnOneEntryMade(serializers.Serializer[Any]):
    """Which entry was written."""

    id = serializers.UUIDField(source="code")
    kind = serializers.ChoiceField(choices=EntryKind.choices)


class TickInput(RecordInput):
    """Whether it is ticked."""

    done = serializers.BooleanField(default=True)


class MoveInput(RecordInput):
    """What becomes of the conversation that is ahead."""

    action = serializers.ChoiceField(choices=sorted(MOVES))


class SealedEntries(ScopedViewSet):
    """What two people write in a record of their own, for these two alone. Tokens made on the
    command line open none."""

    kinds: ClassVar[frozenset[str]] = frozenset(EntryKind.values)
    lookup_value_regex = r"CNF-[0-9]{6,18}"
    personal_only = True
    token_scope = TokenScope.WRITE
    http_method_names = ["get", "head", "post"]

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(record__in=records_of(self.request.user))

    @extend_schema(methods=["get"], responses=OneOnOneEntry(many=True))
    @extend_schema(methods=["post"], request=OneOnOneEntryInput, responses={201: OneOnOneEntryMade})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def entries(self, request: Any, **kwargs: Any) -> Response:
        """What was written; each reading is recorded. POST writes one more."""
        series = self.get_object()
        if request.method == "POST":
            given = self.checked(OneOnOneEntryInput)
            made = attempt(transaction.atomic(lambda: self._write(series, given)))
            return Response(OneOnOneEntryMade(made).data, 201)
        told = []
        for entry, text in read_entries(series.record, actor=request.user):
            entry.text = text  # type: ignore[attr-defined]  # -- for this answer only
            told.append(entry)
        return Response(OneOnOneEntry(told, many=True).data)

    def _write(self, series: Any, given: dict[str, Any]) -> SealedEntry:
        kind, text = given["kind"], given["text"]
        if kind not in self.kinds:
            raise ValidationError({"kind": "Nothing of this kind is written here."})
        told: dict[str, Any] = {"actor": self.request.user, "code": given.get("id")}
        if kind != EntryKind.ACTION and given.keys() & {"owner", "due_on"}:
            raise ValidationError({"kind": "Only actions have an owner and a day."})
        if kind == EntryKind.ACTION:
            owner = User.objects.filter(username=given.get("owner", "")).first()
            if owner is None or "due_on" not in given:
                raise ValidationError({"owner": "An action needs an owner and a day."})
            return entries.agree_on_action(
                series, text=text, owner=owner, due_on=given["due_on"], **told
            )
        if kind == EntryKind.MOOD:
            if not (text.isascii() and text.isdecimal()):
                raise ValidationError({"text": "Give a number from 1 to 5."})
            return entries.tell_mood(series, actor=self.request.user, mood=int(text[:3]))
        if kind == EntryKind.EVIDENCE:
            return entries.pin_evidence(series, reference=text, **told)
        if kind == EntryKind.TOPIC:
            return entries.add_topic(series, text=text, **told)
        return entries.write_note(series, text=text, is_private=kind == EntryKind.PRIVATE, **told)

    @extend_schema(request=TickInput, responses=OneOnOneEntryMade)
    @action(
        detail=True,
        methods=["post"],
        url_path=r"entries/(?P<entry>[0-9a-f-]{1,36})/tick",
        pagination_class=None,
        filter_backends=[],
    )
    def tick(self, request: Any, entry: str, **kwargs: Any) -> Response:
        """Tick a topic or an action, or take that back."""
        series = self.get_object()
        rows = SealedEntry.objects.visible_to(request.user).filter(record=series.record_id)
        found = rows.filter(code=_code(entry)).first()
        if found is None:
            raise Http404
        is_done = self.checked(TickInput)["done"]
        write: Callable[[], Any] = lambda: entries.tick_entry(  # noqa: E731 -- one call, in one try
            found, actor=request.user, is_done=is_done
        )
        return Response(OneOnOneEntryMade(attempt(write)).data)


class OneOnOneViewSet(SealedEntries):
    """One's own 1:1s."""

    queryset = OneOnOneSeries.objects.annotate(
        reference=F("record__reference"),
        next_on=Max("meetings__planned_on", filter=_AHEAD),
        last_at=Max("meetings__closed_at"),
    )
    serializer_class = OneOnOneShown

    @extend_schema(methods=["get"], responses=AvailableAction(many=True))
    @extend_schema(methods=["post"], request=MoveInput, responses=OneOnOneShown)
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def transitions(self, request: Any, **kwargs: Any) -> Response:
        """What may become of the conversation that is ahead; POST does it."""
        series = self.get_object()
        meeting = OneOnOne.objects.ahead().filter(series=series.pk).first()
        if request.method == "POST":
            name = self.checked(MoveInput)["action"]
            if meeting is None:
                raise Http404
            attempt(transaction.atomic(lambda: MOVES[name](meeting, actor=request.user)))
            return self.show_written(series)
        moves = MEETING_WORKFLOW.available(meeting, request.user) if meeting else []
        return Response(AvailableAction(moves, many=True).data)


def _code(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
