"""The sla app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    name = "sla"
    verbose_name = _("sla")

    def ready(self) -> None:
        from audit.naming import name_actions
        from core.palette import PALETTE
        from notifications.texts import FACT_WORDS
        from people.calendar_hearers import CALENDAR_HEARERS
        from records.job_titles import name_job
        from records.jobs import JOB_KINDS
        from sla.agreement_services import RETARGET
        from sla.calendar_laying import LAY_BY_CALENDAR, lay_by_calendar, note_altered_calendar
        from sla.credit_segments import register_credit_segments
        from sla.enums import metric_label
        from sla.evidence import register_evidence
        from sla.freezing import freeze_months
        from sla.naming import TITLES
        from sla.palette import CLIENTS
        from sla.personal_data import declare_personal_data
        from sla.renewal_facts import breach_segments
        from sla.retargeting import retarget
        from sla.statement_services import FREEZE
        from sla.vendor_figures import register_vendor_figures
        from vendors.renewals import facts

        declare_personal_data()
        register_evidence()
        register_vendor_figures()
        register_credit_segments()
        name_actions(TITLES)
        JOB_KINDS.register(RETARGET, retarget)
        name_job(RETARGET, _("Applying an agreement to open records"))
        JOB_KINDS.register(LAY_BY_CALENDAR, lay_by_calendar)
        name_job(LAY_BY_CALENDAR, _("Moving deadlines after a calendar was altered"))
        CALENDAR_HEARERS.register("sla", note_altered_calendar)
        JOB_KINDS.register(FREEZE, freeze_months)
        name_job(FREEZE, _("Freezing the months of agreements"))
        FACT_WORDS.register("metric", metric_label)
        PALETTE.register("sla.client", CLIENTS)
        facts.register("breaches", _("Breaches of agreed times"), breach_segments)
