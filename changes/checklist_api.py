"""The checklist of a significant change as REST; the action `confirm_requirements` answers it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from changes.checklist import POINTS, Point
from changes.enums import Confirmation
from changes.models import ChecklistAnswer
from core.api.fields import Moment, Related
from people.models import User


class PointShown(serializers.Serializer[Any]):
    """One point of the checklist; `answer` is empty as long as nobody has answered it."""

    point = serializers.CharField()
    requirement = serializers.CharField(help_text="Of PCI DSS v4.0.1.")
    question = serializers.CharField(help_text="In the language asked for.")
    answer = serializers.ChoiceField(choices=Confirmation.choices, allow_blank=True)
    note = serializers.CharField()
    answered_at = Moment(allow_null=True)
    answered_by = Related(User, "username", allow_null=True)


class TellsChecklist:
    """`GET …/<ref>/checklist/`: what PCI DSS 6.5.2 wants confirmed, and what was."""

    @extend_schema(responses=PointShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def checklist(self: Any, request: Any, **kwargs: Any) -> Response:
        """Every point in its order; none where the change is not significant.

        The action `confirm_requirements` answers points: `answer_<point>` (`yes`, `no`,
        `not_applicable`) and `note_<point>`, which may only be missing for `yes`.
        """
        change = self.get_object()
        said = {row.point: row for row in change.checklist.select_related("answered_by")}
        rows = [_row(point, said.get(point.code)) for point in POINTS if change.is_significant]
        return Response(PointShown(rows, many=True).data)


def _row(point: Point, said: ChecklistAnswer | None) -> Any:
    row: Any = said or ChecklistAnswer(answered_at=None)
    row.point, row.requirement, row.question = point.code, point.requirement, str(point.question)
    return row
