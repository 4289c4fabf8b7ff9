"""JSON as we accept it: UTF-8, an object, bounded in size and depth, storable in PostgreSQL.

Unknown fields and wrong types are the serializers' business.
"""

import json
import math
import re
from typing import Any

from django.conf import settings
from django.http import UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser

from core.api.problems import TooLarge

MAX_DEPTH = 20
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class StrictJSONParser(BaseParser):
    """Reads `application/json`; every other content type is answered with 415 before this."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        try:
            raw = stream.read(limit + 1)
        except UnreadablePostError as broken:
            raise ParseError(_("The request ended too early.")) from broken
        if len(raw) > limit:
            raise TooLarge
        return parse_object(raw)


def parse_object(raw: bytes) -> dict[str, Any]:
    """A JSON object from bytes.

    Raises ParseError where it is not one, ValidationError (with the field) where a text holds a
    NUL or half of a surrogate pair, which no PostgreSQL text can.
    """
    try:
        data = json.loads(raw.decode(), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as broken:
        raise ParseError(_("This is not valid JSON: %(why)s.") % {"why": broken}) from broken
    if not isinstance(data, dict):
        raise ParseError(_("Send a JSON object."))
    _check(data, "", MAX_DEPTH)
    return data


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _check(value: Any, path: str, depth: int) -> None:
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise ValidationError({path: [_("NUL and unpaired surrogates cannot be stored.")]})
    elif isinstance(value, dict | list):
        if not depth:
            raise ParseError(_("The JSON is nested too deeply."))
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, member in pairs:
            _check(key, path, depth)  # a bad key is reported at the object that holds it
            _check(member, f"{path}.{key}" if path else str(key), depth - 1)
