"""Who may do what with matrices of responsibility: questions about the person only."""

from typing import Any

from vendors.opex.permissions import may, reaches


def may_draft_matrices(actor: Any) -> bool:
    return may(actor, "change_responsibilitymatrix")


def may_agree_matrices(actor: Any) -> bool:
    """Whoever drafts them, or decides about vendors; nothing is agreed by itself."""
    return actor is not None and (may_draft_matrices(actor) or may(actor, "approve_vendor"))


def may_write_matrix(actor: Any, country: str, *, agreeing: bool = False) -> bool:
    """Whether somebody's role includes it for the vendor's country."""
    reach = reaches(actor, "change_responsibilitymatrix", country)
    return reach or (agreeing and reaches(actor, "approve_vendor", country))
