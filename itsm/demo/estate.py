"""Reads `estate.toml`: services, assets, vendors and clients of the demo world, as plain data."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "estate.toml"
_NEEDS = ("runs_on", "uses", "connects_to")


@dataclass(frozen=True)
class Estate:
    """Each part by its short name, in the order of the file."""

    vendors: dict[str, dict[str, Any]]
    services: dict[str, dict[str, Any]]
    assets: dict[str, dict[str, Any]]
    clients: dict[str, dict[str, Any]]

    def clients_of(self, kinds: Iterable[str], country: str) -> list[str]:
        """The clients of these kinds in a country."""
        return [
            slug
            for slug, facts in self.clients.items()
            if facts["kind"] in kinds and facts["country"] == country
        ]

    def needs_of_assets(self) -> Iterator[tuple[str, str, str]]:
        """(asset, kind, the asset that it needs)."""
        for name, facts in self.assets.items():
            for kind in _NEEDS:
                yield from ((name, kind, needed) for needed in facts.get(kind, ()))

    def needs_of_services(self) -> Iterator[tuple[str, str]]:
        """(service, the asset that it uses)."""
        for label, facts in self.services.items():
            yield from ((label, needed) for needed in facts["uses"])


@cache
def read_estate() -> Estate:
    """The estate as the file tells it."""
    return Estate(**tomllib.loads(FILE.read_text()))
