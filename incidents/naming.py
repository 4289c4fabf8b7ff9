"""What the ledger calls what happens to incidents: as their actions are called."""

from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from incidents.forms import ACTIONS

TITLES: dict[str, Reason] = {
    **{f"incident.{name}": form.title for name, form in ACTIONS.items()},
    "incident.import": _("Imported from another system"),
    "incidents.close_resolved": _("Resolved incidents closed"),
}
