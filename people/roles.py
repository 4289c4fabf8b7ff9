"""The roles there are, as readable code: what each is for and what it permits.

A role says *what* a person may do; a grant (team, country or everywhere, with dates) says *where*.
Which rows that means is written in each app's `visible_to`.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The seats of the field: ITIL 4, PCI DSS and the people records beside them."""

    AGENT = "agent", _("Agent")
    TEAM_LEAD = "team_lead", _("Team lead")
    SERVICE_MANAGER = "service_manager", _("Service-delivery manager")
    REQUESTER = "requester", _("Change requester")
    IMPLEMENTER = "implementer", _("Implementer")
    PEER = "peer", _("Technical peer")
    SERVICE_OWNER = "service_owner", _("Service owner")
    CAB_MEMBER = "cab_member", _("CAB member")
    CAB_CHAIR = "cab_chair", _("CAB chair")
    SENIOR_APPROVER = "senior_approver", _("Senior approver")
    VENDOR_MANAGER = "vendor_manager", _("Vendor manager")
    FINANCE = "finance", _("Finance")
    HR_PARTNER = "hr_partner", _("HR partner")
    AUDITOR = "auditor", _("Auditor")
    PLATFORM_ADMIN = "platform_admin", _("Platform administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")


ADMINISTERING = (Role.PLATFORM_ADMIN, Role.SECURITY_ADMIN)
APPROVING = (Role.CAB_MEMBER, Role.CAB_CHAIR, Role.SENIOR_APPROVER)  # never held by the former


@dataclass(frozen=True)
class RoleFacts:
    """What one role is for and the permissions it carries, as Django's `app.verb_model`."""

    description: str | Promise
    permissions: frozenset[str]


def _permissions(*groups: str) -> frozenset[str]:
    return frozenset(name for group in groups for name in group.split())


