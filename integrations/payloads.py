"""Reads the JSON of strangers: whatever comes out can be stored by PostgreSQL, or is refused."""

import json
import math
import re
from typing import Any

MAX_DEPTH = 40
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL's text has neither NUL nor halves
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class BadPayload(ValueError):
    """The body is no JSON that we accept; the text says why."""


def read_json(body: bytes) -> Any:
    """The value of a JSON text, its strings made harmless. Of repeated keys the last one counts.

    BadPayload: not JSON, NaN or infinite numbers, or nested too deeply.
    """
    try:
        value = json.loads(body, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError as error:
        raise BadPayload("The JSON is nested too deeply.") from error
    except ValueError as error:
        raise BadPayload(f"The body is not JSON: {error}") from error
    return _harmless(value, MAX_DEPTH)


def _refuse_constant(name: str) -> float:
    raise BadPayload(f"{name} is no number in JSON.")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise BadPayload("A number is out of range.")
    return number


def _harmless(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub(_REPLACEMENT, value)
    if isinstance(value, dict | list) and not depth:
        raise BadPayload("The JSON is nested too deeply.")
    if isinstance(value, dict):
        return {_harmless(k, depth): _harmless(v, depth - 1) for k, v in value.items()}
    if isinstance(value, list):
        return [_harmless(item, depth - 1) for item in value]
    return value
