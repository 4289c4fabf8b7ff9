"""Who has to approve a contract, by its value and by how much depends on the vendor.

Finance approves every contract; risk those of vendors on whom much depends or who could affect the
security of card data; a senior approver those worth much.
"""

from collections.abc import Iterable
from decimal import Decimal

from vendors.enums import ContractStep, VendorTier

# From which value on a contract is worth much. Of money that is not listed nobody knows: it is.
SENIOR_FROM = {
    "MXN": Decimal(5_000_000),
    "USD": Decimal(250_000),
    "EUR": Decimal(250_000),
    "COP": Decimal(1_000_000_000),
}


def steps_for(
    value: Decimal, currency: str, tier: str, *, could_affect_security: bool
) -> tuple[str, ...]:
    """The steps of a contract, in their order."""
    steps = [ContractStep.FINANCE]
    if tier == VendorTier.STRATEGIC or could_affect_security:
        steps.append(ContractStep.RISK)
    if value >= SENIOR_FROM.get(currency, Decimal(0)):
        steps.append(ContractStep.SENIOR)
    return tuple(steps)


def steps_left(steps: Iterable[str], approved: Iterable[str]) -> tuple[str, ...]:
    """Those that nobody has approved yet."""
    given = set(approved)
    return tuple(step for step in steps if step not in given)
