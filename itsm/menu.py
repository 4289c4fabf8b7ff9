"""The menu as a table: areas, their pages, the permission that opens each, keys and counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm import counts


@dataclass(frozen=True)
class Page:
    """One line of the menu. Without a permission it is for everybody with a role.

    With a `query` it is a part of the page above it. `count` gives the rows to be counted, and
    `count_note` says of what they are a number.
    """

    title: str | Promise
    icon: str
    url_name: str
    permission: str = ""
    shortcut: str = ""
    query: str = ""
    count: Callable[[Any], Any] | None = None
    count_note: str | Promise = ""

    def opens_for(self, user: Any) -> bool:
        return not self.permission or user.has_perm(self.permission)


@dataclass(frozen=True)
class Area:
    """A heading of the menu and the pages below it."""

    code: str
    title: str | Promise
    pages: tuple[Page, ...]


def _list(
    model: str,
    title: str | Promise,
    icon: str,
    shortcut: str = "",
    permission: str | None = None,
    **more: Any,
) -> Page:
    app, name = model.split(".")
    needed = f"{app}.view_{name}" if permission is None else permission
    return Page(title, icon, f"admin:{app}_{name}_changelist", needed, shortcut, **more)


# Kept by administrators; others read them where they apply.
KEPT_FOR_CLOCKS = (
    _list("sla.clockprofile", _("Clock profiles"), "timer", permission="sla.change_clockprofile"),
    _list(
        "incidents.breachreason",
        _("Reasons for missed targets"),
        "rule",
        permission="incidents.change_breachreason",
    ),
    _list(
        "incidents.targetstep",
        _("Target path"),
        "star",
        permission="incidents.change_targetstep",
    ),
)

AREAS = (
    Area(
        "work",
        _("Work"),
        (
            Page(_("Home"), "home", "admin:index", shortcut="g h"),
            Page(_("Queues"), "assignment_ind", "admin:queues", "incidents.view_incident", "g l"),
            _list("incidents.incident", _("Incidents"), "emergency", "g i"),
            _list(
                "incidents.incident",
                _("My incidents"),
                "assignment_ind",
                "g m",
                query="tab=mine",
                count=counts.own_open_incidents,
                count_note=pgettext_lazy("incidents", "open"),
            ),
            _list(
                "incidents.incident",
                _("Without an owner"),
                "person_off",
                "g u",
                query="tab=unowned",
                count=counts.incidents_without_owner,
                count_note=_("open in my teams"),
            ),
            _list("incidents.problem", _("Problems"), "bug_report", "g o"),
            _list("incidents.problem", _("Known errors"), "lightbulb", query="tab=known"),
            Page(_("Wallboard"), "dashboard", "admin:wallboard", "incidents.view_incident"),
            Page(_("1-5-10 score"), "timer", "admin:mandate_score", "incidents.view_incident"),
            Page(_("My devices"), "computer", "admin:assets_handout_mine"),
            Page(_("My team"), "groups", "admin:my_team", "people.change_qualityplan"),
            Page(_("My 1:1s"), "groups", "admin:one_on_ones"),
            Page(_("Coaching"), "school", "admin:coaching"),
        ),
    ),
    Area(
        "clients",
        _("Clients and requests"),
        (
            _list("incidents.request", _("Requests"), "inbox", "g y"),
            _list("incidents.accountadjustment", _("Account adjustments"), "payments"),
            _list("incidents.adjustmentlimit", _("Limits of adjustments"), "rule"),
            _list("incidents.phonecall", _("Telephone calls"), "support_agent"),
            _list("sla.client", _("Clients"), "storefront", "g c"),
            _list("sla.agreement", _("Agreements"), "handshake"),
            _list("sla.feedbackinvitation", _("Feedback"), "star"),
            _list("incidents.guide", _("Diagnosis checklists"), "rule"),
        ),
    ),
    Area(
        "changes",
        _("Change management"),
        (
            _list("changes.change", _("Changes"), "tune", "g n"),
            _list(
                "changes.change",
                _("Awaiting my vote"),
                "gavel",
                "g w",
                permission="changes.approve_change",
                query="tab=vote",
                count=counts.changes_awaiting_vote,
                count_note=_("awaiting my vote"),
            ),
            Page(
                _("Workbench"),
                "task_alt",
                "admin:changes_workbench",
                "changes.approve_change",
                "g b",
            ),
            _list("changes.freezewindow", _("Freeze windows"), "calendar_month"),
            _list("changes.maintenancewindow", _("Maintenance windows"), "schedule"),
            Page(
                _("Calendar of changes"),
                "calendar_month",
                "admin:changes_change_calendar",
                "changes.view_change",
                "g k",
            ),
            _list("changes.meeting", _("Meetings"), "schedule", "g e"),
            _list("changes.changetemplate", _("Standard changes"), "description"),
            _list("changes.board", _("Boards"), "groups"),
            _list("changes.approvalpolicy", _("Approval policies"), "rule"),
            _list("changes.freezebudget", _("Freeze budgets"), "payments"),
            Page(_("Measures"), "dashboard", "admin:change_measures", "changes.view_change"),
            _list("changes.deployment", _("Deployments"), "move_to_inbox"),
            _list("changes.finding", _("Deployment findings"), "flag"),
            _list("changes.servicerepository", _("Repositories"), "account_tree"),
            _list(
                "changes.absence",
                _("My absences"),
                "calendar_month",
                permission="changes.add_absence",
            ),
        ),
    ),
    Area(
        "estate",
        _("Estate"),
        (
            _list("assets.service", _("Services"), "hub", "g s"),
            _list("assets.asset", _("Assets"), "dns", "g a"),
            _list("assets.dependency", _("Dependencies"), "account_tree", "g d"),
            _list("assets.handout", _("Devices in hand"), "devices", "", "assets.change_asset"),
            _list("assets.assetimport", _("Imports"), "upload", "", "assets.import_asset"),
        ),
    ),
    Area(
        "vendors",
        _("Vendors and contracts"),
        (
            _list("vendors.vendor", _("Vendors"), "handshake", "g v"),
            _list("vendors.contract", _("Contracts"), "description", "g f"),
            _list("vendors.renewaldecision", _("Renewal decisions"), "sync"),
            _list("vendors.attestation", _("Attestations"), "policy"),
            _list("vendors.responsibilitymatrix", _("Responsibilities"), "rule"),
            _list("assets.servicedependency", _("Dependencies on vendors"), "account_tree"),
            Page(
                _("Services and vendors"),
                "hub",
                "admin:assets_servicedependency_matrix",
                "assets.view_servicedependency",
            ),
            Page(
                _("Concentration"),
                "dashboard",
                "admin:assets_servicedependency_concentration",
                "assets.view_servicedependency",
            ),
            _list("vendors.exitplan", _("Exit plans"), "flag"),
            _list("vendors.obligation", _("Obligations"), "task_alt"),
            _list("vendors.obligationtask", _("Due obligations"), "done_all"),
            Page(
                _("Renewal calendar"),
                "calendar_month",
                "admin:vendors_contract_calendar",
                "vendors.view_obligation",
            ),
            _list("vendors.creditclaim", _("Credit claims"), "receipt_long"),
            _list("vendors.scorecard", _("Scorecards"), "verified"),
            _list("vendors.servicereview", _("Service reviews"), "groups"),
            Page(
                _("Vendors side by side"),
                "dashboard",
                "admin:vendors_scorecard_compare",
                "vendors.view_scorecard",
            ),
            _list("vendors.scoremodel", _("Models of scorecards"), "tune"),
            _list("vendors.budget", _("Budgets"), "payments"),
            _list("vendors.invoice", _("Invoices"), "receipt_long"),
            _list("vendors.saving", _("Savings"), "star"),
            _list("vendors.fxrate", _("Rates of exchange"), "swap_horiz"),
        ),
    ),
    Area(
        "people",
        _("People"),
        (
            _list("people.person", _("People"), "badge", "g p"),
            _list("people.team", _("Teams"), "groups", "g t"),
            _list("people.certification", _("Certifications"), "verified"),
            Page(_("Quality of work"), "star", "admin:quality", "people.view_qualityreview"),
            _list("people.qualityreview", _("Quality reviews"), "task_alt"),
            _list("people.qualitydispute", _("Disputes about ratings"), "gavel"),
            _list("people.calibration", _("Calibrations"), "swap_horiz"),
            _list("people.qualityplan", _("Quality plans"), "tune"),
            _list("people.qualitydraw", _("Draws"), "description"),
            _list("people.rubric", _("Rubrics"), "rule"),
            _list("people.subsidiary", _("Subsidiaries"), "domain", "", "people.change_subsidiary"),
            _list("people.workcalendar", _("Working calendars"), "schedule"),
            *KEPT_FOR_CLOCKS,
            _list("people.user", _("Accounts"), "person"),
            _list("people.rolegrant", _("Role grants"), "key"),
            Page(_("Roles"), "policy", "admin:people_roles", shortcut="g r"),
            _list("people.accessreview", _("Access reviews"), "rule"),
            _list("people.accessreviewitem", _("Accounts to review"), "task_alt"),
            _list("people.privacyrequest", _("Privacy requests"), "policy"),
            _list("people.retentionrule", _("Retention"), "schedule"),
            Page(_("Break-glass"), "key", "admin:break_glass", "people.approve_glassaccess"),
        ),
    ),
    Area(
        "alerts",
        _("Alerts and messages"),
        (
            _list("integrations.alertsource", _("Alert sources"), "sensors"),
            _list(
                "integrations.alertevent",
                _("Received events"),
                "move_to_inbox",
                count=counts.failed_events,
                count_note=pgettext_lazy("count", "failed"),
            ),
            _list(
                "notifications.message",
                _("Messages"),
                "mail",
                permission="",
                count=counts.failed_messages,
                count_note=pgettext_lazy("count", "failed"),
            ),
            _list(
                "records.job",
                _("Jobs"),
                "sync",
                "g j",
                permission="",
                count=counts.failed_jobs,
                count_note=pgettext_lazy("count", "failed"),
            ),
        ),
    ),
    Area(
        "audit",
        _("Audit"),
        (
            _list("evidence.auditrequest", _("Audit requests"), "assignment_ind", "g q"),
            _list("evidence.engagement", _("Audit engagements"), "handshake"),
            Page(
                _("Exceptions"),
                "flag",
                "admin:evidence_exceptions",
                "evidence.view_exceptions",
                "g x",
            ),
            Page(_("Controls"), "rule", "admin:evidence_controls", "evidence.view_exceptions"),
            _list("changes.controlexception", _("Control exceptions"), "warning"),
            _list(
                "evidence.controlfailure",
                _("Control failures"),
                "emergency",
                count=counts.unsettled_failures,
                count_note=pgettext_lazy("count", "to settle"),
            ),
            _list("audit.ledgerentry", _("Audit trail"), "history"),
            Page(
                _("Verify the ledger"),
                "task_alt",
                "admin:evidence_verify",
                "audit.view_ledgerentry",
            ),
            _list("evidence.evidencepack", _("Evidence packs"), "verified"),
            _list("records.cardnumberfinding", _("Card numbers found"), "credit_card_off"),
        ),
    ),
)
