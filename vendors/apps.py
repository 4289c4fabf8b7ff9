"""The vendors app. It tells the audit app which of its entries are about somebody's vendors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VendorsConfig(AppConfig):
    name = "vendors"
    verbose_name = _("vendors")

    def ready(self) -> None:
        from audit.querysets import AUDIENCES
        from vendors.audience import entries_for

        AUDIENCES.register("vendors", entries_for)
