"""Turns a JSON log line into one for a person at a terminal. Files and collectors get the JSON."""

import json

HIDDEN = {"event", "level", "timestamp", "logger", "exception"}


def readable(line: str) -> str:
    """`time level event key=value …`; a line that is no log object comes back as it is."""
    if not line.startswith("{"):
        return line
    try:
        entry = json.loads(line)
        event, level = entry["event"], entry["level"]
    except (ValueError, KeyError):
        return line
    details = " ".join(f"{key}={entry[key]}" for key in entry if key not in HIDDEN)
    clock = str(entry.get("timestamp", ""))[11:19]  # of an ISO date and time, in UTC
    text = " ".join(part for part in (clock, level, str(event), details) if part)
    return f"{text}\n{entry['exception']}" if entry.get("exception") else text
