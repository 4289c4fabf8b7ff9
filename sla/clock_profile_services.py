"""Keeping clock profiles. The form and the API check who may."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import Refused, ValidationError
from core.writing import hold
from records.services import mask_fields
from sla.clocks import MANDATE
from sla.enums import MarkKind
from sla.models import ClockProfile
from sla.triggers import AHEAD

_IN_ORDER = list(MarkKind)


def add_clock_profile(*, actor: Any, **facts: Any) -> ClockProfile:
    """Other times of the mandate for some incidents from a moment ahead on.

    Refused (ValidationError): a moment that is not ahead, times that are none, marks out of order,
    a scope that has a profile of that moment already.
    """
    with transaction.atomic(), acting(actor=actor, action="clock_profile.add"):
        row = ClockProfile(**facts | _masked(facts, actor))
        _check(row)
        row.save(force_insert=True)
    return row


def change_clock_profile(
    profile: ClockProfile, *, actor: Any, version: int | None = None, **changes: Any
) -> ClockProfile:
    """Say otherwise what is still to come. Refused: one that is in force, or shortly before it."""
    with transaction.atomic(), acting(actor=actor, action="clock_profile.change"):
        row = hold(profile, actor=actor, version=version)
        if is_settled(row):
            raise Refused(_("a profile in force stays as it is: add the next one"))
        for name, value in (changes | _masked(changes, actor)).items():
            setattr(row, name, value)
        _check(row)
        row.save()
        row.refresh_from_db(fields=["version"])
    return row


def is_settled(profile: ClockProfile) -> bool:
    """Whether it is in force, or will be before every process has read it."""
    return profile.starts_at <= timezone.now() + AHEAD


def _masked(facts: dict[str, Any], actor: Any) -> dict[str, str]:
    texts = {name: facts[name] for name in ("reason",) if name in facts}
    return mask_fields("sla_clockprofile", texts, actor=actor)


def _check(row: ClockProfile) -> None:
    if row.starts_at <= told_moment() + AHEAD:
        raise ValidationError({"starts_at": _("Choose a moment at least five minutes ahead.")})
    for target in MANDATE:
        starts, stops = (getattr(row, f"{target.metric}_{end}") for end in ("from", "to"))
        if _IN_ORDER.index(MarkKind(starts)) >= _IN_ORDER.index(MarkKind(stops)):
            told = {f"{target.metric}_to": _("A clock runs from a mark to a later one.")}
            raise ValidationError(told)
    row.full_clean(exclude=["version"])
