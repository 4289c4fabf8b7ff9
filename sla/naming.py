"""What the ledger calls what happens to clocks."""

from django.utils.translation import gettext_lazy as _

from core.errors import Reason

TITLES: dict[str, Reason] = {"sla.fire_thresholds": _("Thresholds of clocks that were used up")}
