"""Lengths of time as people write and read them: 4 h, 30 min, 1 h 30 min, or ISO 8601."""

import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_duration
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.replay import LONGEST_TARGET

_UNITS = {"d": 86_400, "h": 3_600, "min": 60, "m": 60, "s": 1}
_PART = r"(\d{1,9}(?:[.,]\d{1,6})?)\s*(d|h|min|m|s)\b"
_WHOLE = re.compile(rf"\s*(?:{_PART}\s*)+", re.IGNORECASE)
_EXAMPLES = gettext_lazy("“%(text)s” is no length of time: write 4 h, 30 min, 1 h 30 min or PT4H.")


def read_target(text: str) -> timedelta:
    """The length that a text says; a day is 24 hours. ValidationError in words for what is none,
    nothing, or longer than ten years."""
    told = text.strip()
    length = None
    try:
        if _WHOLE.fullmatch(told):
            seconds = sum(
                float(number.replace(",", ".")) * _UNITS[unit.lower()]
                for number, unit in re.findall(_PART, told, re.IGNORECASE)
            )
            length = timedelta(seconds=round(seconds, 6))
        elif told[:1] in ("P", "p"):
            length = parse_duration(told.upper())
    except OverflowError:
        length = timedelta.max
    if length is None:
        raise ValidationError(_EXAMPLES, params={"text": told[:40]}, code="invalid")
    if length <= timedelta():
        raise ValidationError(
            gettext_lazy("“%(text)s” is no time at all: a target is longer than nothing."),
            params={"text": told[:40]},
            code="too_short",
        )
    if length > LONGEST_TARGET:
        raise ValidationError(
            gettext_lazy("“%(text)s” is too long: a target is at most ten years."),
            params={"text": told[:40]},
            code="too_long",
        )
    return length


def written(length: timedelta) -> str:
    """Hours, minutes and seconds, never days: a day of working time is no day."""
    sign = "−" if length < timedelta() else ""
    seconds = abs(length) // timedelta(seconds=1)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = [_("%d h") % hours] if hours else []
    parts += [_("%d min") % minutes] if minutes else []
    parts += [_("%d s") % rest] if rest and not hours else []
    return sign + (" ".join(parts) or _("%d s") % 0)
