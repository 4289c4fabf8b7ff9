"""What others are working on because of a service or an asset: apps above register where it is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assets.models import Asset, Service
from core.registry import Registry


@dataclass(frozen=True)
class OpenWork:
    """One kind of work, such as incidents; both start from what the person sees."""

    count: Callable[
        [Iterable[int], Iterable[int], Any], tuple[Mapping[int, int], Mapping[int, int]]
    ]
    """`(service ids, asset ids, user)` -> how much is open, by service and by asset."""

    panel: Callable[[Service | Asset, Any], Any]
    """`(record, user)` -> the tab that lists it (`core.admin.Panel`), or None."""


OPEN_WORK: Registry[OpenWork] = Registry("open work")


def count_open_work(keys: Iterable[tuple[str, int]], user: Any) -> dict[tuple[str, int], int]:
    """How much is open, by what it is about; nothing is left out of the mapping."""
    keys = list(keys)
    services = [pk for kind, pk in keys if kind == "service"]
    assets = [pk for kind, pk in keys if kind == "asset"]
    found: dict[tuple[str, int], int] = {}
    for _name, work in OPEN_WORK:
        for kind, counts in zip(
            ("service", "asset"), work.count(services, assets, user), strict=True
        ):
            for pk, count in counts.items():
                found[kind, pk] = found.get((kind, pk), 0) + count
    return found


def panels_of_open_work(record: Service | Asset, user: Any) -> list[Any]:
    """The tabs of a service or an asset about what is open because of it."""
    made = (work.panel(record, user) for _name, work in OPEN_WORK)
    return [panel for panel in made if panel is not None]
