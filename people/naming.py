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
    "access_review.announce": _("Access review announced"),
    "access_review.start": _("Access review started, list taken"),
    "access_review.keep": _("Access kept"),
    "access_review.change": _("Access to be changed"),
    "access_review.remove": _("Access to be removed"),
    "access_review.assign": _("Another reviewer named"),
    "access_review.sign_off": _("Access review signed off"),
    "access_review.cancel": _("Access review cancelled"),
    "access_review.extract": _("List of an access review taken away"),
    "people.keep_access": _("Access looked after"),
    "people.forget_sessions": _("Ended sessions deleted"),
}
