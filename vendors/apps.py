"""The vendors app. It tells the audit app which of its entries are about somebody's vendors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VendorsConfig(AppConfig):
    name = "vendors"
    verbose_name = _("vendors")

    def ready(self) -> None:
        from audit.naming import name_actions
        from audit.querysets import AUDIENCES
        from core.palette import PALETTE
        from notifications.audience import AUDIENCE_CHECKS
        from records.importing import FORMATS
        from vendors.audience import entries_for
        from vendors.contract_audience import may_see_contract
        from vendors.importing.public_register import ActContracts
        from vendors.naming import TITLES
        from vendors.palette import CONTRACTS, VENDORS

        name_actions(TITLES)
        AUDIENCES.register("vendors", entries_for)
        AUDIENCE_CHECKS.register("CON", may_see_contract)
        FORMATS.register("contract/act", ActContracts)
        PALETTE.register("vendors.vendor", VENDORS)
        PALETTE.register("vendors.contract", CONTRACTS)
