"""Which rows of the ledger tell the story of an item: its own, and those of what hangs on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Model, QuerySet, TextField, Value
from django.db.models.functions import Cast

type Rows = Mapping[int, list[tuple[str, str]]]


@dataclass(frozen=True)
class Part:
    """Rows that hang on an item. `path` leads from the row to the item."""

    model: type[Model]
    path: str

    def rows(self, items: list[int]) -> QuerySet[Any]:
        """(table, key, item) of each row. Where history is read by the item, from there: it knows
        the rows that were taken away since, too."""
        source: Any = self.model._meta.base_manager
        history = getattr(self.model, "history", None)
        if history is not None and self._is_read_by(history.model):
            source = history.model._meta.base_manager
        key = self.model._meta.pk.name
        told = source.filter(**{f"{self.path}__in": items}).order_by()
        return told.annotate(
            of_table=Value(self.model._meta.db_table, CharField()),
            of_key=Cast(key, TextField()),
            of_item=Cast(F(self.path), BigIntegerField()),
        ).values_list("of_table", "of_key", "of_item")

    def _is_read_by(self, history: type[Model]) -> bool:
        columns = {field.name: field for field in history._meta.fields}
        return self.path in columns and columns[self.path].db_index


def rows_of_parts(model: type[Model], *parts: Part) -> Callable[[list[Any]], Rows]:
    """`rows_of` of a population: the item's own row and those of its parts, in one query."""

    def rows_of(items: list[Any]) -> Rows:
        found: dict[int, list[tuple[str, str]]] = {
            item.pk: [(model._meta.db_table, str(item.pk))] for item in items
        }
        if parts and items:
            first, *others = (part.rows(list(found)) for part in parts)
            for table, key, item in first.union(*others).order_by("of_table", "of_key"):
                found[item].append((table, key))
        return found

    return rows_of
