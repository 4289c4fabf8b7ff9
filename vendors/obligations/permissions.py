"""Who may do what with obligations: questions about the person only."""

from typing import Any

from people.scope import scope_of
from vendors.opex.permissions import may, reaches
from vendors.reading import may_read_about_vendors


def may_keep_obligations(actor: Any) -> bool:
    return may(actor, "change_obligation")


def may_work_on_obligations(actor: Any) -> bool:
    """Whoever reads obligations may own one or approve what is done for one; nothing is submitted
    or accepted by itself."""
    if actor is None or not may_read_about_vendors(actor):
        return False
    return "vendors.view_obligation" in scope_of(actor).permissions


def may_write_obligation(actor: Any, verb: str, country: str) -> bool:
    """Whether somebody's role includes it for the vendor's country; `verb` is `add` or `change`."""
    return reaches(actor, f"{verb}_obligation", country)
