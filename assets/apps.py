"""The assets app, and what it contributes to the apps below it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = _("assets")

    def ready(self) -> None:
        from assets.audience import may_see
        from assets.evidence import register_evidence
        from assets.naming import TITLES
        from assets.palette import ASSETS, SERVICE_DEPENDENCIES, SERVICES
        from assets.services.importing import CHECK_JOB, IMPORT_JOB, check_import, run_import
        from assets.supply.evidence import register_supply_evidence
        from assets.supply.facts import register_dependency
        from assets.supply.page import vendor_services_panel
        from audit.naming import name_actions
        from core.palette import PALETTE
        from notifications.audience import AUDIENCE_CHECKS
        from records.job_titles import name_job
        from records.jobs import JOB_KINDS
        from vendors.page import VENDOR_PANELS

        AUDIENCE_CHECKS.register("AST", may_see)
        PALETTE.register("assets.service", SERVICES)
        PALETTE.register("assets.asset", ASSETS)
        JOB_KINDS.register(CHECK_JOB, check_import)
        JOB_KINDS.register(IMPORT_JOB, run_import)
        name_job(CHECK_JOB, _("Check an import of assets"))
        name_job(IMPORT_JOB, _("Import assets"))
        name_actions(TITLES)
        register_evidence()
        PALETTE.register("assets.servicedependency", SERVICE_DEPENDENCIES)
        VENDOR_PANELS.register("services", vendor_services_panel)
        register_supply_evidence()
        register_dependency()
