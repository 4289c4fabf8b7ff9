"""Choosing one account in a dialog."""

from typing import Any


def offer_accounts(field: Any, accounts: Any) -> None:
    """Fill a choice with these accounts where they are active, by the names of their people."""
    people = accounts.filter(is_active=True, person__isnull=False).select_related("person")
    field.queryset = people.order_by("person__full_name", "username")
    field.label_from_instance = _named


def _named(account: Any) -> str:
    return f"{account.get_full_name()} ({account})"
