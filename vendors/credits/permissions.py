"""Who may do what with service credits: questions about the person only."""

from typing import Any

from vendors.opex.permissions import may


def may_keep_claims(actor: Any) -> bool:
    return may(actor, "change_creditclaim")


def may_settle_claims(actor: Any) -> bool:
    """Nothing is settled or given up by itself."""
    return actor is not None and may(actor, "add_creditsettlement")
