"""When a dependency on a vendor may be reviewed or ended."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.supply.permissions import may_write_dependency
from core.errors import Reason


def vendor_is_reached(dependency: Any, actor: Any) -> Reason | None:
    if may_write_dependency(actor, "change", dependency.vendor.country):
        return None
    return _("your role does not reach this vendor's country")
