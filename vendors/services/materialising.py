"""Writes the terms of contracts down, each once."""

from datetime import date, timedelta

from vendors.contract_shape import shape_of
from vendors.enums import ContractStatus
from vendors.models import Contract, ContractTerm
from vendors.terms import terms_until

AHEAD = timedelta(days=3 * 366)
"""So far ahead terms stand written, so that plans and calendars see them coming."""


def materialise(contract: Contract, today: date) -> None:
    """Store the terms that begin until so far ahead. What stands stays: only a draft's terms are
    worked out anew, and those after the last are dropped."""
    if contract.status == ContractStatus.DRAFT:
        contract.terms.all().delete()
    elif contract.last_term is not None:
        contract.terms.filter(number__gt=contract.last_term).delete()
    known = set(contract.terms.values_list("number", flat=True))
    found = terms_until(shape_of(contract), max(today, contract.starts_on) + AHEAD)
    ContractTerm.objects.bulk_create(
        ContractTerm(
            contract=contract,
            number=term.number,
            starts_on=term.starts_on,
            ends_on=term.ends_on,
            notice_on=term.notice_on,
            decision_deadline_on=term.decision_deadline_on,
        )
        for term in found
        if term.number not in known
    )
