"""Lengths of time as people write them."""

from datetime import timedelta

import pytest

from core.errors import ValidationError
from sla.durations import read_target, written


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("4 h", 240),
        ("30 min", 30),
        ("1 h 30 min", 90),
        ("1,5 h", 90),
        ("90m", 90),
        ("1 d", 1440),
        ("PT4H", 240),
        ("p1dt2h", 1560),
    ],
)
def test_it_is_read_as_written(text, minutes):
    assert read_target(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("soon", "is no length of time"),
        ("4", "is no length of time"),
        ("4:30", "is no length of time"),
        ("-4 h", "is no length of time"),
        ("0 h", "longer than nothing"),
        ("-PT1H", "is no length of time"),
        ("PT0S", "longer than nothing"),
        ("999999999 h", "at most ten years"),
        ("999999999 d", "at most ten years"),
        ("P999999999D", "at most ten years"),
        ("P9999999999999D", "at most ten years"),
        ("PT", "longer than nothing"),
    ],
)
def test_what_is_none_nothing_or_too_long_is_refused_in_words(text, said):
    with pytest.raises(ValidationError, match=said):
        read_target(text)


def test_what_is_written_is_read_again():
    for length in (timedelta(hours=4), timedelta(minutes=95), timedelta(seconds=45)):
        assert read_target(written(length)) == length
    assert written(timedelta(hours=-2)) == "−2 h"
    assert written(timedelta()) == "0 s"
