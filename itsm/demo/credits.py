"""Service credits in the demo world: three clauses, and claims of the last months in every state.

What vendors breached is what the world's incidents and clocks say; where a month brings nothing by
a clause, nothing is claimed.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from audit.context import Channel, acting
from core.errors import Refused
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from vendors import services
from vendors.credits.enums import CreditMeasure
from vendors.models import Contract, CreditClaim, CreditClause
from vendors.scorecards.periods import later

_TIERS = [["99.95", "5"], ["99.5", "10"], ["99.0", "25"]]
_CLAUSES: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "Conmutación de tarjetas",
        {
            "name": "Disponibilidad del conmutador", "place": "Anexo 3, 4.2",
            "measure": CreditMeasure.AVAILABILITY, "tiers": _TIERS, "cap_percent": Decimal(30),
        },
    ),
    (
        "Colocación de racks",
        {
            "name": "Hora de interrupción", "place": "Anexo B, 7",
            "measure": CreditMeasure.OUTAGE_HOURS, "unit_percent": Decimal("1.5"),
            "cap_percent": Decimal(20),
        },
    ),
    (
        "Procesamiento emisor",
        {
            "name": "Interrupción prorrateada", "place": "Cláusula 12.4",
            "measure": CreditMeasure.OUTAGE_HOURS, "unit_amount": Decimal("8500.00"),
            "counting": "pro_rata", "cap_percent": Decimal(15),
        },
    ),
)  # fmt: skip
_MONTHS = 6
_FATES = (
    *("credited", "disputed", "accepted", "sent", "written_off", "withdrawn", "agreed", "drafted"),
)


def tell_credits(world: World, base: datetime) -> int:
    """The clauses, then month by month what is owed; returns how many claims there are."""
    manager, finance = world.users.get("vendor_manager"), world.users.get("finance")
    if manager is None or finance is None or CreditClause.objects.exists():
        return 0
    with in_one_piece(), acting(channel=Channel.DEMO, at=base - timedelta(days=180)):
        clauses = [
            services.add_credit_clause(contract, actor=manager, **facts)
            for title, facts in _CLAUSES
            if (contract := Contract.objects.filter(title=title).first()) is not None
        ]
    told = 0
    for month in _months(timezone.localdate(base)):
        at = datetime(month.year, month.month, 3, 11, 15, tzinfo=base.tzinfo)
        for clause in clauses:
            with in_one_piece():
                told += _tell(clause, later(month, -1), min(at, base), base, told, world)
    return CreditClaim.objects.count()


def _months(today: date) -> Iterator[date]:
    """Those on whose third day the month before was claimed, the oldest first."""
    for back in range(_MONTHS - 1, -1, -1):
        first = later(today.replace(day=1), -back)
        if first + timedelta(days=2) <= today:
            yield first


def _tell(
    clause: CreditClause, month: date, at: datetime, base: datetime, number: int, world: World
) -> int:
    manager = world.users["vendor_manager"]
    try:
        with acting(channel=Channel.DEMO, at=at):
            claim = services.draft_claim(clause, actor=manager, month=month)
    except Refused:  # nothing was owed, or it was not in force yet
        return 0
    _go_on(claim, _FATES[number % len(_FATES)], at, base, world)
    return 1


def _go_on(claim: CreditClaim, fate: str, at: datetime, base: datetime, world: World) -> None:
    """As far as its fate, a few days after each other and never later than now."""
    manager, finance = world.users["vendor_manager"], world.users["finance"]

    def after(days: int) -> Any:
        return acting(channel=Channel.DEMO, at=min(at + timedelta(days=days), base))

    if fate == "drafted":
        return
    with after(2):
        if fate == "withdrawn":
            services.withdraw_claim(claim, actor=manager, note="La ventana estaba acordada")
            return
        due_on = timezone.localdate(min(at + timedelta(days=2), base)) + timedelta(days=30)
        to = "Gerencia de servicio del proveedor"
        claim = services.send_claim(claim, actor=manager, sent_to=to, due_on=due_on)
    if fate == "sent":
        return
    if fate in ("disputed", "written_off", "agreed"):
        with after(9):
            why = "Dice que una parte fue de la red de un tercero"
            claim = services.dispute_claim(claim, actor=manager, note=why)
    with after(16):
        if fate == "written_off":
            services.write_off_claim(claim, actor=finance, note="Cuesta más reclamarlo")
        elif fate == "agreed":
            half = (claim.amount / 2).quantize(Decimal("0.01"))
            services.accept_claim(claim, actor=manager, amount=half, note="Se acordó la mitad")
        elif fate in ("accepted", "credited"):
            claim = services.accept_claim(claim, actor=manager)
    if fate == "credited":
        with after(20):
            _credit(claim, finance, min(at + timedelta(days=20), base))


def _credit(claim: CreditClaim, finance: Any, at: datetime) -> None:
    contract = claim.clause.contract
    note = services.record_invoice(
        actor=finance, kind="credit_note", number=f"NC-{claim.pk:04}", vendor=contract.vendor,
        entity=contract.entity, contract=contract, currency=claim.currency, amount=claim.amount,
        issued_on=timezone.localdate(at), cost_centre="TI-100", category="processing",
    )  # fmt: skip
    services.settle_claim(claim, actor=finance, invoice=note)
