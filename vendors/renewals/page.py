"""The tables on the page of a decision about a renewal: facts, options, approvals."""

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.admin import Panel
from core.querysets import visible_rows
from core.showing import NOTHING, badge, link, listed, shown
from vendors.enums import ContractStep
from vendors.models import Contract, RenewalDecision, RenewalFact
from vendors.money import written
from vendors.renewals.enums import RenewalCriterion
from vendors.renewals.facts import FACTS
from vendors.renewals.lists import status_badge
from vendors.renewals.rules import approvals_in_round
from vendors.renewals.weighing import points

TABLE = "portal/table.html"
MOST_LINKS = 3


def facts_panel(decision: RenewalDecision, button: Callable[[str], Any] | None) -> Panel:
    """What was known on the day of the facts, in the reader's language; `button` makes the one to
    comment on a fact."""
    titles = {key: source.title for key, source in FACTS}
    found = list(decision.facts.order_by("pk"))
    rows = [
        (
            titles.get(fact.key, fact.key),
            _sentence(fact),
            _leads(fact),
            fact.comment,
            *([button(fact.key)] if button else []),
        )
        for fact in found
    ]
    columns = [
        *(_("fact"), _("what is known"), _("made of"), _("comment")),
        *([_("actions")] if button else []),
    ]
    note = _("As of %(day)s, with a hash over all of it.") % {"day": shown(decision.facts_on)}
    content = {"columns": columns, "rows": rows, "note": note}
    return Panel("facts", _("Facts"), TABLE, content, len(rows))


def options_panel(decision: RenewalDecision, button: Callable[[str], Any] | None) -> Panel:
    """The options beside each other, the best first; below, criterion by criterion."""
    currency = decision.term.contract.currency
    found = [(points(decision.weights, one.scores), one) for one in decision.weighed.all()]
    found.sort(key=lambda pair: (-(pair[0] or 0), pair[1].pk))
    rows: list[tuple[Any, ...]] = []
    if found:
        totals = [NOTHING if total is None else f"{total:f}" for total, _one in found]
        options = [one for _total, one in found]
        rows = [
            *(
                (_criterion(decision, criterion), *(one.scores.get(criterion) for one in options))
                for criterion in RenewalCriterion
            ),
            (capfirst(_("weighted points")), *totals),
            (
                capfirst(_("reversal cost")),
                *(written(one.reversal_cost, currency) for one in options),
            ),
            (capfirst(_("note")), *(one.note for one in options)),
        ]
        if button:
            rows.append((capfirst(_("actions")), *(button(one.option) for one in options)))
    columns = [_("criterion"), *(_option(decision, one) for _total, one in found)]
    nothing = _("No options are weighed. Leaving the vendor needs it.")
    content = {"columns": columns, "rows": rows, "nothing": nothing}
    return Panel("options", _("Options"), TABLE, content, len(rows))


def approvals_panel(decision: RenewalDecision) -> Panel:
    """The steps of the round that runs, and who approved them."""
    approvals = approvals_in_round(decision).select_related("approved_by__person")
    given = {one.step: one for one in approvals}
    rows = []
    for step in decision.steps:
        one = given.get(step)
        done = badge(_("Approved"), "green") if one else badge(_("Waits"), "blue")
        who = one.approved_by.get_full_name() if one else None
        at = one.approved_at if one else None
        rows.append((ContractStep(step).label, done, who, at, one.note if one else ""))
    columns = [_("step"), _("state"), _("approved by"), _("approved at"), _("note")]
    content = {
        "columns": columns,
        "rows": rows,
        "nothing": _("Its steps follow from the contract's value and vendor when it is submitted."),
    }
    return Panel("approvals", _("Approvals"), TABLE, content, len(given))


def contract_panel(contract: Contract, user: Any) -> Panel | None:
    """The decisions on a contract's page, for who reads them."""
    seen = visible_rows(RenewalDecision, user).filter(term__contract=contract)
    found = seen.select_related("term", "decided_by__person").order_by("-pk")
    rows = [
        (
            link(one, one.reference),
            one.term.number,
            one.get_option_display(),
            status_badge(one),
            one.decided_by.get_full_name(),
        )
        for one in found
    ]
    if not rows:
        return None
    columns = [_("decision"), _("term"), _("option"), _("status"), _("decided by")]
    content = {"columns": columns, "rows": rows}
    return Panel("renewals", _("Renewal decisions"), TABLE, content, len(rows))


def _sentence(fact: RenewalFact) -> Any:
    if not fact.is_known:
        return badge(_("Not known"), "" if fact.comment else "orange")
    return fact.sentences.get(get_language() or "en") or fact.sentences.get("en", "")


def _leads(fact: RenewalFact) -> Any:
    """Into what the fact was made of, the first of it."""
    led = {row["path"]: row.get("name") or row["path"] for row in fact.rows if row.get("path")}
    links = [
        format_html('<a href="{}">{}</a>', path, name)
        for path, name in list(led.items())[:MOST_LINKS]
    ]
    return listed(links) if links else len(fact.rows) or ""


def _option(decision: RenewalDecision, one: Any) -> Any:
    label = str(one.get_option_display())
    if one.option == decision.option:
        return _("%(option)s (proposed)") % {"option": label}
    return label


def _criterion(decision: RenewalDecision, criterion: RenewalCriterion) -> Any:
    weight = decision.weights.get(criterion.value)
    return criterion.label if weight is None else f"{criterion.label} × {weight}"
