"""The evidence app, and what it contributes to others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = _("evidence")

    def ready(self) -> None:
        from audit.naming import name_actions
        from audit.reconciling import RECONCILED
        from core.palette import PALETTE
        from evidence import (
            access_reviews,
            certifications,
            conversations,
            engagement_naming,
            naming,
            pack_naming,
        )
        from evidence.accounts import ACCOUNT_POPULATIONS
        from evidence.catalogue import register_catalogue
        from evidence.exception_reports import EXCEPTION_REPORTS
        from evidence.failure_audience import may_see_failure
        from evidence.log import LOG_POPULATIONS
        from evidence.own_reports import OWN_REPORTS
        from evidence.palette import EVIDENCE
        from evidence.populations import POPULATIONS
        from evidence.proving import hear_of_reconciliation
        from evidence.publishers import register
        from evidence.request_audience import may_see
        from evidence.services.packs import JOB_KIND as PACK
        from evidence.services.packs import work_on_pack
        from evidence.verify_page import JOB_KIND as VERIFY
        from evidence.verify_page import verify_ledger
        from notifications.audience import AUDIENCE_CHECKS
        from records.job_titles import name_job
        from records.jobs import JOB_KINDS

        name_actions(naming.TITLES)
        name_actions(engagement_naming.TITLES)
        name_actions(pack_naming.TITLES)
        register()
        RECONCILED.register("control failure", hear_of_reconciliation)
        AUDIENCE_CHECKS.register("CFL", may_see_failure)
        AUDIENCE_CHECKS.register("PBC", may_see)
        for source in EVIDENCE:
            PALETTE.register(source.model._meta.label_lower, source)
        for kind, work, title in (
            (PACK, work_on_pack, _("Build an evidence pack")),
            (VERIFY, verify_ledger, _("Verify the ledger")),
        ):
            JOB_KINDS.register(kind, work)
            name_job(kind, title)
        for population in (*ACCOUNT_POPULATIONS, *LOG_POPULATIONS):
            POPULATIONS.register(population.name, population)
        for report in OWN_REPORTS:
            EXCEPTION_REPORTS.register(report.name, report)
        access_reviews.register()
        certifications.register()
        conversations.register()
        register_catalogue()
