"""When something may happen to a model of scorecards or to a scorecard."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from vendors.opex.rules import is_same
from vendors.scorecards.periods import Period


def measures_something(model: Any, actor: Any) -> Reason | None:
    return None if model.kpis.exists() else _("it has no figures yet")


def is_drafted_by_another(model: Any, actor: Any) -> Reason | None:
    """Whoever drafted a model does not put it in force, under any account."""
    if actor is not None and is_same(model.drafted_by, actor):
        return _("you do not put a model of your own in force")
    return None


def period_is_over(card: Any, actor: Any) -> Reason | None:
    ends = Period(card.period, card.starts_on).ends_at
    return _("its period has not ended yet") if timezone.now() < ends else None


def is_known(card: Any, actor: Any) -> Reason | None:
    return _("nothing is known of the vendor yet") if card.score is None else None
