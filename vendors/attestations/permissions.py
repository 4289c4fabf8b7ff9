"""Who may do what with attestations: questions about the person only."""

from typing import Any

from vendors.opex.permissions import may, reaches


def may_keep_attestations(actor: Any) -> bool:
    return may(actor, "change_attestation")


def may_review_attestations(actor: Any) -> bool:
    """Those who decide about vendors; nothing is reviewed by itself."""
    return actor is not None and may(actor, "approve_vendor")


def may_write_attestation(actor: Any, verb: str, country: str) -> bool:
    """Whether somebody's role includes it for the vendor's country; `verb` is `change` or
    `review`."""
    return reaches(actor, "approve_vendor" if verb == "review" else f"{verb}_attestation", country)
