"""The evidence app, and what it contributes to others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = _("evidence")

    def ready(self) -> None:
        from audit.naming import name_actions
        from evidence.accounts import ACCOUNT_POPULATIONS
        from evidence.catalogue import register_catalogue
        from evidence.engagement_naming import TITLES
        from evidence.exception_reports import EXCEPTION_REPORTS
        from evidence.log import LOG_POPULATIONS
        from evidence.own_reports import OWN_REPORTS
        from evidence.populations import POPULATIONS
        from evidence.request_audience import may_see
        from notifications.audience import AUDIENCE_CHECKS

        for population in (*ACCOUNT_POPULATIONS, *LOG_POPULATIONS):
            POPULATIONS.register(population.name, population)
        for report in OWN_REPORTS:
            EXCEPTION_REPORTS.register(report.name, report)
        AUDIENCE_CHECKS.register("PBC", may_see)
        register_catalogue()
        name_actions(TITLES)
