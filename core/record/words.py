"""Changes of fields in words: “priority from P3 to P1”, in either language grammatical.

A phrase is a fragment that reads after the person's name and a colon. Apps write phrases for their
fields; every other field gets one that needs neither article nor gender.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from core.history import Change, HistoryLine
from core.showing import link, shown

LONG = 240  # characters; a longer value is shown on demand


@dataclass(frozen=True)
class Phrase:
    """How one field's change is said: from one value to another, from nothing, to nothing."""

    changed: Reason
    given: Reason
    taken: Reason


type Phrases = Mapping[str, Phrase | None]
"""By field; None: the field follows from others and is not told."""

_ANY = Phrase(
    _("%(field)s: from %(old)s to %(new)s"),
    _("%(field)s: %(new)s"),
    _("%(field)s: %(old)s was removed"),
)
_LONG = Phrase(
    _("%(field)s: text changed"),
    _("%(field)s: text added"),
    _("%(field)s: text removed"),
)


@dataclass(frozen=True)
class Told:
    """One change of one field, said in words. A long one keeps its values to itself."""

    field: str
    phrase: Reason
    label: Reason
    old: Any = None
    new: Any = None
    is_long: bool = False

    @property
    def text(self) -> str:
        """In plain words."""
        return str(self.phrase) % {
            "field": _capitalised(self.label),
            "old": str(shown(self.old)),
            "new": str(shown(self.new)),
        }

    @property
    def html(self) -> SafeString:
        """In words, beginning with a capital where a word begins it; the values marked."""
        marks = {
            "field": escape(_capitalised(self.label)),
            "old": f"<del>{conditional_escape(_value(self.old))}</del>",
            "new": f"<ins>{conditional_escape(_value(self.new))}</ins>",
        }
        phrase = _capitalised(escape(self.phrase))
        return mark_safe(phrase % marks)  # noqa: S308 -- every part was escaped

    def __str__(self) -> str:
        return self.text


def told(change: Change, phrases: Phrases) -> Told | None:
    """A change in words; None where the field is not told."""
    name = change.field.name
    phrase = phrases.get(name, _ANY)
    if phrase is None:
        return None
    old, new = change.shown
    hides = is_long(change)
    if hides:
        phrase = _LONG
    fits = phrase.changed
    if _is_nothing(old):
        fits = phrase.given
    elif _is_nothing(new):
        fits = phrase.taken
    label = change.field.verbose_name
    if hides:
        return Told(name, fits, label, is_long=True)
    return Told(name, fits, label, old, new)


def told_of(line: HistoryLine, phrases: Phrases) -> tuple[Told, ...]:
    """All that a line changed, in words. A record's first line tells nothing: it is all of it."""
    if line.kind == "+":
        return ()
    return tuple(said for change in line.changes if (said := told(change, phrases)))


def is_long(change: Change) -> bool:
    """Whether the values of a change are too long to stand in a sentence."""
    is_text = isinstance(change.field, models.TextField | models.JSONField)
    values = [value for value in (change.old, change.new) if not _is_nothing(value)]
    return any(is_text or len(str(value)) > LONG for value in values)


def _value(value: Any) -> Any:
    """A value as the page shows it: records lead to their pages."""
    return link(value) if hasattr(value, "reference") else shown(value)


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _capitalised(label: Reason) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]


_VERBS: dict[str, Reason] = {
    verb: label
    for verbs, label in (
        ("open add create found hire mint", _("Created")),
        ("edit change", _("Edited")),
        ("end", _("Ended")),
        ("revoke", _("Revoked")),
        ("grant", _("Role granted")),
        ("join", _("Joined a team")),
        ("leave", _("Left a team")),
        ("reset_password", _("Password reset")),
        ("enable", _("Enabled")),
        ("disable", _("Disabled")),
        ("discard", _("Discarded")),
        ("replay", _("Played again")),
        ("rotate_key", _("New key made")),
        ("revoke_key", _("Key revoked")),
        ("login_failed", _("Sign-in failed")),
    )
    for verb in verbs.split()
}
_KINDS: dict[str, Reason] = {"+": _("Created"), "~": _("Changed"), "-": _("Deleted")}


def name_of_action(action: str, kind: str, titles: Mapping[str, Reason]) -> Reason:
    """What a ledger action such as `incident.resolve` is called; `titles` are by verb. One that
    nobody has named is told by what became of the row."""
    verb = action.rpartition(".")[2]
    return titles.get(verb) or _VERBS.get(verb) or _KINDS.get(kind, kind)
