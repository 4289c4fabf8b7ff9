"""The evidence app, and what it contributes to others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = _("evidence")

    def ready(self) -> None:
        from audit.naming import name_actions
        from core.palette import PALETTE
        from evidence.audience import may_see_failure
        from evidence.naming import TITLES
        from evidence.palette import FAILURES
        from evidence.publishers import register
        from evidence.services.packs import JOB_KIND, work_on_pack
        from notifications.audience import AUDIENCE_CHECKS
        from records.job_titles import name_job
        from records.jobs import JOB_KINDS

        name_actions(TITLES)
        register()
        AUDIENCE_CHECKS.register("CFL", may_see_failure)
        PALETTE.register("evidence.controlfailure", FAILURES)
        JOB_KINDS.register(JOB_KIND, work_on_pack)
        name_job(JOB_KIND, _("Build an evidence pack"))
