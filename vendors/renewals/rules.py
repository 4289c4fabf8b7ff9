"""When something may happen to a decision about a renewal."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.errors import Reason
from vendors.contract_rules import is_not_own, term_to_decide
from vendors.contract_steps import steps_left
from vendors.enums import ContractStep
from vendors.permissions import steps_of
from vendors.renewals.enums import RenewalOption

LEAVING = (RenewalOption.REPLACE, RenewalOption.BUILD)


def term_waits(decision: Any, actor: Any) -> Reason | None:
    if term_to_decide(decision.term.contract) == decision.term:
        return None
    return _("the term does not wait for a decision any more")


def says_what_and_why(decision: Any, actor: Any) -> Reason | None:
    if decision.option and decision.reason and decision.alternatives:
        return None
    return _("decision, reason and alternatives are needed")


def facts_are_frozen(decision: Any, actor: Any) -> Reason | None:
    return None if decision.facts_sha256 else _("the facts are not frozen")


def unknowns_are_explained(decision: Any, actor: Any) -> Reason | None:
    left = decision.facts.filter(is_known=False, comment="").count()
    text = ngettext_lazy(
        "%(n)s fact is not known and not commented on",
        "%(n)s facts are not known and not commented on",
        "n",
    )
    return text % {"n": left} if left else None


def leaving_is_weighed(decision: Any, actor: Any) -> Reason | None:
    """To build or to buy elsewhere is compared with staying, with what it costs to go back."""
    if decision.option not in LEAVING:
        return None
    weighed = {one.option: one for one in decision.weighed.all()}
    chosen = weighed.get(decision.option)
    if decision.weights and len(weighed) > 1 and chosen and chosen.reversal_cost is not None:
        return None
    return _("the options are not weighed, with what it costs to go back")


def is_by_another(decision: Any, actor: Any) -> Reason | None:
    """Whoever prepared it, and those whose contract it is, do not approve it."""
    if actor is None:
        return None
    one = decision.decided_by
    if one.pk == actor.pk or (one.person_id is not None and one.person_id == actor.person_id):
        return _("you do not approve a decision of your own")
    return is_not_own(decision.term.contract, actor)


def has_a_renewal_step_for(decision: Any, actor: Any) -> Reason | None:
    left = left_of_renewal(decision)
    if not left:
        return _("every step is approved")
    if approvals_in_round(decision).filter(approved_by=actor).exists():
        return _("you have approved a step already")
    if not set(left) & set(steps_of(actor)):
        names = ", ".join(str(ContractStep(step).label) for step in left)
        return _("it waits for others: %(steps)s") % {"steps": names}
    return None


def every_renewal_step_is_approved(decision: Any, actor: Any) -> Reason | None:
    left = left_of_renewal(decision)
    if not left:
        return None
    names = ", ".join(str(ContractStep(step).label) for step in left)
    return _("it is not approved yet by: %(steps)s") % {"steps": names}


def approvals_in_round(decision: Any) -> Any:
    return decision.approvals.filter(round=decision.round)


def left_of_renewal(decision: Any) -> tuple[str, ...]:
    given = approvals_in_round(decision).values_list("step", flat=True)
    return steps_left(decision.steps, given)
