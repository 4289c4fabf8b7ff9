"""The sidebar as a table: areas, their pages, and the permission that opens each."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Page:
    """One line of the sidebar. Without a permission it is for everybody with a role."""

    title: str | Promise
    icon: str
    url_name: str
    permission: str = ""

    def opens_for(self, user: Any) -> bool:
        return not self.permission or user.has_perm(self.permission)


def _list(model: str, title: str | Promise, icon: str, permission: str | None = None) -> Page:
    app, name = model.split(".")
    needed = f"{app}.view_{name}" if permission is None else permission
    return Page(title, icon, f"admin:{app}_{name}_changelist", needed)


AREAS: list[tuple[str | Promise, list[Page]]] = [
    (
        _("Work"),
        [
            Page(_("Home"), "home", "admin:index"),
            _list("incidents.incident", _("Incidents"), "emergency"),
            _list("sla.client", _("Clients"), "storefront"),
        ],
    ),
    (
        _("Estate"),
        [
            _list("assets.service", _("Services"), "hub"),
            _list("assets.asset", _("Assets"), "dns"),
            _list("assets.dependency", _("Dependencies"), "account_tree"),
            _list("vendors.vendor", _("Vendors"), "handshake"),
        ],
    ),
    (
        _("People"),
        [
            _list("people.person", _("People"), "badge"),
            _list("people.team", _("Teams"), "groups"),
            _list("people.subsidiary", _("Subsidiaries"), "domain", "people.change_subsidiary"),
            _list("people.user", _("Accounts"), "person"),
            _list("people.rolegrant", _("Role grants"), "key"),
            Page(_("Roles"), "policy", "admin:people_roles"),
        ],
    ),
    (
        _("Alerts and messages"),
        [
            _list("integrations.alertsource", _("Alert sources"), "sensors"),
            _list("integrations.alertevent", _("Received events"), "move_to_inbox"),
            _list("notifications.message", _("Messages"), "mail", ""),
            _list("records.job", _("Jobs"), "sync", ""),
        ],
    ),
    (
        _("Audit"),
        [
            _list("audit.outboxentry", _("Audit trail"), "history"),
            _list("records.cardnumberfinding", _("Card numbers found"), "credit_card_off"),
        ],
    ),
]
