"""The evidence app, and what it contributes to others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = _("evidence")

    def ready(self) -> None:
        from audit.naming import name_actions
        from evidence.pack_naming import TITLES
        from evidence.services.packs import JOB_KIND, work_on_pack
        from records.job_titles import name_job
        from records.jobs import JOB_KINDS

        name_actions(TITLES)
        JOB_KINDS.register(JOB_KIND, work_on_pack)
        name_job(JOB_KIND, _("Build an evidence pack"))