_READ_INCIDENTS = (
    "incidents.view_incident incidents.view_problem sla.view_client sla.view_clockprofile "
    "incidents.view_breachreason incidents.view_targetstep"
)
_WORK_INCIDENTS = (
    f"{_READ_INCIDENTS} incidents.add_incident incidents.change_incident sla.view_agreement "
    "incidents.view_guide incidents.add_problem incidents.change_problem "
    "sla.view_feedbackinvitation"
)
_READ_REQUESTS = (
    "incidents.view_request incidents.view_accountadjustment incidents.view_adjustmentlimit"
)
_WORK_REQUESTS = (
    f"{_READ_REQUESTS} incidents.add_request incidents.change_request "
    "incidents.add_accountadjustment incidents.change_accountadjustment incidents.view_phonecall "
    "incidents.add_phonecall incidents.change_phonecall"
)
_LEAD_REQUESTS = "incidents.share_request incidents.check_accountadjustment"
_KEEP_LIMITS = (
    "incidents.view_adjustmentlimit incidents.add_adjustmentlimit incidents.change_adjustmentlimit"
)
_KEEP_CLOCKS = (
    "sla.view_clockprofile sla.add_clockprofile sla.change_clockprofile "
    "incidents.view_breachreason incidents.add_breachreason incidents.change_breachreason "
    "incidents.view_targetstep incidents.add_targetstep incidents.change_targetstep"
)
_AGREE = "sla.add_agreement sla.change_agreement sla.approve_agreement"
_READ_ESTATE = "assets.view_service assets.view_asset assets.view_dependency"
_READ_VENDORS = "vendors.view_vendor vendors.view_contract"
_READ_SPEND = "vendors.view_budget vendors.view_invoice vendors.view_fxrate vendors.view_saving"
_KEEP_SPEND = (
    f"{_READ_SPEND} vendors.add_budget vendors.change_budget vendors.add_invoice "
    "vendors.add_saving vendors.change_saving"
)
_APPROVE_SPEND = "vendors.approve_budget vendors.add_fxrate vendors.verify_saving"
_APPROVE_CONTRACTS = "vendors.approve_contract vendors.approve_vendor"
_READ_JUDGEMENTS = (
    "vendors.view_scorecard vendors.view_scoremodel vendors.view_renewaldecision "
    "vendors.view_attestation vendors.view_responsibilitymatrix vendors.view_creditclaim "
    "vendors.view_exitplan assets.view_servicedependency vendors.view_obligation "
    "vendors.view_obligationtask vendors.view_servicereview"
)
_KEEP_ASSURANCE = (
    "vendors.add_attestation vendors.change_attestation vendors.add_responsibilitymatrix "
    "vendors.change_responsibilitymatrix vendors.add_exitplan vendors.change_exitplan "
    "vendors.add_obligation vendors.change_obligation"
)
_KEEP_DEPENDENCIES = "assets.add_servicedependency assets.change_servicedependency"
_MARK_VENDORS = f"{_READ_JUDGEMENTS} vendors.mark_scorecard vendors.minute_servicereview"
_KEEP_SCORES = (
    f"{_MARK_VENDORS} vendors.change_scorecard vendors.add_scoremodel vendors.change_scoremodel "
    "vendors.add_servicereview vendors.change_servicereview"
)
_READ_PEOPLE = (
    "people.view_team people.view_person people.view_workcalendar people.view_certification"
)
# One claims only what oneself holds; whoever leads verifies it.
_CLAIM = "people.add_certification people.change_certification"
_VERIFY = "people.verify_certification"
# What good work is may be read by whoever is judged by it, and drafted by who leads them.
_READ_QUALITY = (
    "people.view_rubric people.view_qualityplan people.view_qualityreview "
    "people.view_qualitydispute people.view_qualitydraw people.view_calibration"
)
_REVIEW_QUALITY = (
    f"{_READ_QUALITY} people.change_qualityreview people.change_qualitydispute "
    "people.change_calibration"
)
_WRITE_QUALITY = (
    f"{_REVIEW_QUALITY} people.add_rubric people.change_rubric people.add_qualityplan "
    "people.change_qualityplan people.add_externalscore people.add_calibration"
)
_EXPORT = "records.export_list"
_CONFIGURE = (
    "people.view_user people.add_user people.change_user people.view_person people.add_person "
    "people.change_person people.view_team people.add_team people.change_team "
    "people.view_subsidiary people.add_subsidiary people.change_subsidiary people.view_membership "
    "people.add_membership people.change_membership people.view_workcalendar "
    "people.view_rolegrant people.add_rolegrant people.change_rolegrant people.view_apitoken"
)
_KEEP_CALENDARS = "people.add_workcalendar people.change_workcalendar"
_CONFIGURE_ESTATE = (
    f"{_READ_ESTATE} assets.add_service assets.change_service assets.add_asset assets.change_asset "
    "assets.import_asset assets.add_dependency assets.change_dependency sla.view_client "
    "sla.add_client sla.change_client integrations.view_alertsource integrations.add_alertsource "
    "integrations.change_alertsource integrations.view_sourcekey integrations.view_alertevent "
    "integrations.change_alertevent notifications.view_message records.view_job"
)
_WRITE_ESTATE = (
    "assets.change_service assets.add_asset assets.change_asset assets.import_asset "
    "assets.add_dependency"
)

