"""What the ledger's actions and events are called. Apps register the names of theirs; what nobody
has named is told by its verb, or by what became of the row.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from core.record.words import name_of_action
from core.registry import Registry

ACTION_TITLES: Registry[Reason] = Registry("title of an action")
"""By the ledger's code, such as `token.mint`."""

_KINDS = {"I": "+", "U": "~", "D": "-"}
_EVENTS: dict[str, Reason] = {
    "login": _("Signed in"),
    "logout": _("Signed out"),
    "login.failed": _("Sign-in failed"),
    "baseline": _("Rows taken over into the ledger"),
    "baseline.shape": _("Columns of the tables noted"),
    "reconcile": _("Compared with the ledger"),
    "structure": _("Structure of the database changed"),
    "structure.watched": _("Watch over the database's structure began"),
}


def name_actions(titles: Mapping[str, Reason]) -> None:
    """Register what some actions are called."""
    for code, title in titles.items():
        ACTION_TITLES.register(code, title)


def title_of_action(action: str, operation: str = "") -> Reason:
    """The title of an action, never its code. `operation` is what became of the row."""
    noun, _dot, rest = action.partition(".")
    if noun == "command":
        return _("Command “%s”") % rest
    kind = _KINDS.get(operation, "")
    return dict(ACTION_TITLES).get(action) or name_of_action(action, kind, {}) or _("Event")


name_actions(_EVENTS)
