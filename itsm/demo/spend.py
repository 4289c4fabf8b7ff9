"""Two years of spend in the demo world: budgets, invoices, rates of exchange and savings."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from audit.context import Channel, acting
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from people.models import Subsidiary
from vendors import services
from vendors.models import Budget, Invoice
from vendors.services.budgets import Line

# Vendor, cost centre, category, currency, planned a month, and how much is billed beside the plan.
_SPEND = (
    ("Red Andamio", "TI-100", "processing", "MXN", 1_070_000, 1.02),
    ("Procesadora Mirador", "TI-100", "processing", "MXN", 820_000, 0.97),
    ("Nube Cóndor", "TI-200", "cloud", "USD", 34_000, 1.14),
    ("Altamira Centros de Datos", "TI-200", "cloud", "MXN", 415_000, 1.0),
    ("Atalaya Riesgo", "TI-300", "services", "MXN", 210_000, 1.05),
    ("Rostro Fiel", "TI-300", "services", "MXN", 95_000, 1.21),
    ("Buró Lumbre", "TI-300", "services", "MXN", 160_000, 0.9),
    ("Tezontle Telecom", "TI-200", "telecom", "MXN", 162_000, 1.01),
    ("Cajeros Ramal", "TI-400", "support", "MXN", 435_000, 1.08),
    ("Voz Clara", "TI-400", "telecom", "MXN", 65_000, 0.95),
    ("Mensavía", "TI-400", "telecom", "MXN", 75_000, 1.3),
    ("Plásticos Obsidiana", "TI-400", "other", "MXN", 185_000, 0.98),
)
_RATE = Decimal("17.20")


def tell_spend(world: World, seed: int, base: datetime) -> int:
    """The year before and the running one; returns how many invoices there are."""
    manager, finance = world.users.get("vendor_manager"), world.users.get("finance")
    if manager is None or finance is None or Budget.objects.exists():
        return 0
    entity = Subsidiary.objects.get(country="MX")
    today = timezone.localdate(base)
    luck = Random(f"{seed}:spend")  # noqa: S311 -- a repeatable world, no secret
    for year in (today.year - 1, today.year):
        begins = datetime(year, 1, 1, 15, tzinfo=base.tzinfo)
        with in_one_piece():
            _budget(world, entity, year, begins - timedelta(days=20), manager, finance)
        for month in _months(year, today):
            at = datetime(month.year, month.month, 3, 16, tzinfo=base.tzinfo)
            with in_one_piece(), acting(channel=Channel.DEMO, at=min(at, base)):
                _bill_month(world, entity, month, today, luck)
    with in_one_piece(), acting(channel=Channel.DEMO, at=base):
        services.commit_payments(entity, actor=manager)
        services.forecast_anew(Budget.objects.get(year=today.year), actor=manager)
        _savings(entity, manager, finance)
    return Invoice.objects.count()


def _budget(
    world: World, entity: Subsidiary, year: int, at: datetime, manager: Any, finance: Any
) -> None:
    with acting(channel=Channel.DEMO, at=at):
        budget = services.draft_budget(
            actor=manager, entity=entity, title=f"Plataforma de pagos {year}", year=year,
            currency="MXN",
        )  # fmt: skip
        lines = [
            Line(date(year, month, 1), centre, category, Decimal(planned), currency,
                 world.vendors[vendor])
            for month in range(1, 13)
            for vendor, centre, category, currency, planned, _share in _SPEND
        ]  # fmt: skip
        services.plan_lines(budget, actor=manager, lines=lines)
        budget = services.submit_budget(budget, actor=manager)
        services.approve_budget(budget, actor=finance)


def _months(year: int, today: date) -> Iterator[date]:
    for month in range(1, 13):
        if date(year, month, 1) <= today:
            yield date(year, month, 1)


def _bill_month(world: World, entity: Subsidiary, month: date, today: date, luck: Random) -> None:
    """What dollars were worth, and an invoice of each vendor; those of a running month may lack."""
    rate = (_RATE + Decimal(luck.randint(-90, 120)) / 100).quantize(Decimal("0.0001"))
    services.record_rate(
        actor=world.users["finance"], on=month, base="USD", quote="MXN", rate=rate,
        source="Banxico FIX",
    )  # fmt: skip
    for number, (vendor, centre, category, currency, planned, share) in enumerate(_SPEND, 1):
        issued_on = month.replace(day=2 + number)
        if issued_on > today:
            continue
        billed = Decimal(round(planned * share * luck.uniform(0.96, 1.04), 2))
        services.record_invoice(
            actor=world.users["vendor_manager"], number=f"F{month:%y%m}-{number:02}",
            vendor=world.vendors[vendor], entity=entity, currency=currency,
            amount=billed.quantize(Decimal("0.01")), issued_on=issued_on, cost_centre=centre,
            category=category,
        )  # fmt: skip


def _savings(entity: Subsidiary, manager: Any, finance: Any) -> None:
    """One that is an idea, one on the way, one that finance verified."""
    told = (
        ("Apagar de noche los ambientes de prueba", "La mitad de la nube de pruebas duerme.", 900),
        ("Un solo proveedor de enlaces", "Dos contratos cubren los mismos sitios.", 480),
        ("Menos consultas de buró repetidas", "Una de cada cinco se repite en el día.", 310),
    )
    for place, (title, hypothesis, thousands) in enumerate(told):
        saving = services.propose_saving(
            actor=manager, title=title, hypothesis=hypothesis, entity=entity, currency="MXN",
            expected=Decimal(thousands * 1000),
        )  # fmt: skip
        if place:
            saving = services.start_saving(saving, actor=manager)
        if place == 2:
            services.verify_saving(
                saving, actor=finance, verified=Decimal(268_000), note="Facturas de seis meses"
            )
