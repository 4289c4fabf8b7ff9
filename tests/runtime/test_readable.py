"""Log lines at the terminal of `make run`."""

import json

from itsm.runtime.readable import readable


def test_a_json_log_line_becomes_readable():
    entry = {
        "event": "request finished",
        "request_id": "abc",
        "status": 200,
        "timestamp": "2026-03-01T10:20:30.123456Z",
        "logger": "itsm",
        "level": "info",
    }

    line = "10:20:30 info request finished request_id=abc status=200"
    assert readable(json.dumps(entry)) == line


def test_an_exception_follows_on_lines_of_its_own():
    entry = {"event": "task failed", "level": "error", "exception": "Traceback\nValueError"}

    assert readable(json.dumps(entry)).splitlines() == [
        "error task failed",
        "Traceback",
        "ValueError",
    ]


def test_other_lines_stay_as_they_are():
    for line in ("", "plain", "{not json", '{"a": 1}', "[1]"):
        assert readable(line) == line
