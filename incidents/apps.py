"""The incidents app, and what it contributes to the apps below it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("incidents")

    def ready(self) -> None:
        from assets.open_work import OPEN_WORK
        from audit.naming import name_actions
        from changes.consequences import CONSEQUENCES
        from changes.service_history import SERVICE_PAST
        from core.palette import PALETTE
        from incidents.audience import findings_for, may_see
        from incidents.causes import CAUSED_INCIDENTS
        from incidents.evidence import register_evidence
        from incidents.naming import TITLES
        from incidents.palette import INCIDENTS
        from incidents.personal_data import declare_personal_data
        from incidents.queues.incident_work import INCIDENT_WORK
        from incidents.queues.kinds import WORK_KINDS
        from incidents.service_panel import OPEN_INCIDENTS
        from incidents.service_past import recent_incidents
        from notifications.audience import AUDIENCE_CHECKS
        from records.querysets import FINDING_AUDIENCES

        declare_personal_data()
        CONSEQUENCES.register("incidents", CAUSED_INCIDENTS)
        name_actions(TITLES)
        register_evidence()
        AUDIENCE_CHECKS.register("INC", may_see)
        OPEN_WORK.register("incidents", OPEN_INCIDENTS)
        SERVICE_PAST.register("incidents", recent_incidents)
        FINDING_AUDIENCES.register("incidents", findings_for)
        PALETTE.register("incidents.incident", INCIDENTS)
        WORK_KINDS.register("incidents", INCIDENT_WORK)
