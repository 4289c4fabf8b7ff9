"""What happened to a record and what may happen next: its history and its workflow's actions."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.actions import ActionForm
from core.api.fields import Moment, iso_duration
from core.api.idempotency import answer_once
from core.api.pagination import read_number
from core.history import Change, history_of
from core.references import code_of
from core.transitions import Workflow
from core.writing import hold


class AvailableAction(serializers.Serializer[Any]):
    """An action of the record's status, and what speaks against it now."""

    action = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # -- Field.label is another thing
    allowed = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField())


class ActionRequest(serializers.Serializer[Any]):
    """The action's name; beside it, the answers to what the action asks."""

    action = serializers.CharField()
    note = serializers.CharField(required=False)


class HistoryEntry(serializers.Serializer[Any]):
    """One recorded change. `id` is for `before`; `changes` is field to [old, new]."""

    id = serializers.IntegerField()
    at = Moment()
    actor = serializers.CharField(help_text="Username; empty for the system.")
    action = serializers.CharField()
    reason = serializers.CharField()
    channel = serializers.CharField()
    request_id = serializers.CharField()
    changes = serializers.SerializerMethodField()

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "array", "items": {}}})
    def get_changes(self, line: Any) -> dict[str, list[Any]]:
        return {change.field.name: _pair(change) for change in line.changes}


class TellsHistory:
    """`GET …/<ref>/history/`: newest first, `?before=<id>` for what came earlier."""

    @extend_schema(responses=HistoryEntry(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def history(self: Any, request: Any, **kwargs: Any) -> Response:
        limit = read_number(request, "limit", 50, 200)
        before = read_number(request, "before", None, 2**63 - 1)
        record = self.get_record_with_history()
        lines = history_of(record, request.user, limit, before, name_of=code_of)
        return Response(HistoryEntry(lines, many=True).data)

    def get_record_with_history(self: Any) -> Any:
        """The record, for a user who may read how it came about."""
        return self.get_object()


class TakesActions:
    """`GET` and `POST …/<ref>/transitions/`, by the same table and forms as the portal."""

    workflow: ClassVar[Workflow]
    action_forms: ClassVar[dict[str, type[ActionForm]]]

    @extend_schema(methods=["get"], responses=AvailableAction(many=True))
    @extend_schema(methods=["post"], request=ActionRequest)
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def transitions(self: Any, request: Any, **kwargs: Any) -> Response:
        record = self.get_object()
        if request.method == "POST":
            return answer_once(request, lambda: self._take(record, dict(request.data)))
        available = self.workflow.available(record, request.user)
        return Response(AvailableAction(available, many=True).data)

    @transaction.atomic
    def _take(self: Any, record: Any, answers: dict[str, Any]) -> Any:
        """Take one action. Bad answers are 400, but an action that the status does not have is 409
        whatever the answers; a version in `If-Match` is honoured where it is given."""
        name = answers.pop("action", None)
        form_class = self.action_forms.get(name) if isinstance(name, str) else None
        if form_class is None:
            raise ValidationError({"action": _("There is no such action.")})
        moves = {move.action for move in self.workflow}
        if name in moves:
            self.require("change")
        if "If-Match" in self.request.headers:
            record = hold(record, actor=self.request.user, version=self.expected_version(record))
        if name in moves and self.workflow.target(record.status, name) is None:
            self.workflow.check(record, name, self.request.user)
        form = form_class(as_form_data(form_class, answers), record=record, actor=self.request.user)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        answer = self.show_written(form.perform())
        if form.warnings:  # what could not be done beside it, or was not
            answer.data["warnings"] = [str(warning) for warning in form.warnings]
        return answer


def as_form_data(form_class: type[ActionForm], answers: dict[str, Any]) -> dict[str, Any]:
    """JSON values as a browser would send them. A box that is not mentioned keeps its default."""
    fields = form_class.base_fields
    if unknown := sorted(set(answers) - set(fields)):
        raise ValidationError({name: _("This action does not ask for this.") for name in unknown})
    data: dict[str, Any] = {}
    for name, field in fields.items():
        value = answers.get(name)
        if isinstance(value, list) and isinstance(field, forms.MultipleChoiceField):
            data[name] = [str(one) for one in value]
            continue
        if value is None and isinstance(field, forms.BooleanField):
            value = bool(field.initial)
        if isinstance(value, list | dict):
            raise ValidationError({name: _("Give a single value.")})
        if value is not None:
            data[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return data


def _pair(change: Change) -> list[Any]:
    if isinstance(change.field, models.ForeignKey):
        return list(change.shown)
    return [_plain(change.old), _plain(change.new)]


def _plain(value: Any) -> Any:
    return iso_duration(value) if isinstance(value, timedelta) else value
