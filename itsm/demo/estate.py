"""Reads `world/*.toml`: services, assets, vendors and clients of the demo world, as plain data."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "world"
_NEEDS = ("runs_on", "uses", "connects_to")
_PLACES = {"qro": "Querétaro, sala 2", "mty": "Monterrey, sala 1", "bog": "Bogotá, piso técnico"}
_NETWORKS = {"qro": 20, "mty": 30, "bog": 40, "gdl": 50}

type Facts = dict[str, Any]


@dataclass(frozen=True)
class Estate:
    """Each part by its short name, in the order of the files. `fleet` are the assets that look
    alike, apart from those that the services name; `devices` the kinds that people carry."""

    vendors: Mapping[str, Facts]
    services: Mapping[str, Facts]
    assets: Mapping[str, Facts]
    fleet: Mapping[str, Facts]
    clients: Mapping[str, Facts]
    devices: Mapping[str, Facts]

    def clients_of(self, kinds: Iterable[str], country: str) -> list[str]:
        """The clients of these kinds in a country."""
        return [
            slug
            for slug, facts in self.clients.items()
            if facts["kind"] in kinds and facts["country"] == country
        ]

    def needs_of_services(self) -> Iterator[tuple[str, str]]:
        """(service, the asset that it uses)."""
        for label, facts in self.services.items():
            yield from ((label, needed) for needed in facts["uses"])


def needs_of(assets: Mapping[str, Facts]) -> Iterator[tuple[str, str, str]]:
    """(asset, kind, the asset that it needs), also where the needed one says so."""
    for name, facts in assets.items():
        for kind in _NEEDS:
            yield from ((name, kind, needed) for needed in facts.get(kind, ()))
        yield from ((needing, "uses", name) for needing in facts.get("needed_by", ()))


@cache
def read_estate() -> Estate:
    """The estate as the files tell it."""
    told: Facts = {}
    for path in sorted(FOLDER.glob("*.toml")):
        told |= tomllib.loads(path.read_text())
    fleet = {name: facts for pattern in told.pop("fleet") for name, facts in _members(pattern)}
    products, purposes = told.pop("product"), told.pop("purposes")
    for name, facts in [*told["assets"].items(), *fleet.items()]:
        details = _product_of(name, facts, products) | _place_of(name, facts)
        facts["details"] = {**details, "purpose": purposes.get(name, "")}
    return Estate(**told, fleet=fleet)


def _members(pattern: Facts) -> Iterator[tuple[str, Facts]]:
    """The assets of one pattern, with its placeholders filled."""
    names = pattern.get("of") or range(1, pattern["count"] + 1)
    per_rack = pattern.get("per_rack", 1)
    for n, of in enumerate(names, 1):
        slots = {"n": n, "of": of, "rack": (n - 1) // per_rack + 1}
        facts = {key: value for key, value in pattern.items() if key not in ("of", "count")}
        for kind in (*_NEEDS, "needed_by"):
            facts[kind] = [name.format(**slots) for name in pattern.get(kind, ())]
        yield pattern["name"].format(**slots), facts | {"rack": slots["rack"]}


def _product_of(name: str, facts: Facts, products: Iterable[Facts]) -> Facts:
    if facts["class"] in ("external", "certificate"):
        return {}
    fitting = next((told for told in products if fnmatch(name, told["match"])), {})
    return {key: value for key, value in fitting.items() if key != "match"}


def _place_of(name: str, facts: Facts) -> Facts:
    """Where hardware stands and how it is reached; what runs in a cluster stands nowhere."""
    site = next((site for site in _NETWORKS if site in name.split("-")), "")
    if facts["class"] not in ("server", "network", "hsm") or not site:
        return {}
    rack = len(facts["class"]) + facts.get("rack", 1)
    place = {"location": f"{_PLACES[site]}, rack {rack:02}"} if site in _PLACES else {}
    host = int.from_bytes(facts["class"].encode()) % 60 + 100
    return {
        **place,
        "hostname": f"{name}.cobalto.example",
        "ip_address": f"10.{_NETWORKS[site]}.{host}.{_last_octet(name)}",
    }


def _last_octet(name: str) -> int:
    """From 10 to 249, the same for a name, and another for its neighbour."""
    return sum((at + 1) * ord(char) for at, char in enumerate(name)) % 240 + 10
