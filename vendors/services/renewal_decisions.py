"""Prepares decisions about renewals, freezes what is known, and carries out what is approved."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from records.services import mask_fields
from vendors.contract_rules import steps_of_contract, term_to_decide
from vendors.contract_workflow import DECIDABLE
from vendors.models import (
    Contract,
    RenewalAlternative,
    RenewalApproval,
    RenewalDecision,
    RenewalFact,
)
from vendors.money import check_amount
from vendors.permissions import may_write_contract, steps_of
from vendors.renewals.enums import RenewalOption, RenewalStatus
from vendors.renewals.facts import read_facts
from vendors.renewals.rules import left_of_renewal
from vendors.renewals.weighing import check_scores, check_weights
from vendors.renewals.workflow import RENEWAL_WORKFLOW
from vendors.services.renewals import renegotiate_contract, renew_contract, terminate_contract

TABLE = "vendors_renewaldecision"
EDITABLE = frozenset(["option", "reason", "alternatives", "weights"])
_CARRIED_OUT = {
    RenewalOption.RENEW: renew_contract,
    RenewalOption.RENEGOTIATE: renegotiate_contract,
    RenewalOption.REDUCE: renegotiate_contract,
    RenewalOption.REPLACE: terminate_contract,
    RenewalOption.BUILD: terminate_contract,
}


def prepare_renewal(contract: Contract, *, actor: Any, **facts: Any) -> RenewalDecision:
    """Begin a decision about the term that waits for one, its facts frozen as of today.

    Refused where no term waits, the contract is not in force, or somebody prepares one already.
    """
    with transaction.atomic(), acting(actor=actor, action="renewaldecision.prepare"):
        row = hold(contract, actor=actor)
        _must_reach(row, actor)
        term = term_to_decide(row) if row.status in DECIDABLE else None
        if term is None:
            raise Refused(_("no term waits for a decision"))
        if term.renewals.open().exists():  # type: ignore[attr-defined]  # -- of our queryset
            raise Refused(_("the term is being decided about already"))
        decision = RenewalDecision(term=term, decided_by=actor)
        _write(decision, facts, actor)
        _freeze(decision)
    return decision


def edit_renewal(
    decision: RenewalDecision, *, actor: Any, version: int | None = None, **changes: Any
) -> RenewalDecision:
    """Say what is proposed and why, and how much each criterion counts."""
    with _preparing(decision, "edit", actor, version) as row:
        _write(row, changes, actor)
    return row


def freeze_facts(decision: RenewalDecision, *, actor: Any) -> RenewalDecision:
    """Read every registered fact anew and keep it as it stands today, with a hash over all. What
    was commented on is commented on anew."""
    with _preparing(decision, "freeze", actor) as row:
        _freeze(row)
    return row


def comment_on_fact(
    decision: RenewalDecision, *, actor: Any, key: str, comment: str
) -> RenewalDecision:
    """Say what to think of a fact; needed where nothing is known."""
    with _preparing(decision, "comment", actor) as row:
        fact = row.facts.filter(key=key).first()
        if fact is None:
            raise ValidationError({"fact": _("There is no such fact.")})
        said = mask_fields(TABLE, {"comment": comment}, actor=actor, reference=row.reference)
        fact.comment = said["comment"].strip()
        fact.full_clean(exclude=["decision", "value", "rows", "sentences"])
        fact.save()
    return row


def weigh_options(
    decision: RenewalDecision, *, actor: Any, options: Iterable[Mapping[str, Any]]
) -> RenewalDecision:
    """Write the comparison anew: each option with its points, a note and what it costs to go back.
    ValidationError for points that are none, amounts that the currency has not, options twice."""
    with _preparing(decision, "weigh", actor) as row:
        row.weighed.all().delete()
        for told in options:
            cost = told.get("reversal_cost")
            if cost is not None:
                check_amount(Decimal(cost), row.term.contract.currency)
            check_scores(told["scores"])
            note = {"note": told.get("note", "")}
            said = mask_fields(TABLE, note, actor=actor, reference=row.reference)
            one = RenewalAlternative(
                decision=row,
                option=told["option"],
                scores=dict(told["scores"]),
                reversal_cost=cost,
                **said,
            )
            one.full_clean(exclude=["decision"])
            one.save()
    return row


def submit_renewal(decision: RenewalDecision, *, actor: Any, note: str = "") -> RenewalDecision:
    """Ask others to approve it: those who would approve a contract of this value with this
    vendor."""
    with _step(decision, "submit", actor, note) as row:
        row.steps = list(steps_of_contract(row.term.contract))
        row.round += 1
    return row


def approve_renewal(decision: RenewalDecision, *, actor: Any, note: str = "") -> RenewalDecision:
    """Approve the first step left that is the actor's. The last approval carries it out: the
    contract renews, is renegotiated or terminated, or the refusal of that is raised."""
    with _step(decision, "approve", actor, note) as row:
        mine = next(one for one in left_of_renewal(row) if one in steps_of(actor))
        told = mask_fields(TABLE, {"note": note}, actor=actor, reference=row.reference)
        RenewalApproval.objects.create(
            decision=row,
            round=row.round,
            step=mine,
            approved_by=actor,
            approved_at=told_moment(),
            content_sha256=content_of(row),
            **told,
        )
        if not left_of_renewal(row):
            row.status = RENEWAL_WORKFLOW.check(row, "conclude", None).target
            carry_out = _CARRIED_OUT[RenewalOption(row.option)]
            reason = f"{row.reference}: {row.reason}"[:2_000]
            carry_out(row.term.contract, actor=None, note=reason, decided_by=row.decided_by)
    return row


def return_renewal(decision: RenewalDecision, *, actor: Any, note: str) -> RenewalDecision:
    """Give it back to be prepared anew; what was approved counts no more."""
    with _step(decision, "return", actor, _said(note)) as row:
        pass
    return row


def withdraw_renewal(decision: RenewalDecision, *, actor: Any, note: str) -> RenewalDecision:
    """It is not decided like this. The term waits on."""
    with _step(decision, "withdraw", actor, _said(note)) as row:
        pass
    return row


def content_of(decision: RenewalDecision) -> str:
    """What is approved, in one number: the proposal, the options, the facts and the comments."""
    content = {name: getattr(decision, name) for name in sorted(EDITABLE)}
    content["facts"] = [decision.facts_sha256, str(decision.facts_on)]
    content["comments"] = [[one.key, one.comment] for one in decision.facts.all()]
    content["weighed"] = [
        [one.option, one.note, one.scores, str(one.reversal_cost)] for one in decision.weighed.all()
    ]
    return _hash(content)


def _freeze(row: RenewalDecision) -> None:
    today = timezone.localdate(told_moment())
    contract = row.term.contract
    row.facts.all().delete()
    facts = []
    for key, fact in read_facts(contract, on=today).items():
        sentences = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                sentences[language] = str(fact.sentence)
        facts.append(
            RenewalFact(
                decision=row,
                key=key,
                is_known=fact.known,
                value=dict(fact.value),
                rows=[dict(one) for one in fact.rows],
                sentences=sentences,
            )
        )
    RenewalFact.objects.bulk_create(facts)
    row.facts_on = today
    row.facts_sha256 = _hash(
        [[one.key, one.is_known, one.value, one.rows, one.sentences] for one in facts]
    )
    row.save()
    row.refresh_from_db()


def _write(row: RenewalDecision, changes: dict[str, Any], actor: Any) -> None:
    texts = ("reason", "alternatives")
    told: dict[str, str] = {name: changes[name].strip() for name in texts if name in changes}
    masked = mask_fields(TABLE, told, actor=actor, reference=row.reference if row.pk else "")
    if "weights" in changes:
        check_weights(changes["weights"])
    store(row, {**changes, **masked}, actor=actor, editable=EDITABLE)


def _hash(content: Any) -> str:
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _said(note: str) -> str:
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    return note


def _must_reach(contract: Contract, actor: Any, *verbs: str) -> None:
    country = contract.vendor.country
    if not any(may_write_contract(actor, verb, country) for verb in verbs or ("change",)):
        raise NotAllowed(_("your role does not reach this vendor's country"))


@contextmanager
def _preparing(
    decision: RenewalDecision, verb: str, actor: Any, version: int | None = None
) -> Iterator[RenewalDecision]:
    with transaction.atomic(), acting(actor=actor, action=f"renewaldecision.{verb}"):
        row = hold(decision, actor=actor, version=version)
        _must_reach(row.term.contract, actor)
        if row.status != RenewalStatus.DRAFT:
            raise Refused(_("the decision is not being prepared any more"))
        yield row


@contextmanager
def _step(
    decision: RenewalDecision, action: str, actor: Any, note: str
) -> Iterator[RenewalDecision]:
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=decision.reference)
    name = f"renewaldecision.{action}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(decision, actor=actor)
        target = RENEWAL_WORKFLOW.check(row, action, actor).target
        verbs = {"approve": ("approve",), "return": ("approve", "change")}
        _must_reach(row.term.contract, actor, *verbs.get(action, ()))
        row.status = target
        yield row
        row.save()
        row.refresh_from_db()
