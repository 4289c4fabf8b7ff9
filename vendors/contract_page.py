"""The tables on a contract's page: terms, clauses, payments, approvals, documents."""

from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Panel
from core.showing import NOTHING, badge
from vendors.contract_rules import approvals_of_round, steps_of_contract
from vendors.enums import Clause, ClauseAnswer, ContractStep, TermDecision
from vendors.models import Contract, ContractTerm
from vendors.money import written

TABLE = "portal/table.html"
_DECISION_TONES = {
    TermDecision.RENEW: "green",
    TermDecision.RENEGOTIATE: "yellow",
    TermDecision.TERMINATE: "red",
}
_CLAUSE_TONES = {ClauseAnswer.PRESENT: "green", ClauseAnswer.MISSING: "red"}


def panels(contract: Contract, url_of_file: Any) -> list[Panel]:
    return [
        clauses_panel(contract),
        payments_panel(contract),
        approvals_panel(contract),
        documents_panel(contract, url_of_file),
    ]


def terms_panel(contract: Contract) -> Panel:
    """Every term that stands written, the one that runs marked."""
    today = timezone.localdate()
    found = contract.terms.select_related("decided_by__person").order_by("number")
    rows = [
        (
            _number(term, today),
            term.starts_on,
            term.ends_on,
            term.notice_on,
            term.decision_deadline_on,
            _decision(term),
            term.decided_by and term.decided_by.get_full_name(),
        )
        for term in found
    ]
    columns = [
        *(_("term"), _("starts on"), _("ends on"), _("notice until"), _("decide until")),
        *(_("decision"), _("decided by")),
    ]
    return _panel("terms", _("Terms"), columns, rows)


def clauses_panel(contract: Contract) -> Panel:
    known = {one.clause: one for one in contract.clauses.all()}
    rows = [
        (clause.label, _answer(known.get(clause)), known[clause].place if clause in known else "")
        for clause in Clause
    ]
    columns = [_("clause"), pgettext_lazy("clause", "answer"), _("where, or why not")]
    return _panel("clauses", _("Clauses"), columns, rows, len(known))


def payments_panel(contract: Contract) -> Panel:
    rows = [
        (one.due_on, written(one.amount, contract.currency), one.text)
        for one in contract.payments.all()
    ]
    columns = [_("due on"), _("amount"), _("for")]
    return _panel("payments", _("Payments"), columns, rows)


def approvals_panel(contract: Contract) -> Panel:
    """The steps of the round that runs, and who approved them."""
    given = {
        one.step: one for one in approvals_of_round(contract).select_related("approved_by__person")
    }
    rows = []
    for step in steps_of_contract(contract):
        one = given.get(step)
        done = badge(_("Approved"), "green") if one else badge(_("Waits"), "blue")
        who = one.approved_by.get_full_name() if one else None
        at = one.approved_at if one else None
        rows.append((ContractStep(step).label, done, who, at, one.note if one else ""))
    columns = [_("step"), _("state"), _("approved by"), _("approved at"), _("note")]
    return _panel("approvals", _("Approvals"), columns, rows, len(given))


def documents_panel(contract: Contract, url_of_file: Any) -> Panel:
    found = contract.documents.select_related("uploaded_by__person").order_by("title", "-number")
    rows = [
        (
            format_html('<a href="{}">{}</a>', url_of_file(one), one.title),
            one.number,
            one.name,
            format_html("<code>{}</code>", one.sha256[:16]),
            one.uploaded_by.get_full_name(),
            one.created_at,
        )
        for one in found
    ]
    columns = [
        *(_("document"), _("version"), _("file"), _("SHA-256 begins with"), _("added by")),
        _("added at"),
    ]
    return _panel("documents", _("Documents"), columns, rows)


def _number(term: ContractTerm, today: Any) -> Any:
    if term.starts_on <= today <= term.ends_on:
        return format_html("{} {}", term.number, badge(_("Now"), "blue"))
    return term.number


def _decision(term: ContractTerm) -> Any:
    if term.failure:
        return badge(_("Missed: %(reference)s") % {"reference": term.failure}, "red")
    if not term.decision:
        return NOTHING
    return badge(term.get_decision_display(), _DECISION_TONES[TermDecision(term.decision)])


def _answer(clause: Any) -> Any:
    if clause is None:
        return badge(_("Not checked"), "orange")
    return badge(clause.get_answer_display(), _CLAUSE_TONES.get(ClauseAnswer(clause.answer), ""))


def _panel(slug: str, title: Any, columns: Any, rows: Any, count: int | None = None) -> Panel:
    content = {"columns": columns, "rows": rows}
    return Panel(slug, title, TABLE, content, len(rows) if count is None else count)
