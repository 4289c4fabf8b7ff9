"""The cards that evidence offers the home page."""

from evidence import failure_cards  # noqa: F401 -- registers its card
