"""Disables the accounts that nobody uses, where the policy says so."""

from datetime import datetime

import structlog
from django.conf import settings
from django.utils.translation import gettext, override

from core.errors import Refused
from people.inactivity import inactive
from people.models import User
from people.services.accounts import disable_account

_log = structlog.get_logger(__name__)


def disable_inactive(at: datetime) -> int:
    """Disable what was not used for `ITSM_DISABLE_UNUSED_DAYS` days (0: never), each account in
    a transaction of its own; the last administrator stays. Returns how many."""
    days = settings.DISABLE_UNUSED
    if not days:
        return 0
    done = 0
    for account in inactive(User.objects.all(), at, days=days).order_by("pk"):
        with override("en"):  # kept as the reason, whatever language the worker speaks
            reason = gettext("Not used for %(days)s days (PCI DSS 8.2.6)") % {"days": days}
        try:
            disable_account(account, actor=None, reason=reason)
        except Refused as refusal:
            _log.warning("account_not_disabled", account=account.username, reason=str(refusal))
        else:
            done += 1
    return done
