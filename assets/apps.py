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
        from assets.palette import ASSETS, SERVICES
        from assets.services.importing import CHECK_JOB, IMPORT_JOB, check_import, run_import
        from audit.naming import name_actions
        from core.palette import PALETTE
        from notifications.audience import AUDIENCE_CHECKS
        from records.job_titles import name_job
        from records.jobs import JOB_KINDS

        AUDIENCE_CHECKS.register("AST", may_see)
        PALETTE.register("assets.service", SERVICES)
        PALETTE.register("assets.asset", ASSETS)
        JOB_KINDS.register(CHECK_JOB, check_import)
        JOB_KINDS.register(IMPORT_JOB, run_import)
        name_job(CHECK_JOB, _("Check an import of assets"))
        name_job(IMPORT_JOB, _("Import assets"))
        name_actions(TITLES)
        register_evidence()
