"""The shape of every resource: scoped reading, and writing through services with versions.

Views decide nothing: they translate, call one service and show the record as it then is.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied, UnsupportedMediaType, ValidationError
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from core.api.collisions import attempt
from core.api.fields import keys_of_related, shape_of
from core.api.filters import MAX_LENGTH, AllowListFilters
from core.api.idempotency import answer_once
from core.api.pagination import RecordPagination
from core.api.problems import VersionRequired
from core.errors import Stale

# Compression makes ETags weak; the version they tell is the same.
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')


class ScopedViewSet(GenericViewSet[Any]):
    """Lists and shows what `visible_to` gives the user; everything else is 404."""

    queryset: Any = None
    filter_backends = [AllowListFilters]
    pagination_class = RecordPagination
    metadata_class = None
    http_method_names = ["get", "head", "post", "patch"]
    lookup_field = "reference"
    lookup_value_regex = r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}"
    filterset_class: Any = None
    list_serializer_class: Any = None
    is_searched = False
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {"reference": ("pk",)}
    ordering = "-reference"
    # Query parameters of the extra actions; those of the list follow from its filters.
    parameters: ClassVar[dict[str, tuple[str, ...]]] = {}

    def filters(self) -> dict[str, Any]:
        """The filters that this user may use."""
        return self.filterset_class.base_filters if self.filterset_class else {}

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self._refuse_parameters(request)
        if request.method in ("POST", "PATCH") and request.META.get("CONTENT_LENGTH") not in (
            *("", "0"),
            None,
        ):
            parsers = self.get_parsers()
            if self.get_content_negotiator().select_parser(request, parsers) is None:
                raise UnsupportedMediaType(request.content_type)

    def _refuse_parameters(self, request: Any) -> None:
        known = set(self.parameters.get(self.action or "", ()))
        if self.action == "list":
            known |= {*self.filters(), *RecordPagination.parameters}
            known |= {"search"} if self.is_searched else set()
        errors = {}
        for name, values in request.query_params.lists():
            if name not in known:
                errors[name.replace("\x00", "")[:80]] = [_("This parameter is not known here.")]
            elif len(values) > 1:
                errors[name] = [_("Give this parameter once.")]
            elif "\x00" in values[0] or (len(values[0]) > MAX_LENGTH and name != "cursor"):
                errors[name] = [_("This value is too long or holds a NUL.")]
        if errors:
            raise ValidationError(errors)

    def get_queryset(self) -> Any:
        """The rows that the user sees, with the keys of what they relate to."""
        return _keyed(type(self)).visible_to(self.request.user)

    def get_object(self) -> Any:
        rows = self.get_queryset().filter(**{self.lookup_field: self.kwargs[self.lookup_field]})
        for record in rows.order_by()[:1]:
            return record
        raise Http404

    def get_serializer_class(self) -> Any:
        if self.action == "list" and self.list_serializer_class:
            return self.list_serializer_class
        return self.serializer_class

    def list(self, request: Any, **kwargs: Any) -> Response:
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        show = shape_of(self.get_serializer_class()).to_representation
        return self.get_paginated_response([show(record) for record in page])

    def retrieve(self, request: Any, **kwargs: Any) -> Response:
        return self.show(self.get_object())

    def show(self, record: Any, status: int = 200) -> Response:
        """The record as the answer, with its version as ETag."""
        version = getattr(record, "version", None)
        headers = {} if version is None else {"ETag": f'"{version}"'}
        shown = shape_of(self.get_serializer_class()).to_representation(record)
        return Response(shown, status, headers=headers)

    def show_written(self, record: Any) -> Response:
        """The record as a service left it. Services see to it that its writer still sees it."""
        return self.show(self.get_queryset().get(pk=record.pk))

    def require(self, verb: str) -> None:
        """403 unless some role of the user carries the model's permission for the verb."""
        options = self.queryset.model._meta
        if not self.request.user.has_perm(f"{options.app_label}.{verb}_{options.model_name}"):
            raise PermissionDenied

    def checked(self, serializer_class: Any, **options: Any) -> Any:
        """The request's data as the serializer reads them."""
        context = self.get_serializer_context()
        serializer = serializer_class(data=self.request.data, context=context, **options)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def expected_version(self, record: Any) -> Any:
        """The version of `If-Match`. VersionRequired (428) without one, Stale (412) for another."""
        given = self.request.headers.get("If-Match", "*").strip()
        if given == "*":
            raise VersionRequired
        match = _ETAG.fullmatch(given)
        if match is None or match[1] != str(record.version):
            raise Stale(_("the record has another version now"))
        return record.version


@cache
def _keyed(view_class: type[ScopedViewSet]) -> Any:
    shape: Any = view_class.serializer_class
    return view_class.queryset.annotate(**keys_of_related(shape))


class Creates:
    """POST to the list: `create_with(**data)` calls the service and returns the record."""

    create_serializer_class: Any
    create_with: Callable[..., Any]

    def create(self: Any, request: Any, **kwargs: Any) -> Any:
        self.require("add")
        return answer_once(request, self._create)

    def _create(self: Any) -> Any:
        record = self.create_with(**self.checked(self.create_serializer_class))
        response = self.show(record, 201)
        basename = f"{self.basename}-detail"
        key = getattr(record, self.lookup_field)
        response["Location"] = reverse(basename, [key], request=self.request)
        return response


class Edits:
    """PATCH of one record: `edit_with(record, version=…, **data)` calls the service."""

    edit_serializer_class: Any
    edit_with: Callable[..., Any]

    def partial_update(self: Any, request: Any, **kwargs: Any) -> Any:
        record = self.get_object()
        self.require("change")
        version = self.expected_version(record)
        data = self.checked(self.edit_serializer_class, partial=True)
        return self.show_written(attempt(lambda: self.edit_with(record, version=version, **data)))
