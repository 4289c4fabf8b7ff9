"""Who hears that a decision about a contract is due, and who may still see it then."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from notifications.enums import MessageKind
from notifications.services import notify
from vendors.models import Contract, ContractTerm


def tell_of_decision(contract: Contract, term: ContractTerm, key: str, *, is_late: bool) -> None:
    """The owner; the budget owner too once it is late to think about it."""
    people = [contract.owner, contract.budget_owner if is_late else None]
    for person in people:
        if person is not None and person.is_active:
            is_owner = person == contract.owner
            kind = MessageKind.CONTRACT_TO_DECIDE if is_owner else MessageKind.CONTRACT_UNDECIDED
            notify(
                [person],
                kind,
                reference=contract.reference,
                context={
                    "reference": contract.reference,
                    "title": contract.title,
                    "due_at": _end_of(term).isoformat(),
                    "path": f"/vendors/contract/{contract.pk}/change/",
                },
                key=f"{contract.reference}:{term.number}:{key}",
            )


def may_see_contract(user: Any, reference: str) -> bool:
    """Whether a person may see the contract a message is about; asked just before sending."""
    return Contract.objects.visible_to(user).filter(reference=reference).exists()


def _end_of(term: ContractTerm) -> datetime:
    return timezone.make_aware(datetime.combine(term.decision_deadline_on, time(23, 59)))
