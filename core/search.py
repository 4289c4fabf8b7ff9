"""Full-text search in Spanish and English, accents or not: the stored document and the question.

PostgreSQL's Spanish stemmer knows most endings by their accent (`conciliación` becomes `concili`,
`conciliacion` stays), so words are kept both as written and without accents.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Func, TextField, Value

_ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñçÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ"
_PLAIN = "aaaaaaeeeeiiiiooooouuuuncAAAAAAEEEEIIIIOOOOOUUUUNC"


def folded(text: str) -> str:
    """The text without accents, as `without_accents` makes it of a column."""
    return unicodedata.normalize("NFC", text).translate(str.maketrans(_ACCENTED, _PLAIN))


def without_accents(column: str) -> Func:
    """A column's text without accents; immutable, so that it may be indexed."""
    letters = Value(_ACCENTED), Value(_PLAIN)
    return Func(F(column), *letters, function="TRANSLATE", output_field=TextField())


def search_document(**weights: str) -> Any:
    """The document of a generated column: fields with their weights, A to D."""
    document: Any = None
    for column, weight in weights.items():
        plain = without_accents(column)
        for text, config in (
            (column, "spanish"),
            (plain, "spanish"),
            (plain, "english"),
            (plain, "simple"),
        ):
            part = SearchVector(text, config=config, weight=weight)
            document = part if document is None else document + part
    return document


def search_query(words: str, search_type: str = "websearch") -> Any:
    """The question for such a document: any reading of the words that finds something."""
    query: Any = None
    for text, config in _readings(words):
        part = SearchQuery(text, config=config, search_type=search_type)
        query = part if query is None else query | part
    return query


def _readings(words: str) -> Iterator[tuple[str, str]]:
    plain = folded(words)
    if plain != words:
        yield words, "spanish"
    for config in ("spanish", "english", "simple"):
        yield plain, config