_READ_CHANGES = (
    "changes.view_change changes.view_board changes.view_approvalpolicy "
    "changes.view_changetemplate changes.view_freezewindow changes.view_freezebudget "
    "changes.view_deployment changes.view_finding changes.view_servicerepository "
    "changes.view_maintenancewindow"
)
_PREPARE_CHANGES = f"{_READ_CHANGES} changes.add_change changes.change_change changes.share_change"
_APPROVE_CHANGES = (
    f"{_READ_CHANGES} changes.view_meeting changes.approve_change changes.view_absence "
    "changes.add_absence changes.change_absence"
)
_STANDARD_CHANGES = "changes.add_changetemplate changes.change_changetemplate"
_FREEZE = (
    "changes.add_freezewindow changes.change_freezewindow changes.add_freezebudget "
    "changes.change_freezebudget changes.add_maintenancewindow changes.change_maintenancewindow"
)
_SETTLE_FINDINGS = "changes.change_finding"
_MAP_REPOSITORIES = "changes.add_servicerepository changes.change_servicerepository"
_CONFIGURE_CHANGES = (
    f"changes.view_freezewindow changes.view_freezebudget changes.view_maintenancewindow {_FREEZE} "
    "changes.view_board changes.add_board changes.change_board changes.view_approvalpolicy "
    "changes.add_approvalpolicy changes.change_approvalpolicy changes.view_servicerepository "
    f"{_MAP_REPOSITORIES}"
)
_ANSWER_AUDITS = "evidence.view_auditrequest"
_EXCEPTIONS = "evidence.view_exceptions"

# Two of these decide about keys and epochs together; either settles a failure of a control.
_KEEP_LEDGER = (
    "audit.approve_ledgerepoch evidence.view_controlfailure evidence.change_controlfailure"
)
_PACK_EVIDENCE = "evidence.view_evidencepack evidence.add_evidencepack"
_REVIEW_ACCESS = "people.view_accessreview people.view_accessreviewitem"
_DECIDE_ACCESS = f"{_REVIEW_ACCESS} people.change_accessreviewitem"
_RUN_REVIEWS = f"{_DECIDE_ACCESS} people.add_accessreview people.change_accessreview"
# Three persons are needed for an erasure: one of these records what was asked, two others approve.
_APPROVE_ERASURES = "people.view_privacyrequest people.approve_privacyrequest"
_KEEP_PRIVACY = (
    f"{_APPROVE_ERASURES} people.add_privacyrequest people.change_privacyrequest "
    "people.view_retentionrule"
)
# Confidential records are opened to others by two of these together, for a day.
_BREAK_GLASS = "people.ask_glassaccess people.approve_glassaccess"
_SIGN_REVIEWS = f"{_REVIEW_ACCESS} people.sign_accessreview"

