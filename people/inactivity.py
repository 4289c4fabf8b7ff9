"""Accounts that nobody uses: by the last sign-in, page, or use of a token (PCI DSS 8.2.6)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Greatest

from people.models import ApiToken, Presence, User

INACTIVE_DAYS = 90


def with_last_use(accounts: Any) -> Any:
    """Each account with `last_use_at`: the latest of what it did, and of when it was made."""
    presence = Presence.objects.filter(user=OuterRef("pk")).values("seen_at")[:1]
    tokens = ApiToken.objects.filter(user=OuterRef("pk")).order_by().values("user")
    token = tokens.annotate(last=Max("last_used_at")).values("last")
    return accounts.annotate(
        last_use_at=Greatest(
            F("created_at"),
            F("last_login"),
            Subquery(presence, output_field=DateTimeField()),
            Subquery(token, output_field=DateTimeField()),
        )
    )


def inactive(accounts: Any, at: datetime, *, days: int = INACTIVE_DAYS) -> Any:
    """The active ones that nobody has used for so many days, nor enabled again since."""
    before = at - timedelta(days=days)
    history: Any = User.history.model.objects  # type: ignore[attr-defined]  # -- tracked
    enabled = history.filter(
        Q(history_action="user.enable"), id=OuterRef("pk"), history_date__gt=before
    )
    found = with_last_use(accounts.filter(is_active=True, created_at__lte=before))
    return found.filter(last_use_at__lte=before).exclude(Exists(enabled))
