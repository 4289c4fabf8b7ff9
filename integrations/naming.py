"""What the ledger calls what happens to alert sources and to the events that they send."""

from django.utils.translation import gettext_lazy as _

from core.errors import Reason

TITLES: dict[str, Reason] = {
    "source.key_rotated": _("Keys of an alert source renewed"),
    "source.key_revoked": _("Keys of an alert source revoked"),
    "event.replay": _("Alert event digested again"),
    "event.replayed": _("Alert event digested again"),
    "integrations.digest_events": _("Alert events digested"),
    "integrations.forget_payloads": _("Old alert events deleted"),
}