ROLES: dict[Role, RoleFacts] = {
    Role.AGENT: RoleFacts(
        _("Works incidents of the own country, first or second line."),
        _permissions(
            _READ_CHANGES,
            _WORK_INCIDENTS,
            _WORK_REQUESTS,
            _READ_ESTATE,
            _READ_VENDORS,
            *(_READ_PEOPLE, _CLAIM, _REVIEW_QUALITY),
        ),
    ),
    Role.TEAM_LEAD: RoleFacts(
        _("Leads a team: its incidents, its rota, its coaching."),
        _permissions(
            _MARK_VENDORS,
            _ANSWER_AUDITS,
            _PREPARE_CHANGES,
            _DECIDE_ACCESS,
            _EXPORT,
            *(_WORK_INCIDENTS, _WORK_REQUESTS, _LEAD_REQUESTS),
            "incidents.override_priority incidents.share_incident incidents.take_helprequest",
            "incidents.add_guide incidents.change_guide incidents.judge_incident",
            _READ_ESTATE,
            _READ_VENDORS,
            *(_READ_PEOPLE, _CLAIM, _VERIFY, _WRITE_QUALITY),
        ),
    ),
    Role.SERVICE_MANAGER: RoleFacts(
        _("Runs service delivery: major incidents, SLA, OLA and the 1-5-10 mandate."),
        _permissions(
            *(_MARK_VENDORS, "vendors.approve_scoremodel", _KEEP_DEPENDENCIES),
            *(_ANSWER_AUDITS, _EXCEPTIONS),
            "evidence.view_engagement evidence.change_auditrequest",
            _PREPARE_CHANGES,
            _DECIDE_ACCESS,
            _STANDARD_CHANGES,
            _FREEZE,
            "changes.view_controlexception",
            _AGREE,
            _KEEP_LEDGER,
            _SETTLE_FINDINGS,
            _MAP_REPOSITORIES,
            _EXPORT,
            *(_WORK_INCIDENTS, _WORK_REQUESTS, _LEAD_REQUESTS),
            "incidents.override_priority incidents.share_incident incidents.take_helprequest",
            "incidents.add_guide incidents.change_guide incidents.judge_incident",
            _READ_ESTATE,
            _READ_VENDORS,
            *(_READ_PEOPLE, _CLAIM, _VERIFY, _WRITE_QUALITY),
            "people.approve_rubric",
        ),
    ),
    Role.REQUESTER: RoleFacts(
        _("Raises changes for the own services."),
        _permissions(
            _PREPARE_CHANGES,
            *(_READ_INCIDENTS, _READ_REQUESTS),
            _READ_ESTATE,
            _WRITE_ESTATE,
            _READ_VENDORS,
            *(_READ_PEOPLE, _CLAIM),
        ),
    ),
    Role.IMPLEMENTER: RoleFacts(
        _("Implements approved changes of the own services."),
        _permissions(
            _READ_CHANGES,
            "changes.implement_change",
            *(_READ_INCIDENTS, _READ_REQUESTS),
            _READ_ESTATE,
            _WRITE_ESTATE,
            _READ_VENDORS,
            *(_READ_PEOPLE, _CLAIM),
        ),
    ),
    Role.PEER: RoleFacts(
        _("Reviews changes of the own services as a technical peer."),
        _permissions(
            _APPROVE_CHANGES,
            *(_READ_INCIDENTS, _READ_REQUESTS),
            _READ_ESTATE,
            _WRITE_ESTATE,
            _READ_VENDORS,
            *(_READ_PEOPLE, _CLAIM),
        ),
    ),
    Role.SERVICE_OWNER: RoleFacts(
        _("Answers for services and what they run on."),
        _permissions(
            _ANSWER_AUDITS,
            _PREPARE_CHANGES,
            _STANDARD_CHANGES,
            _APPROVE_CHANGES,
            _SETTLE_FINDINGS,
            _MAP_REPOSITORIES,
            *(_READ_INCIDENTS, _READ_REQUESTS),
            _READ_ESTATE,
            _WRITE_ESTATE,
            _READ_VENDORS,
            *(_READ_PEOPLE, _CLAIM),
        ),
    ),
    Role.CAB_MEMBER: RoleFacts(
        _("Votes on the changes of the own board."),
        _permissions(
            _READ_JUDGEMENTS,
            *(_APPROVE_CHANGES, _APPROVE_CONTRACTS),
            *(_READ_INCIDENTS, _READ_ESTATE, _READ_VENDORS, _READ_PEOPLE, _CLAIM),
        ),
    ),
    Role.CAB_CHAIR: RoleFacts(
        _("Chairs a change advisory board."),
        _permissions(
            _READ_JUDGEMENTS,
            *(_ANSWER_AUDITS, _EXCEPTIONS),
            *(_APPROVE_CHANGES, _SETTLE_FINDINGS, _FREEZE, "changes.view_controlexception"),
            *(_EXPORT, _SIGN_REVIEWS, _APPROVE_CONTRACTS),
            *(_READ_INCIDENTS, _READ_ESTATE, _READ_VENDORS, _READ_PEOPLE, _CLAIM),
        ),
    ),
    Role.SENIOR_APPROVER: RoleFacts(
        _("Gives the final approval of high-risk changes."),
        _permissions(
            _READ_JUDGEMENTS,
            *(_APPROVE_CHANGES, _SETTLE_FINDINGS, _SIGN_REVIEWS, _APPROVE_ERASURES),
            *(_APPROVE_CONTRACTS, "people.approve_glassaccess"),
            *(_READ_INCIDENTS, _READ_ESTATE, _READ_VENDORS, _READ_PEOPLE, _CLAIM),
        ),
    ),
    Role.VENDOR_MANAGER: RoleFacts(
        _("Manages suppliers: contracts, scorecards, the incidents attributed to them."),
        _permissions(
            _KEEP_SCORES,
            _ANSWER_AUDITS,
            _READ_CHANGES,
            _EXPORT,
            "sla.view_agreement",
            *(_READ_INCIDENTS, _READ_REQUESTS),
            _READ_ESTATE,
            _READ_VENDORS,
            "vendors.add_vendor vendors.change_vendor vendors.add_contract vendors.change_contract",
            "vendors.change_renewaldecision vendors.add_creditclaim vendors.change_creditclaim",
            _KEEP_ASSURANCE,
            _KEEP_DEPENDENCIES,
            _KEEP_SPEND,
            *(_READ_PEOPLE, _CLAIM),
        ),
    ),
    Role.FINANCE: RoleFacts(
        _("Watches spend and credits of suppliers."),
        _permissions(
            *(_MARK_VENDORS, "vendors.approve_scoremodel", "vendors.add_creditsettlement"),
            *(_READ_CHANGES, _EXPORT, _READ_INCIDENTS, _READ_REQUESTS, _APPROVE_CONTRACTS),
            *(_KEEP_SPEND, _APPROVE_SPEND),
            *(_READ_ESTATE, _READ_VENDORS, _READ_PEOPLE, _CLAIM),
        ),
    ),
    Role.HR_PARTNER: RoleFacts(
        _("Accompanies people records where a participant, or by break-glass."),
        _permissions(_READ_PEOPLE, _CLAIM, _KEEP_PRIVACY, _BREAK_GLASS, "people.view_rubric"),
    ),
    Role.AUDITOR: RoleFacts(
        _("Reads everything in scope until the engagement ends."),
        _permissions(
            _READ_JUDGEMENTS,
            *(_ANSWER_AUDITS, _EXCEPTIONS),
            "evidence.view_engagement evidence.add_auditrequest",
            _READ_CHANGES,
            "changes.view_meeting changes.view_absence changes.view_controlexception",
            _EXPORT,
            _REVIEW_ACCESS,
            "people.view_retentionrule",
            "sla.view_agreement sla.view_feedbackinvitation",
            *(_READ_INCIDENTS, _READ_REQUESTS),
            "sla.view_agreement incidents.view_phonecall",
            _READ_ESTATE,
            *(_READ_VENDORS, _READ_SPEND),
            *(_READ_PEOPLE, _READ_QUALITY),
            "people.view_user people.view_membership people.view_rolegrant people.view_subsidiary "
            "audit.view_ledgerentry notifications.view_message integrations.view_alertevent "
            "evidence.view_controlfailure records.view_cardnumberfinding",
            _PACK_EVIDENCE,
        ),
    ),
    Role.PLATFORM_ADMIN: RoleFacts(
        _("Configures the portal; approves nothing and sees no business records."),
        _permissions(
            *(_ANSWER_AUDITS, _CONFIGURE_CHANGES, _EXPORT),
            *(_CONFIGURE, _CONFIGURE_ESTATE, _DECIDE_ACCESS, _KEEP_CALENDARS, _KEEP_LIMITS),
            _KEEP_CLOCKS,
        ),
    ),
    Role.SECURITY_ADMIN: RoleFacts(
        _("Looks after accounts, grants and the audit trail."),
        _permissions(
            *(_ANSWER_AUDITS, _EXCEPTIONS),
            "evidence.view_engagement evidence.add_engagement evidence.change_engagement",
            _EXPORT,
            _CONFIGURE,
            _KEEP_LEDGER,
            _RUN_REVIEWS,
            _KEEP_PRIVACY,
            *("people.change_retentionrule", "people.approve_glassaccess"),
            "audit.view_ledgerentry integrations.view_alertsource records.view_cardnumberfinding",
            _PACK_EVIDENCE,
        ),
    ),
}
