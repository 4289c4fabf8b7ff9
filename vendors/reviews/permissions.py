"""Who may do what with service reviews: questions about the person only."""

from typing import Any

from vendors.opex.permissions import may


def may_keep_reviews(actor: Any) -> bool:
    return may(actor, "change_servicereview")


def may_minute_reviews(actor: Any) -> bool:
    """Minutes, and what is verified, are somebody's."""
    return actor is not None and may(actor, "minute_servicereview")


def may_close_reviews(actor: Any) -> bool:
    """Nothing is closed by itself."""
    return actor is not None and may_keep_reviews(actor)
