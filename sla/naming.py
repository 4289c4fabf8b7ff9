"""What the ledger calls what happens to agreements and clocks."""

from django.utils.translation import gettext_lazy as _

from core.errors import Reason

TITLES: dict[str, Reason] = {
    "agreement.add": _("Agreement added"),
    "agreement.edit": _("Agreement corrected"),
    "agreement.draft": _("Version of an agreement drafted"),
    "agreement.discard": _("Draft of an agreement discarded"),
    "agreement.approve": _("Agreement put into force"),
    "agreement.freeze": _("Month of an agreement to be frozen"),
    "clock_profile.add": _("Clock profile added"),
    "clock_profile.change": _("Clock profile changed"),
    "sla.fire_thresholds": _("Thresholds of clocks that were used up"),
}
