"""How an upper app contributes to a lower one without the lower one importing it.

The lower app creates a registry; the upper app registers in `apps.py::ready`.
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):  # noqa: UP046 -- mypy's Django plugin reads this form reliably
    """Entries by unique name, in the order of registration."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, Entry] = {}

    def register(self, name: str, entry: Entry) -> Entry:
        """Add an entry; ValueError when the name is taken by another one."""
        if self._entries.setdefault(name, entry) is not entry:
            raise ValueError(f"{self.what} {name!r} is registered twice")
        return entry

    def named(self, name: str) -> Callable[[Entry], Entry]:
        """`register` as a decorator."""
        return lambda entry: self.register(name, entry)

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[tuple[str, Entry]]:
        return iter(self._entries.items())
