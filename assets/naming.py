"""What the ledger calls what happens to the estate, to devices in hand and to imports."""

from django.utils.translation import gettext_lazy as _

from assets.forms import CUSTODY_ACTIONS, IMPORT_ACTIONS
from assets.supply.workflow import SUPPLY_WORKFLOW
from core.errors import Reason

TITLES: dict[str, Reason] = {
    **{f"asset.{name}": form.title for name, form in CUSTODY_ACTIONS.items()},
    **{f"assetimport.{name}": form.title for name, form in IMPORT_ACTIONS.items()},
    **{f"servicedependency.{move.action}": move.label for move in SUPPLY_WORKFLOW},
    "servicedependency.add": _("Dependency on a vendor stated"),
    "servicedependency.edit": _("Dependency on a vendor corrected"),
    "assetimport.check": _("File of assets checked"),
    "assetimport.finish": _("Import of assets finished"),
}
