"""What the ledger calls what happens to accounts, tokens and roles."""

from django.utils.translation import gettext_lazy as _

from core.errors import Reason

TITLES: dict[str, Reason] = {
    "login.locked": _("Sign-in locked after too many failures"),
    "password.change": _("Password changed"),
    "password.reset": _("Password reset"),
    "session.end": _("Session ended"),
    "token.mint": _("API token made"),
    "token.revoke": _("API token revoked"),
    "calendar.mint": _("Calendar address made"),
    "calendar.revoke": _("Calendar address revoked"),
    "role.grant": _("Role granted"),
    "role.end": _("Role ended"),
    "people.forget_sessions": _("Ended sessions deleted"),
}
