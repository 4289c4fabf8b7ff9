"""When something may happen to a budget or a saving."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.errors import Reason
from vendors.opex.enums import EntryKind
from vendors.opex.variance import unexplained


def has_a_plan(budget: Any, actor: Any) -> Reason | None:
    planned = budget.entries.filter(kind=EntryKind.PLAN).exists()
    return None if planned else _("nothing is planned yet")


def is_drafted_by_another(budget: Any, actor: Any) -> Reason | None:
    """Whoever drafted a budget does not approve it, under any account."""
    if actor is not None and is_same(budget.drafted_by, actor):
        return _("you do not approve a budget of your own")
    return None


def variances_are_explained(budget: Any, actor: Any) -> Reason | None:
    left = len(unexplained(budget, timezone.localdate()))
    text = ngettext_lazy(
        "%(n)s variance has no comment yet", "%(n)s variances have no comment yet", "n"
    )
    return text % {"n": left} if left else None


def is_saved_by_another(saving: Any, actor: Any) -> Reason | None:
    """Whoever answers for a saving does not say whether it came about."""
    if actor is not None and is_same(saving.owner, actor):
        return _("you do not verify a saving of your own")
    return None


def is_same(one: Any, other: Any) -> bool:
    """Whether two accounts are one person's."""
    is_same_person = one.person_id is not None and one.person_id == other.person_id
    return bool(one.pk == other.pk or is_same_person)
