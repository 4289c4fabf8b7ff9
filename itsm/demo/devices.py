"""Laptops, telephones and keys: who got which when, what they said, and what lies in stock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache

from django.utils import timezone
from django.utils.translation import override

from assets.enums import Condition, PciScope
from assets.models import Asset
from assets.services import (
    accept_asset,
    add_asset,
    check_in_asset,
    check_out_asset,
    decline_asset,
)
from audit.context import Channel, acting
from itsm.demo.crew import COLLEAGUES
from itsm.demo.estate import Facts, read_estate
from itsm.demo.founding import BEGINNING
from people.demo_cast import DEMO_PEOPLE
from people.models import Team, User
from vendors.models import Vendor

GIVER = "admin"
_WITHOUT = {"auditor", "norole"}  # one brings his own, the other gets his today
_COLOMBIAN = ("wallet-co", "platform-co", "cab-co")


@dataclass(frozen=True)
class Device:
    """One device and its story; `holder` is empty for what never left the stock."""

    name: str
    kind: Facts
    number: int
    holder: str = ""
    state: str = "held"

    @property
    def given_at(self) -> datetime:
        """A working hour in the year after the beginning; what is only offered, yesterday."""
        if self.state == "offered":
            return timezone.now() - timedelta(hours=19)
        day = BEGINNING.date() + timedelta(days=11 * self.number % 360)
        return datetime.combine(day, time(16, self.number % 60), UTC)


@cache
def all_devices() -> tuple[Device, ...]:
    """Every device, in the order in which it was bought."""
    return tuple(device for kind in read_estate().devices.values() for device in _of_kind(kind))


def bring_devices(devices: Sequence[Device]) -> None:
    """Add them and hand them out, each at its time."""
    users = {user.username: user for user in User.objects.select_related("person")}
    team = Team.objects.get(slug="workplace")
    vendor = Vendor.objects.get(name="Sistemas Altiplano")
    for device in devices:
        with acting(channel=Channel.DEMO, at=BEGINNING):
            asset = _add(device, team, vendor)
        if device.holder:
            _hand_out(asset, device, users[device.holder], users[GIVER])


def _of_kind(kind: Facts) -> Iterator[Device]:
    """Those of people, then what came back, what is offered today, and the rest in stock."""
    people = kind.get("for") or [
        name for name in (*DEMO_PEOPLE, *COLLEAGUES) if name not in _WITHOUT
    ]
    states = [(name, "held") for name in people]
    if "for" not in kind:  # laptops
        states += [("dzepeda", "worn"), ("lmireles", "damaged"), ("hesparza", "declined")]
        states += [("norole", "offered"), ("agent_l1", "offered")]
    states += [("", "stock")] * kind["more"]
    for number, (holder, state) in enumerate(states, 1):
        yield Device(kind["name"].format(n=number), kind, number, holder, state)


def _add(device: Device, team: Team, vendor: Vendor) -> Asset:
    kind = device.kind
    bought_on = BEGINNING.date() + timedelta(days=9 * device.number % 300)
    return add_asset(
        actor=None,
        name=device.name,
        asset_class=kind["class"],
        pci_scope=PciScope.OUT_OF_SCOPE,
        data_residency="CO" if _is_in_colombia(device.holder) else "MX",
        owner_team=team,
        vendor=vendor,
        manufacturer=kind["manufacturer"],
        product=kind["product"],
        serial_number=kind["serial"].format(n=10_407 + 37 * device.number),
        warranty_until=bought_on + timedelta(days=3 * 365),
    )


def _hand_out(asset: Asset, device: Device, holder: User, giver: User) -> None:
    at = device.given_at
    with acting(channel=Channel.DEMO, at=at):
        note = device.kind["note"]
        given = check_out_asset(asset, actor=giver, holder=holder, note=note, at=at)
    if device.state == "offered":
        return
    at += timedelta(minutes=35 + 7 * device.number)
    with acting(channel=Channel.DEMO, at=at), override("es-mx"):
        if device.state == "declined":
            decline_asset(given, actor=holder, note="Ya tengo equipo, es de otra área.", at=at)
            return
        given = accept_asset(given, actor=holder, at=at)
    if device.state != "held":
        at += timedelta(days=200)
        condition = Condition.WORN if device.state == "worn" else Condition.DAMAGED
        with acting(channel=Channel.DEMO, at=at):
            note = "Entregado al recibir el equipo nuevo."
            check_in_asset(given, actor=giver, condition=condition, note=note, at=at)


def _is_in_colombia(username: str) -> bool:
    colleague = COLLEAGUES.get(username)
    return username == "outsider" or bool(colleague and colleague.team in _COLOMBIAN)
