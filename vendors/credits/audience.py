"""Who hears that a claim was drafted, and who may still see it then."""

from typing import Any

from notifications.enums import MessageKind
from notifications.services import notify
from vendors.models import CreditClaim


def tell_of_claim(claim: CreditClaim) -> None:
    """The owner of the contract."""
    contract = claim.clause.contract
    if contract.owner.is_active:
        notify(
            [contract.owner],
            MessageKind.CREDIT_DRAFTED,
            reference=claim.reference,
            context={
                "reference": claim.reference,
                "title": contract.title,
                "path": f"/vendors/creditclaim/{claim.pk}/change/",
            },
            key=f"{claim.reference}:drafted",
        )


def may_see_claim(user: Any, reference: str) -> bool:
    """Whether a person may see the claim a message is about; asked just before sending."""
    return CreditClaim.objects.visible_to(user).filter(reference=reference).exists()
