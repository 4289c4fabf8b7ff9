"""What the portal's search over everything finds: each app registers the records it offers."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower

from core.errors import Reason
from core.querysets import visible_rows
from core.registry import Registry
from core.search import folded, search_query, without_accents

LONGEST = 200  # characters of what was typed that are looked at
MOST_WORDS = 8
LONGEST_WORD = 40
_REFERENCE = re.compile(r"(?:([a-z]{2,4})[\s_-]*|#\s*)?0*(\d{1,18})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """What was typed: its words and, where it looks like INC-000042, inc42 or 42, the reference."""

    words: tuple[str, ...] = ()
    prefix: str = ""
    number: int | None = None


def question_of(typed: str) -> Question:
    """Reads what somebody typed; whatever it is, the answer is a question that can be asked."""
    text = unicodedata.normalize("NFC", typed[:LONGEST].replace("\x00", " ")).strip()
    words = tuple(word[:LONGEST_WORD] for word in re.findall(r"\w+", text)[:MOST_WORDS])
    if found := _REFERENCE.fullmatch(text):
        return Question(words, (found[1] or "").upper(), int(found[2]))
    return Question(words)


def in_full_text(rows: Any, words: Iterable[str]) -> Any:
    """Rows whose search document has all the words, the last one perhaps only begun."""
    return rows.filter(search=search_query(" & ".join(words) + ":*", "raw"))


def in_names(rows: Any, words: Iterable[str], fields: Iterable[str]) -> Any:
    """Rows whose names hold all the words somewhere, accents or not. For tables that stay small:
    no index helps."""
    names = Lower(Func(Value(" "), *map(F, fields), function="CONCAT_WS"))
    rows = rows.alias(_names=models.ExpressionWrapper(names, models.TextField()))
    plain = models.ExpressionWrapper(without_accents("_names"), models.TextField())
    rows = rows.alias(_plain_names=plain)
    for word in words:
        rows = rows.filter(_plain_names__contains=folded(word.lower()))
    return rows


@dataclass(frozen=True)
class RecordSource:
    """One kind of records and how they are found; what is shown has passed `visible_to`.

    `search(rows, words)` narrows, `prepare(rows)` fetches what `title` and `detail` show.
    """

    model: type[models.Model]
    icon: str
    search: Callable[[Any, tuple[str, ...]], Any]
    prefix: str = ""  # of its references
    prepare: Callable[[Any], Any] = field(default=lambda rows: rows)
    title: Callable[[Any], str] = str
    detail: Callable[[Any], Reason] = field(default=lambda record: "")

    def opens_for(self, user: Any) -> bool:
        """Whether the person may open pages of this kind at all."""
        meta = self.model._meta
        return bool(user.has_perm(f"{meta.app_label}.view_{meta.model_name}"))

    def by_reference(self, user: Any, question: Question) -> list[Any]:
        """The record whose reference was typed; references are numbered as the rows are."""
        if question.number is None or not self.prefix:
            return []
        if question.prefix not in ("", self.prefix):
            return []
        return self.recall(user, [question.number])

    def by_words(self, user: Any, question: Question, limit: int) -> list[Any]:
        """The newest records that have the words."""
        rows = self.search(visible_rows(self.model, user), question.words)
        return list(self.prepare(rows).order_by("-pk")[:limit])

    def recall(self, user: Any, keys: Iterable[int]) -> list[Any]:
        """The records with these keys, of those that the person may see."""
        return list(self.prepare(visible_rows(self.model, user)).filter(pk__in=list(keys)))


PALETTE: Registry[RecordSource] = Registry("kind of records in the search over everything")


def record_of(user: Any, reference: str) -> Any:
    """The record of a reference, if there is one that the person may see."""
    question = question_of(reference)
    sources = [source for _name, source in PALETTE if question.prefix == source.prefix]
    found = [
        row for one in sources if one.opens_for(user) for row in one.by_reference(user, question)
    ]
    return found[0] if found else None
