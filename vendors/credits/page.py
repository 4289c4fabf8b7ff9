"""What a claim's page shows, and what contracts and vendors show of their claims."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Panel
from core.querysets import visible_rows
from core.showing import duration, link, listed, not_shown
from vendors.credits.lists import status_badge
from vendors.credits.words import calculation, month_name, number, promise
from vendors.models import Contract, CreditClaim, Invoice, Vendor
from vendors.money import written
from vendors.scorecards.page import seen_records

TABLE = "portal/table.html"
SHOWN = 200  # breaches on the page
MOST_CLAIMS = 12


def calculation_panel(claim: CreditClaim) -> Panel:
    """Step by step, from the figure to what is claimed."""
    rows = calculation(claim)
    columns = [_("step"), pgettext_lazy("credit", "value")]
    note = _("Worked out from what is kept with the claim, with a hash over all of it.")
    content = {"columns": columns, "rows": rows, "note": note}
    return Panel("calculation", _("Calculation"), TABLE, content, len(rows))


def segments_panel(claim: CreditClaim, user: Any) -> Panel:
    """The breaches whose records this person sees, and how many there are beside."""
    found = list(claim.segments.all()[:SHOWN])
    seen = seen_records(({"model": one.model, "id": one.record_id} for one in found), user)
    rows = []
    for one in found:
        record = seen[one.model].get(one.record_id)
        if record is not None:
            target = one.target_seconds
            rows.append(
                (
                    one.number,
                    link(record, one.reference or None),
                    one.what,
                    one.started_at,
                    one.stopped_at,
                    duration(timedelta(seconds=one.seconds)),
                    None if target is None else duration(timedelta(seconds=target)),
                )
            )
    columns = [
        *("#", _("record"), pgettext_lazy("credit", "what"), _("began at"), _("ended at")),
        *(pgettext_lazy("credit", "lasted"), pgettext_lazy("credit", "agreed")),
    ]
    content = {
        "columns": columns,
        "rows": rows,
        "note": not_shown(claim.figures["breached"] - len(rows)),
        "nothing": _("You see none of the records behind this claim."),
    }
    return Panel("segments", _("Breaches"), TABLE, content, claim.figures["breached"])


def settlements_panel(claim: CreditClaim, user: Any) -> Panel:
    """The credit notes that settled it; named to those who see invoices."""
    found = list(claim.settlements.select_related("settled_by__person"))
    ids = [one.invoice_id for one in found]
    seen = visible_rows(Invoice, user).in_bulk(ids) if ids else {}
    rows = [
        (
            link(seen[one.invoice_id], str(seen[one.invoice_id]))
            if one.invoice_id in seen
            else _("Credit note"),
            written(one.amount, claim.currency),
            one.settled_by.get_full_name(),
            one.settled_at,
        )
        for one in found
    ]
    columns = [_("credit note"), _("amount"), _("settled by"), _("settled at")]
    content = {
        "columns": columns,
        "rows": rows,
        "nothing": _("No credit note has settled anything of it."),
    }
    return Panel("settlements", _("Settlements"), TABLE, content, len(rows))


def clauses_panel(
    contract: Contract, button: Callable[[str, Any, str], Any] | None
) -> Panel | None:
    """The clauses of a contract in words; `button` makes the links to what can be done by one."""
    rows = []
    for clause in contract.credit_clauses.order_by("pk"):
        clause.contract = contract
        buttons = [] if button is None else [one for one in _buttons(clause, button) if one]
        rows.append(
            (
                clause.name,
                clause.place,
                clause.get_measure_display(),
                listed(promise(clause)),
                f"{number(clause.cap_percent)} %",
                clause.valid_from,
                clause.valid_until,
                *([listed(buttons)] if button else []),
            )
        )
    if not rows:
        return None
    columns = [
        *(_("clause"), _("place in the contract"), _("measures"), _("gives"), _("cap")),
        *(_("valid from"), _("valid until"), *([_("actions")] if button else [])),
    ]
    content = {"columns": columns, "rows": rows}
    return Panel("credits", _("Service credits"), TABLE, content, len(rows))


def contract_claims(contract: Contract, user: Any) -> Panel | None:
    """The claims of a contract, for who reads them."""
    return _claims(visible_rows(CreditClaim, user).filter(clause__contract=contract))


def vendor_claims(vendor: Vendor, user: Any) -> Panel | None:
    """The claims of a vendor, for who reads them."""
    return _claims(visible_rows(CreditClaim, user).filter(clause__contract__vendor=vendor))


def _claims(found: Any) -> Panel | None:
    claims = list(found.select_related("clause__contract").order_by("-month", "-pk")[:MOST_CLAIMS])
    rows = [
        (
            link(one, one.reference),
            one.clause.contract.title,
            one.clause.name,
            month_name(one.month),
            status_badge(one),
            written(one.amount, one.currency),
            written(one.accepted_amount, one.currency),
        )
        for one in claims
    ]
    if not rows:
        return None
    columns = [
        *(_("credit claim"), _("contract"), _("clause"), _("month"), _("status")),
        *(pgettext_lazy("credit", "claimed"), pgettext_lazy("credit", "accepted")),
    ]
    content = {"columns": columns, "rows": rows}
    return Panel("claims", _("Credit claims"), TABLE, content, len(rows))


def _buttons(clause: Any, button: Callable[[str, Any, str], Any]) -> list[Any]:
    return [
        button("edit_credit_clause", _("Correct"), clause.reference),
        button("draft_claim", _("Draft a claim"), clause.reference),
    ]
