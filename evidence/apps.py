"""The evidence app, and what it contributes to others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = _("evidence")

    def ready(self) -> None:
        from audit.naming import name_actions
        from core.palette import PALETTE
        from evidence import access_reviews
        from evidence.accounts import ACCOUNT_POPULATIONS
        from evidence.audience import may_see_failure, may_see_request
        from evidence.catalogue import register_catalogue
        from evidence.exception_reports import EXCEPTION_REPORTS
        from evidence.log import LOG_POPULATIONS
        from evidence.naming import TITLES
        from evidence.own_reports import OWN_REPORTS
        from evidence.palette import FAILURES
        from evidence.populations import POPULATIONS
        from evidence.publishers import register
        from evidence.services.packs import JOB_KIND, work_on_pack
        from notifications.audience import AUDIENCE_CHECKS
        from records.job_titles import name_job
        from records.jobs import JOB_KINDS

        name_actions(TITLES)
        register()
        AUDIENCE_CHECKS.register("CFL", may_see_failure)
        AUDIENCE_CHECKS.register("PBC", may_see_request)
        PALETTE.register("evidence.controlfailure", FAILURES)
        JOB_KINDS.register(JOB_KIND, work_on_pack)
        name_job(JOB_KIND, _("Build an evidence pack"))
        for population in (*ACCOUNT_POPULATIONS, *LOG_POPULATIONS):
            POPULATIONS.register(population.name, population)
        for report in OWN_REPORTS:
            EXCEPTION_REPORTS.register(report.name, report)
        access_reviews.register()
        register_catalogue()
