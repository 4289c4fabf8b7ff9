"""Exceptions from freezes as REST, below the change that they let in."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from changes import services
from changes.models import FreezeException, FreezeWindow
from core.api.fields import Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from people.models import User

_ONE = r"freeze-exceptions/(?P<exception>[0-9]{1,18})"


class FreezeExceptionShown(serializers.Serializer[Any]):
    """A change may enter the occurrence of a freeze that begins at `occurs_at`, once two people
    have agreed."""

    id = serializers.IntegerField()
    freeze = Related(FreezeWindow, "reference", source="window")
    occurs_at = Moment()
    ends_at = Moment()
    justification = serializers.CharField()
    compensating_controls = serializers.CharField()
    asked_at = Moment()
    asked_by = Related(User, "username")
    approved_at = Moment(allow_null=True)
    approved_by = Related(User, "username", allow_null=True)
    second_approved_at = Moment(allow_null=True)
    second_approved_by = Related(User, "username", allow_null=True)
    is_beyond_budget = serializers.BooleanField()
    review_due_at = Moment(allow_null=True)
    reviewed_at = Moment(allow_null=True)
    reviewed_by = Related(User, "username", allow_null=True)
    review_note = serializers.CharField()


class FreezeExceptionInput(RecordInput):
    """Asks that a change may enter; without `occurs_at` the first occurrence that hits it."""

    freeze = Related(FreezeWindow, "reference", source="window")
    occurs_at = Moment(required=False)
    justification = Text(max_length=5_000)
    compensating_controls = Text(max_length=5_000)


class FreezeExceptionApproval(RecordInput):
    """`beyond_budget` is a senior approver's word where the team's budget is spent."""

    beyond_budget = serializers.BooleanField(required=False)


class FreezeExceptionReview(RecordInput):
    """What became of it."""

    note = Text(max_length=5_000)


class AsksForFreezeExceptions:
    """`…/<ref>/freeze-exceptions/` and what may be done with each."""

    @extend_schema(methods=["get"], responses=FreezeExceptionShown(many=True))
    @extend_schema(
        methods=["post"], request=FreezeExceptionInput, responses={201: FreezeExceptionShown}
    )
    @action(
        detail=True,
        methods=["get", "post"],
        url_path="freeze-exceptions",
        pagination_class=None,
        filter_backends=[],
    )
    def freeze_exceptions(self: Any, request: Any, **kwargs: Any) -> Response:
        """Every exception that was asked for, the latest first. POST asks for one."""
        change = self.get_object()

        def ask() -> Response:
            data = self.checked(FreezeExceptionInput)
            made = services.ask_for_freeze_exception(change, actor=request.user, **data)
            return Response(FreezeExceptionShown(made).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            return answer_once(request, ask)
        people = ("asked_by", "approved_by", "second_approved_by", "reviewed_by")
        rows = change.freeze_exceptions.select_related("window", *people).order_by("-pk")
        return Response(FreezeExceptionShown(rows, many=True).data)

    @extend_schema(request=FreezeExceptionApproval, responses=FreezeExceptionShown)
    @action(
        detail=True,
        methods=["post"],
        url_path=f"{_ONE}/approve",
        pagination_class=None,
        filter_backends=[],
    )
    def approve_freeze_exception(
        self: Any, request: Any, exception: str, **kwargs: Any
    ) -> Response:
        """Agree, as the first or the second of two people."""
        held = self._exception(exception)

        def agree() -> Response:
            data = self.checked(FreezeExceptionApproval)
            done = services.approve_freeze_exception(held, actor=request.user, **data)
            return Response(FreezeExceptionShown(done).data)

        return answer_once(request, agree)

    @extend_schema(request=FreezeExceptionReview, responses=FreezeExceptionShown)
    @action(
        detail=True,
        methods=["post"],
        url_path=f"{_ONE}/review",
        pagination_class=None,
        filter_backends=[],
    )
    def review_exception(self: Any, request: Any, exception: str, **kwargs: Any) -> Response:
        """Say what became of it; by somebody else than who asked."""
        held = self._exception(exception)

        def review() -> Response:
            data = self.checked(FreezeExceptionReview)
            done = services.review_freeze_exception(held, actor=request.user, **data)
            return Response(FreezeExceptionShown(done).data)

        return answer_once(request, review)

    def _exception(self: Any, pk: str) -> FreezeException:
        found = self.get_object().freeze_exceptions.filter(pk=pk).first()
        if found is None:
            raise Http404(_("There is no such exception."))
        return found
