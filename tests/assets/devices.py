"""Devices for tests, handed out by the real road."""

from itertools import count
from typing import Any

from assets import services
from assets.models import Asset, HandOut
from tests.factories import an_asset

_numbers = count(1)


def a_device(cast: Any, **given: Any) -> Asset:
    """A laptop of core-platform, which service_owner looks after."""
    number = next(_numbers)
    facts = {
        "name": f"laptop-{number}",
        "asset_class": "laptop",
        "pci_scope": "out",
        "serial_number": f"SN-{number:05}",
    }
    return an_asset(cast, **facts | given)


def a_hand_out(cast: Any, **given: Any) -> HandOut:
    """A laptop that service_owner handed out to agent_l1, who has not answered yet."""
    how = {name: given.pop(name) for name in ("due_on", "note", "at") if name in given}
    holder = given.pop("holder", cast.agent_l1)
    actor = given.pop("actor", cast.service_owner)
    return services.check_out_asset(a_device(cast, **given), actor=actor, holder=holder, **how)
