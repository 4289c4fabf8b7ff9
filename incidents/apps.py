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
        from changes.page import CHANGE_PANELS
        from changes.service_history import SERVICE_PAST
        from core.palette import PALETTE
        from incidents.adjustment_audience import may_see_adjustment
        from incidents.audience import findings_for, may_see
        from incidents.causes import CAUSED_INCIDENTS
        from incidents.client_panel import agreed_panel, attainment_panel, open_panel
        from incidents.client_report import JOB_KIND, make_report
        from incidents.clock_audience import tell_of_incident_clocks, tell_of_request_clocks
        from incidents.credit_segments import register_credit_segments
        from incidents.evidence import register_evidence
        from incidents.forms.clients import offer_report
        from incidents.importing.servicenow import ServiceNowIncidents
        from incidents.lived import LIVED_CALLS, LIVED_INCIDENTS, LIVED_REQUESTS
        from incidents.naming import TITLES
        from incidents.palette import INCIDENTS, PROBLEMS, REQUESTS
        from incidents.personal_data import declare_personal_data
        from incidents.problem_page import problems_panel
        from incidents.quality import INCIDENTS_RESOLVED
        from incidents.queues.incident_work import INCIDENT_WORK
        from incidents.queues.kinds import WORK_KINDS
        from incidents.queues.problem_work import PROBLEM_WORK
        from incidents.queues.request_work import REQUEST_WORK
        from incidents.readers import contacts_seen
        from incidents.request_audience import may_see_request, requests_as_contacts
        from incidents.service_panel import OPEN_INCIDENTS
        from incidents.service_past import recent_incidents
        from incidents.vendor_figures import register_vendor_figures
        from incidents.vendor_incidents import vendor_incidents_panel
        from incidents.vendor_panel import escalations_panel
        from notifications.audience import AUDIENCE_CHECKS
        from people.quality.sources import SOURCES
        from records.exports import FILE_KINDS
        from records.importing import FORMATS
        from records.job_titles import name_job
        from records.jobs import JOB_KINDS
        from records.querysets import FINDING_AUDIENCES
        from sla.client_page import CLIENT_ACTIONS, CLIENT_PANELS
        from sla.feedback_figures import CONTACTS
        from sla.lived_records import LIVED_RECORDS
        from sla.thresholds import THRESHOLD_HEARERS
        from vendors.page import VENDOR_PANELS

        declare_personal_data()
        SOURCES.register("incidents", INCIDENTS_RESOLVED)
        CONTACTS.register("incidents", contacts_seen)
        CONTACTS.register("requests", requests_as_contacts)
        CLIENT_PANELS.register("open-work", open_panel)
        CLIENT_PANELS.register("attainment", attainment_panel)
        CLIENT_PANELS.register("agreed", agreed_panel)
        CLIENT_ACTIONS.register("report", offer_report)
        JOB_KINDS.register(JOB_KIND, make_report)
        FILE_KINDS.add(JOB_KIND)
        name_job(JOB_KIND, _("Report of a month for a client"))
        CONSEQUENCES.register("incidents", CAUSED_INCIDENTS)
        CHANGE_PANELS.register("problems", problems_panel)
        LIVED_RECORDS.register("incidents", LIVED_INCIDENTS)
        LIVED_RECORDS.register("requests", LIVED_REQUESTS)
        LIVED_RECORDS.register("calls", LIVED_CALLS)
        name_actions(TITLES)
        register_evidence()
        AUDIENCE_CHECKS.register("REQ", may_see_request)
        AUDIENCE_CHECKS.register("ADJ", may_see_adjustment)
        PALETTE.register("incidents.request", REQUESTS)
        AUDIENCE_CHECKS.register("INC", may_see)
        OPEN_WORK.register("incidents", OPEN_INCIDENTS)
        SERVICE_PAST.register("incidents", recent_incidents)
        FINDING_AUDIENCES.register("incidents", findings_for)
        PALETTE.register("incidents.incident", INCIDENTS)
        PALETTE.register("incidents.problem", PROBLEMS)
        FORMATS.register("incident/servicenow", ServiceNowIncidents)
        VENDOR_PANELS.register("incidents", vendor_incidents_panel)
        VENDOR_PANELS.register("escalations", escalations_panel)
        THRESHOLD_HEARERS.register("incidents", tell_of_incident_clocks)
        THRESHOLD_HEARERS.register("requests", tell_of_request_clocks)
        WORK_KINDS.register("incidents", INCIDENT_WORK)
        WORK_KINDS.register("requests", REQUEST_WORK)
        WORK_KINDS.register("problems", PROBLEM_WORK)
        register_vendor_figures()
        register_credit_segments()
