"""Where personal data lie: each app says of its own models which columns, and what takes their
place. Searched when somebody asks for their data; nothing else is ever blocked or erased.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from core.registry import Registry

type Replacing = Callable[[str, int], Any]
"""`(word, pk)` -> what stands in the place of the value; the word says blocked or erased."""


def by_word(word: str, pk: int) -> Any:
    """For texts that may not be empty."""
    return word


def by_numbered_word(word: str, pk: int) -> Any:
    """For texts of which no two are equal."""
    return f"{word}-{pk}"


def by_nothing(word: str, pk: int) -> Any:
    return None


def by_empty_object(word: str, pk: int) -> Any:
    return {}


@dataclass(frozen=True)
class PersonalData:
    """The personal columns of one model; `searched` are those by which somebody is found, and
    `files` gives the names of the files that go with a row."""

    model: str
    columns: dict[str, Replacing]
    searched: tuple[str, ...]
    files: Callable[[Any], Iterable[str]] | None = None
    reasons: bool = True
    """Whether the free texts with which rows were changed go too."""

    @property
    def model_class(self) -> type[Model]:
        return apps.get_model(self.model)

    def values(self, pk: int, word: str) -> dict[str, Any]:
        return {name: replacing(word, pk) for name, replacing in self.columns.items()}


PERSONAL_DATA: Registry[PersonalData] = Registry("personal data")
"""By the model's label, such as `people.Person`."""

MOST = 200


@dataclass(frozen=True)
class Hit:
    """A row in which somebody was found."""

    data: PersonalData
    record: Any
    columns: tuple[str, ...] = field(default=())

    @property
    def code(self) -> str:
        """What a form sends for it."""
        return f"{self.data.model}:{self.record.pk}"


def declare(data: PersonalData) -> None:
    """Register, and refuse at the start what is no column."""
    for name in (*data.columns, *data.searched):
        try:
            data.model_class._meta.get_field(name.split("__")[0])
        except FieldDoesNotExist as error:
            raise ValueError(f"{data.model} has no column {name}") from error
    if data.model not in PERSONAL_DATA or PERSONAL_DATA[data.model] != data:
        PERSONAL_DATA.register(data.model, data)


def find_subject(words: Iterable[str]) -> list[Hit]:
    """The rows in which any of these names or addresses stands, at most 200 of each model. Over
    everything, whoever asks: what was found is shown to who may decide about it only."""
    wanted = [word.strip() for word in words if len(word.strip()) >= SHORTEST]
    found = []
    for _name, data in PERSONAL_DATA:
        rows = data.model_class._default_manager.all()
        texts = {f"text_{n}": Cast(name, TextField()) for n, name in enumerate(data.searched)}
        condition = Q(pk__in=[])
        for text in texts:
            for word in wanted:
                condition |= Q(**{f"{text}__icontains": word})
        for row in rows.annotate(**texts).filter(condition).order_by("pk")[:MOST]:
            columns = tuple(
                name
                for n, name in enumerate(data.searched)
                if any(w.lower() in (getattr(row, f"text_{n}") or "").lower() for w in wanted)
            )
            found.append(Hit(data, row, columns))
    return found


SHORTEST = 4
"""Fewer letters would find everybody."""


def read_code(code: str) -> tuple[PersonalData, Any]:
    """The row that a form names. ValueError for what is none."""
    model, _colon, key = code.rpartition(":")
    if model not in PERSONAL_DATA or not (key.isascii() and key.isdecimal() and len(key) < 19):
        raise ValueError(code)
    data = PERSONAL_DATA[model]
    row = data.model_class._default_manager.filter(pk=int(key)).first()
    if row is None:
        raise ValueError(code)
    return data, row
