"""How an alert is told to people: the title and the Markdown description of its incident, and what
marks rest on. In the language in force: the caller chooses that of the people who will read it.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from integrations.models import AlertEvent
from integrations.readings import Reading

_TITLE, _VALUE, _ROWS = 200, 1000, 60
_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]()<>#+-.!|~&"})
_ADDRESS = re.compile(r"https?://[^\s<>\\`]{3,1000}")


def title_of(reading: Reading) -> str:
    """The summary that the alert's author wrote, else its name; one line."""
    line = " ".join((reading.summary or reading.name).split()) or reading.name
    return line if len(line) <= _TITLE else f"{line[: _TITLE - 1]}…"


def description_of(reading: Reading, source: str) -> str:
    """Everything the alert says as tables, so escaped that none of it is read as Markdown."""
    head = [
        (_("alert source"), source),
        (_("alert"), reading.name),
        (_("fingerprint"), reading.fingerprint),
        (_("started at"), _utc(reading.starts_at)),
        (_("source address"), reading.generator_url),
    ]
    text = reading.annotations.get("description", "").strip()
    annotations = ((k, v) for k, v in reading.annotations.items() if k != "description")
    parts = [
        escaped(text[: 5 * _VALUE]),
        _table(_("alert"), head),
        _table(_("labels"), sorted(reading.labels.items())),
        _table(_("annotations"), sorted(annotations)),
    ]
    return "\n\n".join(part for part in parts if part)


def evidence_of(event: AlertEvent, reading: Reading) -> str:
    """What a mark rests on. The hash outlives the payload."""
    return _(
        "%(source)s: %(alert)s, fingerprint %(fingerprint)s, event %(event)s, SHA-256 %(sha256)s"
    ) % {
        "source": event.source.name,
        "alert": reading.name[:120],
        "fingerprint": reading.fingerprint,
        "event": event.pk,
        "sha256": event.sha256,
    }


def evidence_of_end(event: AlertEvent) -> str:
    """What the end of the last alert rests on."""
    return _("%(source)s: all alerts resolved, event %(event)s, SHA-256 %(sha256)s") % {
        "source": event.source.name,
        "event": event.pk,
        "sha256": event.sha256,
    }


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return " ".join(text.split()).translate(_SPECIAL)


def _table(what: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {escaped(name[:_VALUE])} | {_shown(value)} |" for name, value in rows if value]
    if not lines:
        return ""
    return "\n".join([f"| {escaped(what)} | |", "| --- | --- |", *lines[:_ROWS]])


def _shown(value: str) -> str:
    """An address as a link, anything else as it is."""
    if _ADDRESS.fullmatch(value):
        return f"<{value.replace('|', '%7C')}>"
    return escaped(value[:_VALUE])


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"
