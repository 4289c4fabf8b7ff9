"""States what needs what, and founds the many assets that look alike: nodes, switches, replicas,
certificates, staging, and what people carry.

The portal serves before they are there: the job that fills the world brings them, in batches.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from assets.models import Asset, Service
from assets.services import add_dependency
from audit.context import Channel, acting
from itsm.demo.devices import all_devices, bring_devices
from itsm.demo.estate import needs_of, read_estate
from itsm.demo.founding import BEGINNING, SINCE, add_demo_asset
from itsm.demo.piece import in_one_piece
from people.models import Team
from records.progress import Progress
from vendors.models import Vendor

BATCH = 20

type Need = tuple[str, str, str]
"""(who needs, how, what): the first is an asset, or a service in front of a colon."""


@cache
def _parts() -> tuple[tuple[Callable[[Sequence[Any]], None], Sequence[Any]], ...]:
    """What is brought, in this order, and how."""
    estate = read_estate()
    of_services = [(f"{label}:", "uses", needed) for label, needed in estate.needs_of_services()]
    return (
        (_relate, [*of_services, *needs_of(estate.assets)]),
        (_add, list(estate.fleet)),
        (_relate, list(needs_of(estate.fleet))),
        (bring_devices, all_devices()),
    )


def fleet_size() -> int:
    """How many assets and dependencies this brings, as the progress counts them."""
    return sum(len(things) for _bring, things in _parts())


def found_fleet(progress: Progress) -> None:
    """Bring what is missing, in batches of which each commits with its progress."""
    start = 0
    for bring, things in _parts():
        while start <= progress.done < start + len(things):
            at = progress.done - start
            batch = things[at : at + BATCH]
            with in_one_piece(), acting(channel=Channel.DEMO, at=BEGINNING):
                bring(batch)
                progress.advance(len(batch))
        start += len(things)


def _add(names: Sequence[str]) -> None:
    fleet = read_estate().fleet
    teams = {team.slug: team for team in Team.objects.all()}
    vendors = {vendor.name: vendor for vendor in Vendor.objects.all()}
    for name in names:
        add_demo_asset(name, fleet[name], teams, vendors)


def _relate(needs: Sequence[Need]) -> None:
    named = {name for needing, _kind, needed in needs for name in (needing, needed)}
    found = Asset.objects.filter(name__in=named).select_related("owner_team")
    assets = {asset.name: asset for asset in found}
    services = {service.label: service for service in Service.objects.all()}
    for needing, kind, needed in needs:
        label, is_service, _rest = needing.partition(":")
        side = {"service": services[label]} if is_service else {"asset": assets[needing]}
        add_dependency(actor=None, kind=kind, needs=assets[needed], starts_on=SINCE, **side)
