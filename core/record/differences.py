"""What changed in a text, word by word, as HTML; very long ones stand one after the other."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

LONGEST = 4_000  # pieces on both sides; comparing takes the square of that
_CONTEXT = 12  # pieces kept around a change
_PIECES = re.compile(r"\w+|\s+|[^\w\s]")


def difference(old: str, new: str) -> SafeString:
    """One text in which `<del>` is gone and `<ins>` has come; what stayed is cut to its ends."""
    old, new = old.replace("\r\n", "\n"), new.replace("\r\n", "\n")
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    if len(before) + len(after) > LONGEST:
        return format_html("<del>{}</del>\n<ins>{}</ins>", old, new)
    return mark_safe("".join(_marked(before, after)))  # noqa: S308 -- each piece was escaped


def _marked(before: list[str], after: list[str]) -> Iterator[str]:
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for at, (step, i, j, k, m) in enumerate(steps):
        if step == "equal":
            yield escape(_shortened(before[i:j], at == 0, at == len(steps) - 1))
            continue
        if gone := "".join(before[i:j]):
            yield f"<del>{escape(gone)}</del>"
        if come := "".join(after[k:m]):
            yield f"<ins>{escape(come)}</ins>"


def _shortened(pieces: list[str], is_first: bool, is_last: bool) -> str:
    if len(pieces) <= 2 * _CONTEXT + 4:
        return "".join(pieces)
    head = "" if is_first else "".join(pieces[:_CONTEXT])
    tail = "" if is_last else "".join(pieces[-_CONTEXT:])
    return f"{head} … {tail}"
