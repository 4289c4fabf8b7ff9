"""Two decisions about renewals in the demo world: one is prepared, one waits for others."""

from datetime import datetime, timedelta
from typing import Any

from audit.context import Channel, acting
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from vendors import services
from vendors.enums import ContractStatus
from vendors.models import Contract, RenewalDecision

_WEIGHTS = {"cost": 40, "fit": 20, "risk": 20, "effort": 10, "reversibility": 10}
_OPTIONS = (
    ("renew", (2, 4, 4, 5, 5), "0.00", ""),
    ("replace", (4, 4, 3, 2, 3), "850000.00", "Con migración de tres meses"),
    ("build", (3, 3, 2, 1, 2), "1600000.00", "Un equipo de cuatro durante un año"),
)


def tell_renewals(world: World, base: datetime) -> int:
    """About contracts whose window is open; returns how many."""
    manager = world.users.get("vendor_manager")
    window = Contract.objects.filter(status=ContractStatus.IN_NOTICE_WINDOW)
    waiting = list(window.order_by("pk")[:2])
    if manager is None or RenewalDecision.objects.exists():
        return 0
    for place, contract in enumerate(waiting):
        with in_one_piece(), acting(channel=Channel.DEMO, at=base - timedelta(days=3 - place)):
            _tell(contract, manager, is_submitted=place == 1)
    return len(waiting)


def _tell(contract: Contract, manager: Any, *, is_submitted: bool) -> None:
    told = {
        "option": "replace",
        "reason": "El precio subió más que el mercado y dos competidores cubren lo mismo.",
        "alternatives": "Renovar un año más; construirlo con un equipo propio.",
        "weights": _WEIGHTS,
    }
    decision = services.prepare_renewal(contract, actor=manager, **told)
    for key in decision.facts.filter(is_known=False).values_list("key", flat=True):
        services.comment_on_fact(
            decision, actor=manager, key=key, comment="Sin registros; el proveedor lo confirmó."
        )
    options = [
        {
            "option": option,
            "scores": dict(zip(_WEIGHTS, scores, strict=True)),
            "reversal_cost": cost,
            "note": note,
        }
        for option, scores, cost, note in _OPTIONS
    ]
    services.weigh_options(decision, actor=manager, options=options)
    if is_submitted:
        services.submit_renewal(decision, actor=manager)
