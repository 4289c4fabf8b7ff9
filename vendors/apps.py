"""The vendors app. It tells the audit app which of its entries are about somebody's vendors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VendorsConfig(AppConfig):
    name = "vendors"
    verbose_name = _("vendors")

    def ready(self) -> None:
        from audit.querysets import AUDIENCES
        from core.palette import PALETTE
        from vendors.audience import entries_for
        from vendors.palette import VENDORS

        AUDIENCES.register("vendors", entries_for)
        PALETTE.register("vendors.vendor", VENDORS)
