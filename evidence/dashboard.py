"""The cards that evidence offers the home page; a file per kind of record registers its own."""

from evidence import engagement_cards, failure_cards

__all__ = ["engagement_cards", "failure_cards"]
