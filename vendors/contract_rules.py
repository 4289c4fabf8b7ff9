"""When something may happen to a contract: questions about the record and who had a hand in it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.errors import Reason
from vendors.contract_steps import steps_for, steps_left
from vendors.enums import Clause, ContractStep, Renewal, VendorStatus
from vendors.models import ContractTerm
from vendors.permissions import steps_of

CLEARED = (VendorStatus.APPROVED, VendorStatus.ENGAGED, VendorStatus.EXITING)


def has_document(contract: Any, actor: Any) -> Reason | None:
    return None if contract.documents.exists() else _("its text is not attached")


def clauses_are_answered(contract: Any, actor: Any) -> Reason | None:
    left = len(Clause) - contract.clauses.count()
    text = ngettext_lazy("%(n)s clause is not answered", "%(n)s clauses are not answered", "n")
    return text % {"n": left} if left else None


def is_not_own(contract: Any, actor: Any) -> Reason | None:
    """Whoever drafted a contract, answers for it or pays for it does not approve it, under any
    account."""
    if actor is None:
        return None
    for one in (contract.drafted_by, contract.owner, contract.budget_owner):
        if one is not None and (one.pk == actor.pk or _is_same_person(one, actor)):
            return _("you do not approve a contract of your own")
    return None


def has_a_step_for(contract: Any, actor: Any) -> Reason | None:
    """Something is left that the actor's role approves, and the actor has approved nothing yet."""
    left = left_of(contract)
    if not left:
        return _("every step is approved")
    given = approvals_of_round(contract).select_related("approved_by")
    if any(
        one.approved_by_id == actor.pk or _is_same_person(one.approved_by, actor) for one in given
    ):
        return _("you have approved a step already")
    if not set(left) & set(steps_of(actor)):
        names = ", ".join(str(ContractStep(step).label) for step in left)
        return _("it waits for others: %(steps)s") % {"steps": names}
    return None


def every_step_is_approved(contract: Any, actor: Any) -> Reason | None:
    left = left_of(contract)
    if not left:
        return None
    names = ", ".join(str(ContractStep(step).label) for step in left)
    return _("it is not approved yet by: %(steps)s") % {"steps": names}


def vendor_is_cleared(contract: Any, actor: Any) -> Reason | None:
    """Nobody signs with a vendor whose due diligence nobody approved."""
    if contract.vendor.status in CLEARED:
        return None
    return _("the due diligence of its vendor is not approved")


def has_begun(contract: Any, actor: Any) -> Reason | None:
    if contract.starts_on <= timezone.localdate():
        return None
    return _("it begins on %(day)s") % {"day": contract.starts_on}


def can_renew(contract: Any, actor: Any) -> Reason | None:
    return _("it does not renew") if contract.renewal == Renewal.NONE else None


def has_a_term_to_decide(contract: Any, actor: Any) -> Reason | None:
    return None if term_to_decide(contract) else _("no term waits for a decision")


def is_not_being_decided(contract: Any, actor: Any) -> Reason | None:
    """While a decision with its facts is prepared or waits, nobody decides beside it."""
    term = term_to_decide(contract) if actor is not None else None
    prepared = term.renewals.open().first() if term is not None else None
    return _("%(reference)s decides about it") % {"reference": prepared} if prepared else None


def is_notice_in_time(contract: Any, actor: Any) -> Reason | None:
    """Notice that comes too late ends nothing where the contract renews by itself."""
    term = term_to_decide(contract)
    if term is None or term.notice_on >= timezone.localdate():
        return None
    return _("notice was due on %(day)s") % {"day": term.notice_on}


def term_to_decide(contract: Any) -> ContractTerm | None:
    """The first term that goes on and about whose end nothing is decided for good. One that renewed
    without a decision, or that nobody could stop when the contract came here, is past."""
    today = timezone.localdate()
    since = contract.activated_on or today
    terms = contract.terms.unsettled().filter(ends_on__gte=today, notice_on__gte=since)
    found: ContractTerm | None = terms.order_by("number").first()
    return found


def approvals_of_round(contract: Any) -> Any:
    return contract.approvals.filter(round=contract.round)


def steps_of_contract(contract: Any) -> tuple[str, ...]:
    vendor = contract.vendor
    return steps_for(
        contract.total_value,
        contract.currency,
        vendor.tier,
        could_affect_security=vendor.could_affect_security,
    )


def left_of(contract: Any) -> tuple[str, ...]:
    given = approvals_of_round(contract).values_list("step", flat=True)
    return steps_left(steps_of_contract(contract), given)


def _is_same_person(one: Any, other: Any) -> bool:
    return one.person_id is not None and one.person_id == other.person_id
