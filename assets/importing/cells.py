"""What the text of a cell means for a field of an asset. ValueError says what is wrong with it."""

import re
from datetime import date
from typing import Any

from django.db.models import Choices, Q
from django.utils.translation import gettext as _
from import_export import widgets

from assets.importing.columns import plain, value_meant
from assets.importing.sheets import MAX_CELL, looks_like_a_formula
from core.querysets import visible_rows
from core.showing import NOTHING

_CONTROL = re.compile(r"[\0-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufffd]")
_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}))\Z")


def read_text(text: str) -> str:
    """A cell without what surrounds it. Refused are formulas and characters nobody can see."""
    text = re.sub(r"[ \t\r\n\u00a0]+", " ", text).strip(" ")
    if text == NOTHING:  # as lists write that there is nothing
        return ""
    if text.startswith("'") and looks_like_a_formula(text[1:]):
        return text[1:]  # as spreadsheets mark text that begins like a formula
    if looks_like_a_formula(text):
        raise ValueError(_("This is a formula. Give its value, or put an apostrophe before it."))
    if _CONTROL.search(text):
        raise ValueError(_("This holds characters that cannot be read or seen."))
    if len(text) > MAX_CELL:
        raise ValueError(_("This is too long."))
    return text


class Words(widgets.Widget):
    """Plain text."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return read_text(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class Choice(Words):
    """One of a list, by its code or by its name in any language."""

    def __init__(self, choices: type[Choices]) -> None:
        super().__init__()
        self.choices = choices
        self._labels = dict(choices.choices)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = super().clean(value)
        if not text:
            return ""
        meant = value_meant(self.choices, text)
        if meant is None:
            names = ", ".join(str(label) for label in self.choices.labels)
            raise ValueError(_("“%(given)s” is none of: %(names)s.") % {
                "given": text[:60], "names": names
            })  # fmt: skip
        return meant

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(self._labels.get(value, value or ""))


class Day(Words):
    """A day, the year in four figures; in the other order the day comes before the month."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if found := _DAY.match(text):
            year, month, day = (
                (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
            )
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                pass
        raise ValueError(_("Give a day as 2027-01-31 or 31/01/2027."))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


class Known(Words):
    """A record that the person sees, by what people call it; found once for all rows."""

    def __init__(self, model: Any, names: tuple[str, ...], user: Any) -> None:
        super().__init__()
        self.model, self.names, self.user = model, names, user
        self._found: dict[str, Any] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if text not in self._found:
            self._found[text] = self._find(text)
        found = self._found[text]
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def _find(self, text: str) -> Any:
        called = Q()
        for name in self.names:
            called |= Q(**{f"{name}__iexact": text})
        # Nobody sees more than they may: a hidden one is the same as none.
        found = list(visible_rows(self.model, self.user).filter(called)[:2])
        if not found:
            return _("There is no “%s”.") % text[:60]
        return found[0] if len(found) == 1 else _("There are several called “%s”.") % text[:60]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


__all__ = ["Choice", "Day", "Known", "Words", "plain", "read_text"]
