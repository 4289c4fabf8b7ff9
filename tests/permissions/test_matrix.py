"""Who gets which answer from which endpoint: the whole of role x endpoint x method, as a literal.

The endpoints come from the router, so a new one fails here until its row is written. Every request
is as empty as can be: 400 and 428 mean that the person may try, 403 that they see but may not,
404 that the record does not exist for them. A list is `shown` or `hidden` by whether it holds the
record that the world below has of each kind.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from assets.models import Dependency
from changes.models import (
    ApprovalPolicy,
    Board,
    Conflict,
    ControlException,
    Deployment,
    Finding,
    SegregationException,
)
from changes.services import declare_freeze, declare_maintenance, report_deployment
from changes.services.configuring import name_substitute
from evidence.models import EvidencePack
from evidence.services.failures import report_failure, report_recovery
from incidents.services import attach_to_incident
from incidents.services.problem_links import link_change
from incidents.services.problems import raise_problem
from integrations.models import Alert, AlertEvent, AlertSource
from itsm.api import own_preferences, router
from notifications.models import Message
from people.services.quality_disputes import raise_dispute
from people.services.quality_plans import edit_plan
from records.models import Job, SavedView
from sla.agreement_services import add_agreement
from sla.client_services import add_client
from tests.assets.devices import a_hand_out
from tests.assets.supplied import a_dependency_on_a_vendor
from tests.changes.meetings import a_meeting
from tests.changes.test_template_pages import a_template
from tests.evidence.audits import a_request, an_engagement
from tests.factories import a_change, a_service, a_vendor, an_asset, an_incident
from tests.incidents.asking import a_call, a_limit, an_adjustment
from tests.incidents.guides import a_guide
from tests.incidents.missing import a_breach_reason, a_step
from tests.people.calibrated import calibrated_with
from tests.people.certified import a_certification
from tests.people.coaching import a_coaching
from tests.people.one_on_ones import a_series
from tests.people.privacy import a_request as a_privacy_request
from tests.people.quality.test_reviews import a_score
from tests.people.reviewed import KEYS, a_revealed_review
from tests.people.reviews import a_running_review
from tests.people.working_calendars import a_calendar
from tests.sla.clock_profiles import a_clock_profile
from tests.sla.feedback import an_invitation
from tests.vendors.attested import a_matrix, received
from tests.vendors.contracts import a_contract
from tests.vendors.credits import a_claim_without_sources
from tests.vendors.leaving import an_exit_plan
from tests.vendors.obliged import a_task, an_obligation
from tests.vendors.reviews import a_review
from tests.vendors.scores import a_model, a_scorecard
from tests.vendors.spend import a_budget, a_rate, a_saving, an_invoice
from vendors import services as services_of_vendors

pytestmark = pytest.mark.django_db

WORKING = "agent_l1 team_lead service_manager "
OWNING = "requester implementer peer service_owner "
BOARD = "approver cab_chair senior_approver "
BUYING = "vendor_manager finance "
ADMINS = "admin security_admin "
EVERYBODY = WORKING + OWNING + BOARD + BUYING + ADMINS + "hr_partner auditor outsider norole"

OF_GUIDES = WORKING + "outsider"

# Who finds the Mexican records of the world below.
OF_INCIDENTS = WORKING + OWNING + BUYING + "auditor"
OF_LIMITS = OF_INCIDENTS + " outsider admin"
OF_PROBLEMS = WORKING + OWNING + BOARD + BUYING + "auditor"  # a change of the board is linked
OF_CHANGES = WORKING + OWNING + BOARD + BUYING + "auditor"
OF_MEETINGS = "approver cab_chair auditor"
OF_FREEZES = OF_CHANGES + " admin outsider"
VOTING = "peer service_owner approver cab_chair senior_approver"
DESCRIBING = "service_owner service_manager"
PACKING = "auditor security_admin"
CONTROLLING = "service_manager cab_chair auditor"
WATCHING = "service_manager auditor security_admin"
AUDITING = "service_manager security_admin auditor"
FREEZING = "service_manager cab_chair admin"
SETTLING = "service_manager service_owner cab_chair senior_approver"
RAISING = "team_lead service_manager requester service_owner "
ANSWERING = RAISING + "peer " + BOARD
OF_ESTATE = WORKING + OWNING + BOARD + BUYING + "admin auditor"
OF_VENDORS = WORKING + OWNING + BOARD + BUYING + "auditor outsider"
OF_SPEND = BUYING + "auditor"
OF_AGREEMENTS = "agent_l1 agent_l2 team_lead service_manager vendor_manager auditor"
OF_CLOCKS = WORKING + OWNING + BOARD + BUYING + "admin auditor outsider"
OF_PEOPLE = WORKING + OWNING + BOARD + BUYING + ADMINS + "hr_partner auditor"
PAIR = "team_lead agent_l1"  # whoever takes part; no role opens a 1:1
LEADING = "agent_l1 team_lead service_manager auditor"  # the holder, and who leads there
JUDGED = WORKING + "hr_partner auditor outsider"  # a rubric is of no country
OF_QUALITY = WORKING + "auditor"  # whose work it is, and who leads there
LEADERS = "team_lead service_manager"
CLAIMING = WORKING + OWNING + BOARD + BUYING + "hr_partner outsider"
OF_PRIVACY = "hr_partner security_admin senior_approver"
OF_REVIEWS = ADMINS + "team_lead cab_chair senior_approver auditor"
MORE_THAN_NAMES = "team_lead service_manager auditor " + BOARD + BUYING


def rows(method: str, address: str, **roles: str) -> dict[tuple[str, str], dict[str, str]]:
    """One row of the table: role to outcome. `shown=` and `_403=` name the roles that get it, the
    later ones winning; everybody else gets `others`: 404, or a list without the record."""
    listing = method == "GET" and "<>" not in address
    found = dict.fromkeys(EVERYBODY.split(), roles.pop("others", "hidden" if listing else "404"))
    for answer, who in roles.items():
        found |= dict.fromkeys(who.split(), answer.removeprefix("_"))
    return {(method, address): found}


MATRIX: dict[tuple[str, str], dict[str, str]] = {
    **rows("GET", "absences/", shown="approver cab_chair auditor"),
    **rows("POST", "absences/", _400=VOTING, others="403"),
    **rows("GET", "absences/<>/", _200="approver cab_chair auditor"),
    **rows("POST", "absences/<>/end/", _200="approver", _403="cab_chair auditor"),
    **rows("GET", "access-review-items/", shown=OF_REVIEWS),
    **rows("GET", "access-review-items/<>/", _200=OF_REVIEWS),
    **rows("GET", "access-review-items/<>/history/", _200=OF_REVIEWS),
    **rows("POST", "access-review-items/<>/decide/", _403=OF_REVIEWS, _400=ADMINS + "team_lead"),
    **rows("GET", "account-adjustments/", shown=OF_INCIDENTS),
    **rows("POST", "account-adjustments/", _400=WORKING + "outsider", others="403"),
    **rows("GET", "account-adjustments/<>/", _200=OF_INCIDENTS),
    **rows("GET", "account-adjustments/<>/history/", _200=OF_INCIDENTS),
    **rows("GET", "account-adjustments/<>/transitions/", _200=OF_INCIDENTS),
    **rows(
        "POST",
        "account-adjustments/<>/transitions/",
        _403=OF_INCIDENTS,
        _409="agent_l1 team_lead service_manager",
    ),
    **rows("GET", "adjustment-limits/", shown=OF_LIMITS),
    **rows("POST", "adjustment-limits/", _400="admin", others="403"),
    **rows("GET", "adjustment-limits/<>/", _200=OF_LIMITS),
    **rows("PATCH", "adjustment-limits/<>/", _403=OF_LIMITS, _428="admin"),
    **rows("GET", "adjustment-limits/<>/history/", _200=OF_LIMITS),
    **rows("GET", "access-reviews/", shown=OF_REVIEWS + " service_manager"),
    **rows("GET", "access-reviews/<>/", _200=OF_REVIEWS + " service_manager"),
    **rows("GET", "access-reviews/<>/history/", _200=OF_REVIEWS + " service_manager"),
    **rows("GET", "access-reviews/<>/transitions/", _200=OF_REVIEWS + " service_manager"),
    **rows(
        "POST",
        "access-reviews/<>/transitions/",
        _403=OF_REVIEWS + " service_manager",
        _409="security_admin",
    ),
    **rows("GET", "agreements/", shown=OF_AGREEMENTS),
    **rows("POST", "agreements/", _400="service_manager", others="403"),
    **rows("GET", "agreements/<>/", _200=OF_AGREEMENTS),
    **rows("PATCH", "agreements/<>/", _403=OF_AGREEMENTS, _428="service_manager"),
    **rows("GET", "agreements/<>/history/", _200=OF_AGREEMENTS),
    **rows("GET", "agreements/<>/versions/", _200=OF_AGREEMENTS),
    **rows("GET", "agreements/<>/preview/", _409=OF_AGREEMENTS),
    **rows("POST", "agreements/<>/draft/", _403=OF_AGREEMENTS, _400="service_manager"),
    **rows("POST", "agreements/<>/draft/discard/", _403=OF_AGREEMENTS, _409="service_manager"),
    **rows("POST", "agreements/<>/approve/", _403=OF_AGREEMENTS, _409="service_manager"),
    **rows("GET", "agreements/<>/months/", _200=OF_AGREEMENTS),
    **rows("POST", "agreements/<>/months/", _403=OF_AGREEMENTS, _400="service_manager"),
    **rows("GET", "alert-events/", shown="admin auditor"),
    **rows("GET", "alert-events/<>/", _200="admin auditor"),
    **rows("GET", "alert-sources/", shown=ADMINS),
    **rows("GET", "alert-sources/<>/", _200=ADMINS),
    **rows("GET", "alerts/", shown=OF_INCIDENTS),
    **rows("GET", "alerts/<>/", _200=OF_INCIDENTS),
    **rows("GET", "approval-policies/", shown=OF_FREEZES),
    **rows("POST", "approval-policies/", _400="admin", others="403"),
    **rows("GET", "approval-policies/<>/", _200=OF_FREEZES),
    **rows("GET", "assets/", shown=OF_ESTATE),
    **rows("POST", "assets/", _400=OWNING + "admin", others="403"),
    **rows("GET", "assets/<>/", _200=OF_ESTATE),
    **rows("PATCH", "assets/<>/", _403=OF_ESTATE, _428=OWNING + "admin"),
    **rows("GET", "assets/<>/history/", _200=OF_ESTATE),
    **rows("GET", "assets/<>/impact/", _200=OF_ESTATE),
    **rows("GET", "assets/<>/transitions/", _200=OF_ESTATE),
    **rows("POST", "assets/<>/transitions/", _403=OF_ESTATE, _400=OWNING + "admin"),
    **rows("GET", "attachments/", shown=OF_INCIDENTS),
    **rows("POST", "attachments/", _400=WORKING + "outsider", others="403"),
    **rows("GET", "attachments/<>/", _200=OF_INCIDENTS),
    **rows("GET", "attachments/<>/content/", _200=OF_INCIDENTS),
    **rows("GET", "audit-requests/", shown=AUDITING),
    **rows("POST", "audit-requests/", _400="auditor", others="403"),
    **rows("GET", "audit-requests/<>/", _200=AUDITING),
    **rows("GET", "audit-requests/<>/history/", _200=AUDITING),
    **rows("GET", "audit-requests/<>/transitions/", _200=AUDITING),
    **rows("POST", "audit-requests/<>/transitions/", _409=AUDITING, _200="service_manager"),
    **rows("GET", "boards/", shown=OF_FREEZES),
    **rows("POST", "boards/", _400="admin", others="403"),
    **rows("GET", "boards/<>/", _200=OF_FREEZES),
    **rows("POST", "boards/<>/seats/", _403=OF_FREEZES, _400="admin"),
    **rows("GET", "cab-meetings/", shown=OF_MEETINGS),
    **rows("POST", "cab-meetings/", _400=VOTING, others="403"),
    **rows("GET", "cab-meetings/<>/", _200=OF_MEETINGS),
    **rows("GET", "cab-meetings/<>/agenda/", _200=OF_MEETINGS),
    **rows("POST", "cab-meetings/<>/agenda/", _403="auditor", _400="approver cab_chair"),
    **rows("GET", "cab-meetings/<>/attendance/", _200=OF_MEETINGS),
    **rows("POST", "cab-meetings/<>/attendance/", _200=OF_MEETINGS),
    **rows("GET", "cab-meetings/<>/conditions/", _200=OF_MEETINGS),
    **rows("GET", "cab-meetings/<>/history/", _200=OF_MEETINGS),
    **rows("GET", "cab-meetings/<>/minutes/"),  # in session: none yet
    **rows("GET", "cab-meetings/<>/minutes-data/"),
    **rows("POST", "cab-meetings/<>/signature/", others="403"),  # a token for writing signs nothing
    **rows("GET", "cab-meetings/<>/transitions/", _200=OF_MEETINGS),
    **rows(
        "POST", "cab-meetings/<>/transitions/", _403="auditor", _409="approver", _200="cab_chair"
    ),
    **rows("GET", "certifications/", shown=LEADING),
    **rows("POST", "certifications/", _400=CLAIMING, others="403"),
    **rows("GET", "certifications/<>/", _200=LEADING),
    **rows("PATCH", "certifications/<>/", _428=LEADING, _403="auditor"),
    **rows("GET", "certifications/<>/documents/", _200=LEADING),
    **rows("POST", "certifications/<>/documents/", _403=LEADING, _400="agent_l1"),
    **rows("GET", "certifications/<>/history/", _200=LEADING),
    **rows("GET", "certifications/<>/transitions/", _200=LEADING),
    **rows(
        "POST",
        "certifications/<>/transitions/",
        _403=LEADING,
        _200="team_lead service_manager",
    ),
    **rows("GET", "changes/", shown=OF_CHANGES),
    **rows("POST", "changes/", _400=RAISING, others="403"),
    **rows("GET", "changes/<>/", _200=OF_CHANGES),
    **rows("PATCH", "changes/<>/", _403=OF_CHANGES, _428=RAISING),
    **rows("GET", "changes/<>/attachments/", _200=OF_CHANGES),
    **rows("POST", "changes/<>/attachments/", _400=OF_CHANGES),
    **rows("GET", "changes/<>/attachments/<file>/content/"),
    **rows("GET", "changes/<>/checklist/", _200=OF_CHANGES),
    **rows("GET", "changes/<>/freeze-exceptions/", _200=OF_CHANGES),
    **rows("POST", "changes/<>/freeze-exceptions/", _400=OF_CHANGES),
    **rows("POST", "changes/<>/freeze-exceptions/<exception>/approve/"),
    **rows("POST", "changes/<>/freeze-exceptions/<exception>/review/"),
    **rows("GET", "changes/<>/conflicts/", _200=OF_CHANGES),
    **rows("POST", "changes/<>/conflicts/<conflict>/accept/", _403=OF_CHANGES, _400=ANSWERING),
    **rows("GET", "changes/<>/history/", _200=OF_CHANGES),
    **rows("GET", "changes/<>/risk/", _200=OF_CHANGES),
    **rows("GET", "changes/<>/tasks/", _200=OF_CHANGES),
    **rows("POST", "changes/<>/tasks/", _403=OF_CHANGES, _400=RAISING),
    **rows("GET", "changes/<>/transitions/", _200=OF_CHANGES),
    **rows("POST", "changes/<>/transitions/", _403=OF_CHANGES, _200=RAISING + "implementer"),
    **rows("GET", "changes/<>/versions/", _200=OF_CHANGES),
    **rows("GET", "changes/<>/votes/", _200=OF_CHANGES),
    **rows("POST", "changes/<>/votes/", others="403"),  # a token for writing does not vote
    **rows("GET", "clients/", shown=OF_ESTATE),
    **rows("POST", "clients/", _400="admin", others="403"),
    **rows("GET", "clients/<>/", _200=OF_ESTATE),
    **rows("PATCH", "clients/<>/", _403=OF_ESTATE, _428="admin"),
    **rows("GET", "clients/<>/history/", _200=OF_ESTATE),
    **rows("GET", "clients/<>/portfolio/", _200=OF_ESTATE),
    **rows("POST", "clients/<>/portfolio/", _403=OF_ESTATE, _400="admin"),
    **rows("POST", "clients/<>/portfolio/end/", _403=OF_ESTATE, _400="admin"),
    **rows("GET", "clients/<>/entitlements/", _200=OF_ESTATE),
    **rows("POST", "clients/<>/entitlements/", _403=OF_ESTATE, _400="admin"),
    **rows("POST", "clients/<>/entitlements/<entitlement>/end/"),
    **rows("GET", "controls/", _200=AUDITING + " cab_chair", others="403"),
    **rows("GET", "controls/<>/", _200=AUDITING + " cab_chair", others="403"),
    **rows("GET", "breach-reasons/", shown=OF_CLOCKS),
    **rows("POST", "breach-reasons/", _400="admin", others="403"),
    **rows("GET", "breach-reasons/<>/", _200=OF_CLOCKS),
    **rows("PATCH", "breach-reasons/<>/", _403=OF_CLOCKS, _428="admin"),
    **rows("GET", "breach-reasons/<>/history/", _200=OF_CLOCKS),
    **rows("GET", "clock-profiles/", shown=OF_CLOCKS),
    **rows("POST", "clock-profiles/", _400="admin", others="403"),
    **rows("GET", "clock-profiles/<>/", _200=OF_CLOCKS),
    **rows("PATCH", "clock-profiles/<>/", _403=OF_CLOCKS, _428="admin"),
    **rows("GET", "clock-profiles/<>/history/", _200=OF_CLOCKS),
    **rows("GET", "control-exceptions/", shown=CONTROLLING),
    **rows("GET", "control-exceptions/<>/", _200=CONTROLLING),
    **rows("GET", "control-failures/", shown=WATCHING),
    **rows("GET", "control-failures/<>/", _200=WATCHING),
    **rows("GET", "control-failures/<>/history/", _200=WATCHING),
    **rows("GET", "control-failures/<>/transitions/", _200=WATCHING),
    **rows(
        "POST",
        "control-failures/<>/transitions/",
        _403=WATCHING,
        _400="service_manager security_admin",
    ),
    **rows("GET", "changes/measures/", _200=OF_CHANGES + " outsider", others="403"),
    **rows("GET", "diagnosis-checklists/", shown=OF_GUIDES),
    **rows("POST", "diagnosis-checklists/", _400="team_lead service_manager", others="403"),
    **rows("GET", "diagnosis-checklists/<>/", _200=OF_GUIDES),
    **rows("PATCH", "diagnosis-checklists/<>/", _403=OF_GUIDES, _428="team_lead service_manager"),
    **rows("GET", "diagnosis-checklists/<>/history/", _200=OF_GUIDES),
    **rows("GET", "deployments/", shown=OF_CHANGES),
    **rows("GET", "deployments/<>/", _200=OF_CHANGES),
    **rows("GET", "deployments/<>/history/", _200=OF_CHANGES),
    **rows("GET", "engagements/", shown=AUDITING),
    **rows("POST", "engagements/", _400="security_admin", others="403"),
    **rows("GET", "engagements/<>/", _200=AUDITING),
    **rows("GET", "engagements/<>/history/", _200=AUDITING),
    **rows("GET", "evidence-packs/", shown=PACKING),
    **rows("POST", "evidence-packs/", _400=PACKING, others="403"),
    **rows("GET", "evidence-packs/<>/", _200=PACKING),
    **rows("GET", "evidence-packs/<>/consistency/", _400=PACKING),
    **rows("GET", "evidence-packs/<>/file/", _409=PACKING),
    **rows("GET", "evidence-packs/<>/history/", _200=PACKING),
    **rows("GET", "evidence-packs/<>/sample/", _200=PACKING),
    **rows("POST", "evidence-packs/<>/sample/", _400=PACKING),
    **rows("GET", "feedback/", shown=WORKING + "auditor"),
    **rows("GET", "feedback/figures/", _200=EVERYBODY),
    **rows("GET", "feedback/<>/", _200=WORKING + "auditor"),
    **rows("GET", "findings/", shown=OF_CHANGES),
    **rows("GET", "findings/<>/", _200=OF_CHANGES),
    **rows("GET", "findings/<>/history/", _200=OF_CHANGES),
    **rows("GET", "findings/<>/transitions/", _200=OF_CHANGES),
    **rows("POST", "findings/<>/transitions/", _403=OF_CHANGES, _200=SETTLING),
    **rows("GET", "freeze-windows/", shown=OF_FREEZES),
    **rows("POST", "freeze-windows/", _400=FREEZING, others="403"),
    **rows("GET", "freeze-windows/<>/", _200=OF_FREEZES),
    **rows("PATCH", "freeze-windows/<>/", _403=OF_FREEZES, _428=FREEZING),
    **rows("GET", "freeze-windows/<>/history/", _200=OF_FREEZES),
    **rows("GET", "hand-outs/", shown=OF_ESTATE),
    **rows("GET", "hand-outs/<>/", _200=OF_ESTATE),
    **rows("GET", "hand-outs/<>/history/", _200=OF_ESTATE),
    **rows("GET", "hand-outs/<>/transitions/", _200=OF_ESTATE),
    **rows("POST", "hand-outs/<>/transitions/", _403=OF_ESTATE, _200="agent_l1"),
    **rows("GET", "incidents/", shown=OF_INCIDENTS),
    **rows("POST", "incidents/", _400=WORKING + "outsider", others="403"),
    **rows("GET", "incidents/<>/", _200=OF_INCIDENTS),
    **rows("PATCH", "incidents/<>/", _403=OF_INCIDENTS, _428=WORKING),
    **rows("GET", "incidents/<>/breaches/", _200=OF_INCIDENTS),
    **rows("GET", "incidents/<>/clocks/", _200=OF_INCIDENTS),
    **rows("GET", "incidents/<>/clocks/<metric>/explanation/", _200=OF_INCIDENTS),
    **rows("GET", "incidents/<>/comments/", _200=OF_INCIDENTS),
    **rows("POST", "incidents/<>/comments/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "incidents/<>/history/", _200=OF_INCIDENTS),
    **rows("GET", "incidents/<>/links/", _200=OF_INCIDENTS),
    **rows("POST", "incidents/<>/links/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "incidents/<>/marks/", _200=OF_INCIDENTS),
    **rows("POST", "incidents/<>/marks/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "incidents/<>/consultations/", _200=OF_INCIDENTS),
    **rows("POST", "incidents/<>/consultations/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "incidents/<>/diagnoses/", _200=OF_INCIDENTS),
    **rows("POST", "incidents/<>/diagnoses/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "incidents/<>/escalations/", _200=OF_INCIDENTS),
    **rows("POST", "incidents/<>/escalations/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "incidents/<>/help/", _200=OF_INCIDENTS),
    **rows("POST", "incidents/<>/help/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "incidents/<>/merges/", _200=OF_INCIDENTS),
    **rows("POST", "incidents/<>/merges/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "incidents/<>/parts/", _200=OF_INCIDENTS),
    **rows("GET", "incidents/<>/promises/", _200=OF_INCIDENTS),
    **rows("POST", "incidents/<>/promises/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "incidents/<>/requests/", _200=OF_INCIDENTS),
    **rows("POST", "incidents/<>/requests/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("POST", "incidents/<>/split/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "incidents/<>/timeline/", _200=OF_INCIDENTS),
    **rows("GET", "incidents/<>/transitions/", _200=OF_INCIDENTS),
    **rows("POST", "incidents/<>/transitions/", _403=OF_INCIDENTS, _200=WORKING),
    **rows("GET", "jobs/", shown="agent_l1 admin"),
    **rows("GET", "jobs/<>/", _200="agent_l1 admin"),
    **rows("GET", "maintenance-windows/", shown=OF_FREEZES),
    **rows("POST", "maintenance-windows/", _400=FREEZING, others="403"),
    **rows("GET", "maintenance-windows/<>/", _200=OF_FREEZES),
    **rows("PATCH", "maintenance-windows/<>/", _403=OF_FREEZES, _428=FREEZING),
    **rows("GET", "maintenance-windows/<>/history/", _200=OF_FREEZES),
    **rows("GET", "mandate-targets/", shown=OF_CLOCKS),
    **rows("POST", "mandate-targets/", _400="admin", others="403"),
    **rows("GET", "mandate-targets/score/", _200=EVERYBODY),
    **rows("GET", "mandate-targets/<>/", _200=OF_CLOCKS),
    **rows("PATCH", "mandate-targets/<>/", _403=OF_CLOCKS, _428="admin"),
    **rows("GET", "mandate-targets/<>/history/", _200=OF_CLOCKS),
    **rows("GET", "messages/", shown="agent_l1 admin auditor"),
    **rows("GET", "messages/<>/", _200="agent_l1 admin auditor"),
    **rows("GET", "notification-preferences/", others="200"),
    **rows("PATCH", "notification-preferences/", others="428"),
    **rows("GET", "one-on-ones/", shown=PAIR),
    **rows("GET", "one-on-ones/<>/", _200=PAIR),
    **rows("GET", "one-on-ones/<>/entries/", _200=PAIR),
    **rows("POST", "one-on-ones/<>/entries/", _400=PAIR),
    **rows("POST", "one-on-ones/<>/entries/<entry>/tick/"),
    **rows("GET", "one-on-ones/<>/transitions/", _200=PAIR),
    **rows("POST", "one-on-ones/<>/transitions/", _200=PAIR),
    **rows("GET", "coaching-sessions/", shown=PAIR),
    **rows("GET", "coaching-sessions/<>/", _200=PAIR),
    **rows("GET", "coaching-sessions/<>/entries/", _200=PAIR),
    **rows("POST", "coaching-sessions/<>/entries/", _400=PAIR),
    **rows("POST", "coaching-sessions/<>/entries/<entry>/tick/"),
    **rows("GET", "coaching-sessions/<>/transitions/", _200=PAIR),
    **rows("POST", "coaching-sessions/<>/transitions/", _200="team_lead", _409="agent_l1"),
    **rows("GET", "phone-calls/", shown=WORKING + "auditor"),
    **rows("POST", "phone-calls/", _400=WORKING + "outsider", others="403"),
    **rows("GET", "phone-calls/<>/", _200=WORKING + "auditor"),
    **rows("GET", "phone-calls/<>/clocks/", _200=WORKING + "auditor"),
    **rows("GET", "phone-calls/<>/clocks/<metric>/explanation/"),  # nothing is agreed: no clock
    **rows("GET", "phone-calls/<>/history/", _200=WORKING + "auditor"),
    **rows("GET", "phone-calls/<>/transitions/", _200=WORKING + "auditor"),
    **rows("POST", "phone-calls/<>/transitions/", _403="auditor", _200=WORKING),
    **rows("GET", "privacy-requests/", shown=OF_PRIVACY),
    **rows("GET", "privacy-requests/<>/", _200=OF_PRIVACY),
    **rows("GET", "privacy-requests/<>/history/", _200=OF_PRIVACY),
    **rows("GET", "problems/", shown=OF_PROBLEMS),
    **rows("POST", "problems/", _400=WORKING + "outsider", others="403"),
    **rows("GET", "problems/<>/", _200=OF_PROBLEMS),
    **rows("PATCH", "problems/<>/", _403=OF_PROBLEMS, _428=WORKING),
    **rows("GET", "problems/<>/changes/", _200=OF_PROBLEMS),
    **rows("GET", "problems/<>/comments/", _200=OF_PROBLEMS),
    **rows("POST", "problems/<>/comments/", _403=OF_PROBLEMS, _400=WORKING),
    **rows("GET", "problems/<>/history/", _200=OF_PROBLEMS),
    **rows("GET", "problems/<>/incidents/", _200=OF_PROBLEMS),
    **rows("GET", "problems/<>/timeline/", _200=OF_PROBLEMS),
    **rows("GET", "problems/<>/transitions/", _200=OF_PROBLEMS),
    **rows("POST", "problems/<>/transitions/", _403=OF_PROBLEMS, _200=WORKING),
    **rows("GET", "requests/", shown=OF_INCIDENTS),
    **rows("POST", "requests/", _400=WORKING + "outsider", others="403"),
    **rows("GET", "requests/<>/", _200=OF_INCIDENTS),
    **rows("PATCH", "requests/<>/", _403=OF_INCIDENTS, _428=WORKING),
    **rows("GET", "requests/<>/attachments/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/attachments/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/attachments/<file>/content/"),
    **rows("GET", "requests/<>/clocks/", _200=OF_INCIDENTS),
    **rows("GET", "requests/<>/clocks/<metric>/explanation/"),  # nothing is agreed: no clock
    **rows("GET", "requests/<>/comments/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/comments/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/consultations/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/consultations/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/diagnoses/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/diagnoses/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/escalations/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/escalations/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/help/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/help/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/history/", _200=OF_INCIDENTS),
    **rows("GET", "requests/<>/links/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/links/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/marks/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/marks/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/promises/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/promises/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/incidents/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/incidents/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/merges/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/merges/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/parts/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/split/", _403=OF_INCIDENTS, _400=WORKING),
    **rows("GET", "requests/<>/timeline/", _200=OF_INCIDENTS),
    **rows("GET", "requests/<>/transitions/", _200=OF_INCIDENTS),
    **rows("POST", "requests/<>/transitions/", _403=OF_INCIDENTS, _200=WORKING),
    **rows("GET", "saved-views/", shown="agent_l1"),
    **rows("POST", "saved-views/", others="400"),
    **rows("GET", "saved-views/<>/", _200="agent_l1"),
    **rows("PATCH", "saved-views/<>/", _200="agent_l1"),
    **rows("DELETE", "saved-views/<>/", _204="agent_l1"),
    **rows("POST", "saved-views/<>/begin/", _400="agent_l1"),
    **rows("GET", "saved-views/<>/teams/", _200="agent_l1"),
    **rows("POST", "saved-views/<>/teams/", _400="agent_l1"),
    **rows("POST", "saved-views/<>/teams/withdraw/", _400="agent_l1"),
    **rows("GET", "services/", shown=OF_ESTATE),
    **rows("POST", "services/", _400="admin", others="403"),
    **rows("GET", "services/<>/", _200=OF_ESTATE),
    **rows("PATCH", "services/<>/", _403=OF_ESTATE, _428=OWNING + "admin"),
    **rows("GET", "services/<>/assets/", _200=OF_ESTATE),
    **rows("GET", "services/<>/history/", _200=OF_ESTATE),
    **rows("GET", "standard-changes/", shown=OF_CHANGES + " outsider"),
    **rows("POST", "standard-changes/", _400=DESCRIBING, others="403"),
    **rows("GET", "standard-changes/<>/", _200=OF_CHANGES + " outsider"),
    **rows("PATCH", "standard-changes/<>/", _403=OF_CHANGES + " outsider", _428=DESCRIBING),
    **rows("POST", "standard-changes/<>/approve/", others="403"),
    **rows("GET", "teams/", shown=OF_PEOPLE),
    **rows("GET", "teams/<>/", _200=OF_PEOPLE),
    **rows("GET", "users/", shown=OF_PEOPLE),
    **rows("GET", "users/<>/", _200=OF_PEOPLE),
    **rows("GET", "users/me/", others="200"),
    **rows("GET", "vendors/", shown=OF_VENDORS),
    **rows("POST", "vendors/", _400="vendor_manager", others="403"),
    **rows("GET", "vendors/<>/", _200=OF_VENDORS),
    **rows("PATCH", "vendors/<>/", _403=OF_VENDORS, _428="vendor_manager"),
    **rows("GET", "vendors/<>/history/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("GET", "vendors/<>/contacts/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("GET", "vendors/<>/diligence/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("POST", "vendors/<>/diligence/", _403=OF_VENDORS, _400="vendor_manager"),
    **rows("GET", "vendors/<>/evidence/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("POST", "vendors/<>/evidence/", _403=OF_VENDORS, _400="vendor_manager"),
    **rows("GET", "vendors/<>/locations/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("GET", "vendors/<>/required-attestations/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("GET", "vendors/<>/reviews/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("GET", "vendors/<>/subcontractors/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("GET", "vendors/<>/transitions/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("POST", "vendors/<>/transitions/", _403=OF_VENDORS, _200="vendor_manager"),
    **rows("GET", "contracts/", shown=OF_VENDORS),
    **rows("POST", "contracts/", _400="vendor_manager", others="403"),
    **rows("GET", "contracts/<>/", _200=OF_VENDORS),
    **rows("PATCH", "contracts/<>/", _403=OF_VENDORS, _428="vendor_manager"),
    **rows("GET", "contracts/<>/clauses/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("POST", "contracts/<>/clauses/", _403=OF_VENDORS, _400="vendor_manager"),
    **rows("GET", "contracts/<>/credit-clauses/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("POST", "contracts/<>/credit-clauses/", _403=OF_VENDORS, _400="vendor_manager"),
    **rows("GET", "contracts/<>/documents/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("POST", "contracts/<>/documents/", _403=OF_VENDORS, _400="vendor_manager"),
    **rows("GET", "contracts/<>/history/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("GET", "contracts/<>/terms/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("GET", "contracts/<>/transitions/", _403=OF_VENDORS, _200=MORE_THAN_NAMES),
    **rows("POST", "contracts/<>/transitions/", _403=OF_VENDORS, _409="vendor_manager"),
    **rows("GET", "budgets/", shown=OF_SPEND),
    **rows("POST", "budgets/", _400=BUYING, others="403"),
    **rows("GET", "budgets/<>/", _200=OF_SPEND),
    **rows("PATCH", "budgets/<>/", _403=OF_SPEND, _428=BUYING),
    **rows("GET", "budgets/<>/history/", _200=OF_SPEND),
    **rows("GET", "budgets/<>/totals/", _200=OF_SPEND),
    **rows("GET", "budgets/<>/lines/", _200=OF_SPEND),
    **rows("POST", "budgets/<>/lines/", _403=OF_SPEND, _400=BUYING),
    **rows("GET", "budgets/<>/transitions/", _200=OF_SPEND),
    **rows("POST", "budgets/<>/transitions/", _403=OF_SPEND, _409=BUYING),
    **rows("GET", "invoices/", shown=OF_SPEND),
    **rows("POST", "invoices/", _400=BUYING, others="403"),
    **rows("GET", "invoices/<>/", _200=OF_SPEND),
    **rows("GET", "invoices/<>/history/", _200=OF_SPEND),
    **rows("GET", "exchange-rates/", shown=OF_SPEND),
    **rows("POST", "exchange-rates/", _400="finance", others="403"),
    **rows("GET", "exchange-rates/<>/", _200=OF_SPEND),
    **rows("GET", "savings/", shown=OF_SPEND),
    **rows("POST", "savings/", _400=BUYING, others="403"),
    **rows("GET", "savings/<>/", _200=OF_SPEND),
    **rows("PATCH", "savings/<>/", _403=OF_SPEND, _428=BUYING),
    **rows("GET", "savings/<>/history/", _200=OF_SPEND),
    **rows("GET", "savings/<>/transitions/", _200=OF_SPEND),
    **rows("POST", "savings/<>/transitions/", _403=OF_SPEND, _409=BUYING),
    **rows("GET", "scorecards/", shown=MORE_THAN_NAMES),
    **rows("GET", "scorecards/<>/", _200=MORE_THAN_NAMES),
    **rows("GET", "scorecards/<>/history/", _200=MORE_THAN_NAMES),
    **rows("GET", "scorecards/<>/rows/", _200=MORE_THAN_NAMES),
    **rows("GET", "scorecards/<>/sheet/", _200=MORE_THAN_NAMES),
    **rows("GET", "scorecards/<>/transitions/", _200=MORE_THAN_NAMES),
    **rows("POST", "scorecards/<>/transitions/", _403=MORE_THAN_NAMES, _409="vendor_manager"),
    **rows("GET", "service-reviews/", shown=MORE_THAN_NAMES),
    **rows("POST", "service-reviews/", _400="vendor_manager", others="403"),
    **rows("GET", "service-reviews/<>/", _200=MORE_THAN_NAMES),
    **rows("PATCH", "service-reviews/<>/", _403=MORE_THAN_NAMES, _428="vendor_manager"),
    **rows("GET", "service-reviews/<>/agenda/", _200=MORE_THAN_NAMES),
    **rows("GET", "service-reviews/<>/attendees/", _200=MORE_THAN_NAMES),
    **rows("GET", "service-reviews/<>/action-items/", _200=MORE_THAN_NAMES),
    **rows("GET", "service-reviews/<>/sheet/", _200=MORE_THAN_NAMES),
    **rows("GET", "service-reviews/<>/plans/", _200=MORE_THAN_NAMES),
    **rows("GET", "service-reviews/<>/history/", _200=MORE_THAN_NAMES),
    **rows("GET", "service-reviews/<>/transitions/", _200=MORE_THAN_NAMES),
    **rows(
        "POST",
        "service-reviews/<>/transitions/",
        _403=MORE_THAN_NAMES,
        _409="vendor_manager finance service_manager team_lead",
    ),
    **rows("GET", "calibrations/", shown=LEADERS + " auditor"),
    **rows("POST", "calibrations/", _400=LEADERS, others="403"),
    **rows("GET", "calibrations/<>/", _200=LEADERS + " auditor"),
    **rows("GET", "calibrations/<>/agreement/", _200=LEADERS + " auditor"),
    **rows("GET", "calibrations/<>/history/", _200=LEADERS + " auditor"),
    **rows("POST", "calibrations/<>/rate/", _400=LEADERS, _403="auditor"),
    **rows("GET", "calibrations/<>/transitions/", _200=LEADERS + " auditor"),
    **rows("POST", "calibrations/<>/transitions/", _409=LEADERS, _403="auditor"),
    **rows("GET", "quality-plans/", shown=OF_QUALITY),
    **rows("POST", "quality-plans/", _400="team_lead service_manager", others="403"),
    **rows("GET", "quality-plans/<>/", _200=OF_QUALITY),
    **rows("PATCH", "quality-plans/<>/", _403=OF_QUALITY, _428="team_lead service_manager"),
    **rows("GET", "quality-plans/<>/history/", _200=OF_QUALITY),
    **rows("GET", "quality-plans/<>/transitions/", _200=OF_QUALITY),
    **rows("POST", "quality-plans/<>/transitions/", _403=OF_QUALITY, _409=LEADERS),
    **rows("GET", "quality-draws/", shown=OF_QUALITY),
    **rows("GET", "quality-draws/<>/", _200=OF_QUALITY),
    **rows("GET", "quality-draws/<>/works/", _200=OF_QUALITY),
    **rows("GET", "quality-draws/<>/population/", _403="agent_l1", _200=LEADERS + " auditor"),
    **rows("GET", "quality-reviews/", shown=OF_QUALITY),
    **rows("GET", "quality-reviews/<>/", _200=OF_QUALITY),
    **rows("GET", "quality-reviews/<>/history/", _200=OF_QUALITY),
    **rows("POST", "quality-reviews/<>/submit/", _400=WORKING, _403="auditor"),
    **rows("GET", "quality-reviews/<>/transitions/", _200=OF_QUALITY),
    **rows("POST", "quality-reviews/<>/transitions/", _409=WORKING, _403="auditor"),
    **rows("GET", "quality-disputes/", shown=OF_QUALITY),
    **rows("GET", "quality-disputes/<>/", _200=OF_QUALITY),
    **rows("GET", "quality-disputes/<>/history/", _200=OF_QUALITY),
    **rows("GET", "quality-disputes/<>/transitions/", _200=OF_QUALITY),
    **rows(
        "POST",
        "quality-disputes/<>/transitions/",
        _409="agent_l1 service_manager",
        _200="team_lead",
        _403="auditor",
    ),
    **rows("GET", "external-scores/", shown=OF_QUALITY),
    **rows("POST", "external-scores/", _400="team_lead service_manager", others="403"),
    **rows("GET", "external-scores/<>/", _200=OF_QUALITY),
    **rows("GET", "rubrics/", shown=JUDGED),
    **rows("POST", "rubrics/", _400="team_lead service_manager", others="403"),
    **rows("GET", "rubrics/<>/", _200=JUDGED),
    **rows("PATCH", "rubrics/<>/", _403=JUDGED, _428="team_lead service_manager"),
    **rows("GET", "rubrics/<>/history/", _200=JUDGED),
    **rows("GET", "rubrics/<>/transitions/", _200=JUDGED),
    **rows("POST", "rubrics/<>/transitions/", _403=JUDGED, _409="team_lead service_manager"),
    **rows("GET", "score-models/", shown=MORE_THAN_NAMES),
    **rows("POST", "score-models/", _400="vendor_manager", others="403"),
    **rows("GET", "score-models/<>/", _200=MORE_THAN_NAMES),
    **rows("PATCH", "score-models/<>/", _403=MORE_THAN_NAMES, _428="vendor_manager"),
    **rows("GET", "score-models/<>/history/", _200=MORE_THAN_NAMES),
    **rows("GET", "score-models/<>/transitions/", _200=MORE_THAN_NAMES),
    **rows(
        "POST",
        "score-models/<>/transitions/",
        _403=MORE_THAN_NAMES,
        _409="vendor_manager finance service_manager",
    ),
    **rows("GET", "credit-claims/", shown=MORE_THAN_NAMES),
    **rows("POST", "credit-claims/", _400="vendor_manager", others="403"),
    **rows("GET", "credit-claims/<>/", _200=MORE_THAN_NAMES),
    **rows("GET", "credit-claims/<>/history/", _200=MORE_THAN_NAMES),
    **rows("GET", "credit-claims/<>/segments/", _200=MORE_THAN_NAMES),
    **rows("GET", "credit-claims/<>/settlements/", _200=MORE_THAN_NAMES),
    **rows("GET", "credit-claims/<>/transitions/", _200=MORE_THAN_NAMES),
    **rows("POST", "credit-claims/<>/transitions/", _403=MORE_THAN_NAMES, _400=BUYING),
    **rows("GET", "renewals/", shown=MORE_THAN_NAMES),
    **rows("POST", "renewals/", _400="vendor_manager", others="403"),
    **rows("GET", "renewals/<>/", _200=MORE_THAN_NAMES),
    **rows("PATCH", "renewals/<>/", _403=MORE_THAN_NAMES, _428="vendor_manager"),
    **rows("GET", "renewals/<>/facts/", _200=MORE_THAN_NAMES),
    **rows("POST", "renewals/<>/facts/", _403=MORE_THAN_NAMES, _200="vendor_manager"),
    **rows("GET", "renewals/<>/history/", _200=MORE_THAN_NAMES),
    **rows("GET", "renewals/<>/transitions/", _200=MORE_THAN_NAMES),
    **rows("POST", "renewals/<>/transitions/", _403=MORE_THAN_NAMES, _409="vendor_manager"),
    **rows("GET", "renewals/<>/weighed/", _200=MORE_THAN_NAMES),
    **rows("POST", "renewals/<>/weighed/", _403=MORE_THAN_NAMES, _400="vendor_manager"),
    **rows("GET", "exit-plans/", shown=MORE_THAN_NAMES),
    **rows("POST", "exit-plans/", _400="vendor_manager", others="403"),
    **rows("GET", "exit-plans/<>/", _200=MORE_THAN_NAMES),
    **rows("PATCH", "exit-plans/<>/", _403=MORE_THAN_NAMES, _428="vendor_manager"),
    **rows("GET", "exit-plans/<>/exercises/", _200=MORE_THAN_NAMES),
    **rows("GET", "exit-plans/<>/history/", _200=MORE_THAN_NAMES),
    **rows("GET", "exit-plans/<>/steps/", _200=MORE_THAN_NAMES),
    **rows("POST", "exit-plans/<>/steps/", _403=MORE_THAN_NAMES, _400="vendor_manager"),
    **rows("GET", "exit-plans/<>/transitions/", _200=MORE_THAN_NAMES),
    **rows(
        "POST",
        "exit-plans/<>/transitions/",
        _403=MORE_THAN_NAMES,
        _409="finance",
        _200="approver cab_chair senior_approver",
    ),
    **rows("GET", "service-dependencies/", shown=MORE_THAN_NAMES),
    **rows("POST", "service-dependencies/", _400="vendor_manager service_manager", others="403"),
    **rows("GET", "service-dependencies/<>/", _200=MORE_THAN_NAMES),
    **rows(
        "PATCH",
        "service-dependencies/<>/",
        _403=MORE_THAN_NAMES,
        _428="vendor_manager service_manager",
    ),
    **rows("GET", "service-dependencies/<>/history/", _200=MORE_THAN_NAMES),
    **rows("GET", "service-dependencies/<>/transitions/", _200=MORE_THAN_NAMES),
    **rows(
        "POST",
        "service-dependencies/<>/transitions/",
        _403=MORE_THAN_NAMES,
        _200="vendor_manager service_manager",
    ),
    **rows("GET", "attestations/", shown=MORE_THAN_NAMES),
    **rows("POST", "attestations/", _400="vendor_manager", others="403"),
    **rows("GET", "attestations/<>/", _200=MORE_THAN_NAMES),
    **rows("PATCH", "attestations/<>/", _403=MORE_THAN_NAMES, _428="vendor_manager"),
    **rows("GET", "attestations/<>/documents/", _200=MORE_THAN_NAMES),
    **rows("POST", "attestations/<>/documents/", _403=MORE_THAN_NAMES, _400="vendor_manager"),
    **rows("GET", "attestations/<>/exceptions/", _200=MORE_THAN_NAMES),
    **rows("GET", "attestations/<>/history/", _200=MORE_THAN_NAMES),
    **rows("GET", "attestations/<>/transitions/", _200=MORE_THAN_NAMES),
    **rows(
        "POST",
        "attestations/<>/transitions/",
        _403=MORE_THAN_NAMES,
        _409="finance",
        _200="approver cab_chair senior_approver",
    ),
    **rows("GET", "attestations/<>/user-controls/", _200=MORE_THAN_NAMES),
    **rows("GET", "obligations/", shown=MORE_THAN_NAMES),
    **rows("POST", "obligations/", _400="vendor_manager", others="403"),
    **rows("GET", "obligations/<>/", _200=MORE_THAN_NAMES),
    **rows("PATCH", "obligations/<>/", _403=MORE_THAN_NAMES, _428="vendor_manager"),
    **rows("GET", "obligations/<>/history/", _200=MORE_THAN_NAMES),
    **rows("GET", "obligations/<>/transitions/", _200=MORE_THAN_NAMES),
    **rows("POST", "obligations/<>/transitions/", _403=MORE_THAN_NAMES, _200="vendor_manager"),
    **rows("GET", "obligations/<>/tasks/", _200=MORE_THAN_NAMES),
    **rows("GET", "obligation-tasks/", shown=MORE_THAN_NAMES),
    **rows("GET", "obligation-tasks/<>/", _200=MORE_THAN_NAMES),
    **rows("GET", "obligation-tasks/<>/documents/", _200=MORE_THAN_NAMES),
    **rows("POST", "obligation-tasks/<>/documents/", _400=MORE_THAN_NAMES),
    **rows("GET", "obligation-tasks/<>/history/", _200=MORE_THAN_NAMES),
    **rows("GET", "obligation-tasks/<>/transitions/", _200=MORE_THAN_NAMES),
    **rows("POST", "obligation-tasks/<>/transitions/", _409=MORE_THAN_NAMES, _200="vendor_manager"),
    **rows("GET", "responsibility-matrices/", shown=MORE_THAN_NAMES),
    **rows("POST", "responsibility-matrices/", _400="vendor_manager", others="403"),
    **rows("GET", "responsibility-matrices/<>/", _200=MORE_THAN_NAMES),
    **rows("PATCH", "responsibility-matrices/<>/", _403=MORE_THAN_NAMES, _428="vendor_manager"),
    **rows("GET", "responsibility-matrices/<>/documents/", _200=MORE_THAN_NAMES),
    **rows(
        "POST",
        "responsibility-matrices/<>/documents/",
        _403=MORE_THAN_NAMES,
        _400="vendor_manager",
    ),
    **rows("GET", "responsibility-matrices/<>/history/", _200=MORE_THAN_NAMES),
    **rows("GET", "responsibility-matrices/<>/lines/", _200=MORE_THAN_NAMES),
    **rows(
        "POST", "responsibility-matrices/<>/lines/", _403=MORE_THAN_NAMES, _400="vendor_manager"
    ),
    **rows(
        "POST",
        "responsibility-matrices/<>/lines/remove/",
        _403=MORE_THAN_NAMES,
        _400="vendor_manager",
    ),
    **rows("GET", "responsibility-matrices/<>/transitions/", _200=MORE_THAN_NAMES),
    **rows(
        "POST",
        "responsibility-matrices/<>/transitions/",
        _403=MORE_THAN_NAMES,
        _409="vendor_manager",
        _200="finance approver cab_chair senior_approver",
    ),
    **rows("GET", "working-calendars/", shown=OF_PEOPLE + " outsider"),
    **rows("POST", "working-calendars/", _400="admin", others="403"),
    **rows("GET", "working-calendars/<>/", _200=OF_PEOPLE + " outsider"),
    **rows("PATCH", "working-calendars/<>/", _403=OF_PEOPLE + " outsider", _428="admin"),
    **rows("GET", "working-calendars/<>/history/", _200=OF_PEOPLE + " outsider"),
    **rows("POST", "working-calendars/<>/adopt/", _403=OF_PEOPLE + " outsider", _409="admin"),
    **rows(
        "POST", "working-calendars/<>/closing-days/", _403=OF_PEOPLE + " outsider", _400="admin"
    ),
    **rows(
        "POST",
        "working-calendars/<>/closing-days/withdraw/",
        _403=OF_PEOPLE + " outsider",
        _400="admin",
    ),
    **rows("POST", "working-calendars/<>/weeks/", _403=OF_PEOPLE + " outsider", _400="admin"),
    **rows(
        "POST", "working-calendars/<>/weeks/withdraw/", _403=OF_PEOPLE + " outsider", _400="admin"
    ),
}
# What makes a request say something where an empty body would not.
BODIES = {
    "access-reviews/<>/transitions/": {"action": "cancel", "note": "Another day"},
    "cab-meetings/<>/attendance/": {"action": "sign_in"},
    "cab-meetings/<>/transitions/": {"action": "close"},
    "certifications/<>/transitions/": {"action": "reject", "note": "Blurred"},
    "changes/<>/transitions/": {"action": "hold", "note": "The vendor is late"},
    "contracts/<>/transitions/": {"action": "submit"},
    "budgets/<>/transitions/": {"action": "submit"},
    "savings/<>/transitions/": {"action": "verify", "verified": "1.00", "note": "x"},
    "vendors/<>/transitions/": {"action": "begin_exit", "note": "Too dear"},
    "renewals/<>/transitions/": {"action": "submit"},
    "scorecards/<>/transitions/": {"action": "lock"},
    "calibrations/<>/transitions/": {"action": "close", "summary": "x"},
    "quality-plans/<>/transitions/": {"action": "draw", "month": "2020-01"},
    "quality-reviews/<>/transitions/": {"action": "decline", "note": "x"},
    "quality-disputes/<>/transitions/": {"action": "concede"},
    "rubrics/<>/transitions/": {"action": "activate"},
    "score-models/<>/transitions/": {"action": "activate"},
    "service-reviews/<>/transitions/": {"action": "close"},
    "exit-plans/<>/transitions/": {"action": "approve", "note": "Sound"},
    "service-dependencies/<>/transitions/": {"action": "review", "note": "As it is"},
    "attestations/<>/transitions/": {"action": "reject", "coverage": "no", "note": "Old"},
    "obligations/<>/transitions/": {"action": "end", "note": "Amended"},
    "obligation-tasks/<>/transitions/": {"action": "submit", "note": "Done"},
    "responsibility-matrices/<>/transitions/": {"action": "agree", "representative": "Ana"},
    "credit-claims/<>/transitions/": {"action": "send"},
    "control-failures/<>/transitions/": {"action": "settle", "cause": "x"},
    "findings/<>/transitions/": {"action": "revert", "note": "It was rolled back"},
    "assets/<>/transitions/": {"action": "check_out"},
    "audit-requests/<>/transitions/": {"action": "start"},
    "hand-outs/<>/transitions/": {"action": "decline", "note": "I have one"},
    "incidents/<>/transitions/": {"action": "triage"},
    "problems/<>/transitions/": {"action": "accept"},
    "account-adjustments/<>/transitions/": {"action": "apply", "ledger_reference": "L-1"},
    "one-on-ones/<>/transitions/": {"action": "begin"},
    "coaching-sessions/<>/transitions/": {"action": "cancel"},
    "phone-calls/<>/transitions/": {"action": "answer"},
    "requests/<>/transitions/": {"action": "wait_for_customer", "note": "They know"},
}


def endpoints() -> Iterator[tuple[str, str]]:
    """Every method and address of the router, such as `("GET", "incidents/<>/clocks/")`."""
    for prefix, viewset, _basename in router.registry:
        for route in router.get_routes(viewset):
            for method in router.get_method_map(viewset, route.mapping):
                address = (
                    route.url.removeprefix("^")
                    .removesuffix("$")
                    .format(prefix=prefix, lookup="<>", trailing_slash="/")
                )
                yield method.upper(), re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", address)
    for method in {*own_preferences.actions} - {"head"}:  # added by the first request
        yield method.upper(), "notification-preferences/"


@pytest.fixture
def keys(cast: Any) -> dict[str, str]:
    """One record of everything, in Mexico; the key of each by its resource."""
    vendor = a_vendor()
    asset = an_asset(cast, vendor=vendor)
    service = a_service(cast)
    Dependency.objects.create(service=service, needs=asset, kind="uses", starts_on="2026-01-01")
    client = add_client(actor=None, slug="tienda", name="Tienda", country="MX")
    incident = an_incident(cast, service=service, vendor=vendor, client=client, assets=[asset])
    data = b"10:00 switch down\n"
    file = attach_to_incident(incident, actor=cast.agent_l1, name="a.log", data=data)
    source = AlertSource.objects.create(
        name="prometheus", kind="alertmanager", default_service=incident.service
    )
    event = AlertEvent.objects.create(source=source, payload={}, sha256="0" * 64)
    now = timezone.now()
    alert = Alert.objects.create(
        incident=incident, source=source, fingerprint="f", name="Down", state="firing",
        starts_at=now, last_received_at=now, first_event=1, last_event=1,
    )  # fmt: skip
    message = Message.objects.create(
        recipient=cast.agent_l1, kind="incident_opened", idempotency_key="k", due_at=now
    )
    change = a_change(cast, "awaiting_approval", risk="high", services=[service], assets=[asset])
    problem = raise_problem(actor=None, title="Locks", service=service, vendor=vendor)
    link_change(problem, change, actor=None)
    freeze = declare_freeze(
        actor=None, name="Payday", mode="warn", source="payroll", reason="Wages", countries=["MX"],
        starts_at=now, ends_at=now + timedelta(days=1),
    )  # fmt: skip
    absence = name_substitute(
        actor=cast.approver, substitute=cast.cab_chair, starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
    )  # fmt: skip
    deployment = report_deployment(
        source="ci", delivery="1", repository="payments/spei", commit="a" * 40,
        environment="production", deployed_by="ci", deployed_at=now,
    )[0]  # fmt: skip
    Deployment.objects.update(service=service, change=change)
    finding = Finding.objects.create(
        kind="other_commit", deployment=deployment, change=change, service=service, due_at=now
    )
    maintenance = declare_maintenance(
        actor=None, name="Sunday", reason="Few transfers", services=[service],
        starts_at=now, ends_at=now + timedelta(days=1),
    )  # fmt: skip
    a_change(cast, services=[service])
    review = a_running_review(cast)
    until = cast.auditor.grants.get().ends_at
    adjustment = an_adjustment(cast, service=service, vendor=vendor)
    call = a_call(cast)
    engagement = an_engagement(cast, cast.auditor, expires_at=until)
    a_model(cast)
    scorecard = a_scorecard(vendor)
    judged = a_revealed_review(cast, 3, 3, 1, None)
    edit_plan(judged.work.draw.plan, actor=cast.team_lead, shows_scores=True)
    dispute = raise_dispute(
        judged, actor=cast.agent_l1, criterion=KEYS[0], proposed=5, reason="The call says so"
    )
    return {
        "access-review-items": str(review.items.get(account=cast.agent_l1).pk),
        "access-reviews": review.reference,
        "<metric>": "remediate",
        "<conflict>": str(Conflict.objects.of(change).earliest("pk").pk),
        "agreements": add_agreement(
            actor=None, slug="gold", name="Gold", kind="sla", client=client
        ).slug,
        "absences": str(absence.pk),
        "approval-policies": str(ApprovalPolicy.objects.get(type="normal", risk="high").pk),
        "boards": str(Board.objects.get(is_emergency=False).pk),
        "standard-changes": str(a_template(cast).pk),
        "account-adjustments": adjustment.reference,
        "one-on-ones": str(a_series(cast).record),
        "coaching-sessions": str(a_coaching(cast).record),
        "adjustment-limits": str(a_limit("service_manager", "100000").pk),
        "phone-calls": call.reference,
        "requests": adjustment.request.reference,
        "alert-events": str(event.pk),
        "alert-sources": str(source.pk),
        "alerts": str(alert.pk),
        "assets": asset.reference,
        "attachments": str(file.pk),
        "audit-requests": a_request(engagement, cast.auditor).reference,
        "cab-meetings": a_meeting(cast, "in_session").reference,
        "certifications": a_certification(cast).reference,
        "changes": change.reference,
        "clients": client.slug,
        "contracts": a_contract(cast, vendor=vendor).reference,
        "budgets": a_budget(cast).reference,
        "invoices": an_invoice(cast, vendor=vendor).reference,
        "exchange-rates": str(a_rate(cast).pk),
        "savings": a_saving(cast).reference,
        "scorecards": scorecard.reference,
        "service-reviews": a_review(cast, card=scorecard).reference,
        "calibrations": calibrated_with(cast, judged.work.draw.plan).reference,
        "quality-plans": judged.work.draw.plan.reference,
        "quality-draws": judged.work.draw.reference,
        "quality-reviews": judged.reference,
        "quality-disputes": dispute.reference,
        "external-scores": str(a_score(cast, judged.work.reference).pk),
        "rubrics": judged.work.draw.rubric.reference,
        "score-models": scorecard.model.reference,
        "renewals": services_of_vendors.prepare_renewal(
            a_contract(cast, status="active"), actor=cast.vendor_manager
        ).reference,
        "exit-plans": an_exit_plan(cast, vendor).reference,
        "service-dependencies": a_dependency_on_a_vendor(cast, vendor=vendor).reference,
        "attestations": received(cast, vendor).reference,
        "responsibility-matrices": a_matrix(cast, vendor).reference,
        "obligations": an_obligation(cast).reference,
        "obligation-tasks": a_task(cast, needs_evidence=False).reference,
        "credit-claims": a_claim_without_sources(cast).reference,
        "control-exceptions": str(a_control_exception(cast, change).pk),
        "control-failures": a_control_failure().reference,
        "controls": "PCI-6.5.1",
        "deployments": deployment.reference,
        "diagnosis-checklists": a_guide(cast).key,
        "engagements": engagement.reference,
        "evidence-packs": a_pack(cast),
        "mandate-targets": str(a_step().pk),
        "breach-reasons": a_breach_reason().code,
        "clock-profiles": str(a_clock_profile().pk),
        "feedback": str(an_invitation(incident).pk),
        "findings": finding.reference,
        "freeze-windows": freeze.reference,
        "hand-outs": str(a_hand_out(cast, vendor=vendor).pk),
        "incidents": incident.reference,
        "jobs": str(Job.objects.create(kind="demo", created_by=cast.agent_l1).pk),
        "maintenance-windows": maintenance.reference,
        "messages": str(message.pk),
        "problems": problem.reference,
        "privacy-requests": a_privacy_request(cast).reference,
        "saved-views": str(
            SavedView.objects.create(owner=cast.agent_l1, list_name="incidents", name="V").pk
        ),
        "services": incident.service.reference,
        "teams": "payments-l1",
        "users": "agent_l1",
        "vendors": vendor.reference,
        "working-calendars": a_calendar(cast).slug,
    }


def a_pack(cast: Any) -> str:
    pack = EvidencePack.objects.create(
        control="X-1", population="x", starts_on="2026-01-01", ends_on="2026-04-01",
        asker=cast.auditor,
    )  # fmt: skip
    pack.refresh_from_db()
    return pack.reference


def a_control_exception(cast: Any, change: Any) -> ControlException:
    now = timezone.now()
    lifted = SegregationException.objects.create(
        change=change, person=cast.requester.person, reason="Nobody else",
        asked_by=cast.requester, expires_at=now,
    )  # fmt: skip
    return ControlException.objects.create(kind="segregation", change=change, segregation=lifted)


def a_control_failure() -> Any:
    report_failure("verification", "entry 7: is missing")
    return report_recovery("verification")


def outcome(api: APIClient, method: str, address: str, keys: dict[str, str]) -> str:
    """The status; of a list whether it shows the world's record."""
    resource = address.split("/")[0]
    url = "/api/v1/" + address.replace("<>", keys.get(resource, ""))
    url = re.sub(r"<\w+>", lambda found: keys.get(found[0], "0"), url)
    if method == "GET":
        answer = api.get(url)
    elif any(part in address for part in ("attachments/", "documents/", "/evidence/")):
        answer = api.post(url, {}, format="multipart")
    else:
        answer = api.generic(
            method, url, json.dumps(BODIES.get(address, {})), content_type="application/json"
        )
    if answer.status_code == 200 and method == "GET" and address == f"{resource}/":
        page = answer.json()
        if "results" in page:
            shown = {str(value) for row in page["results"] for value in row.values()}
            return "shown" if keys[resource] in shown else "hidden"
    answer.getvalue()  # a download holds its file open until it is read
    return str(answer.status_code)


def test_every_endpoint_has_its_row() -> None:
    assert set(endpoints()) == set(MATRIX)


def test_nobody_reads_or_writes_without_signing_in(keys: dict[str, str]) -> None:
    api = APIClient()
    assert {outcome(api, *endpoint, keys) for endpoint in MATRIX} == {"401"}


@pytest.mark.parametrize("role", EVERYBODY.split())
def test_a_role_gets_what_the_table_says(
    cast: Any, api_of: Any, keys: dict[str, str], role: str
) -> None:
    api, found = api_of(cast[role]), {}
    for endpoint in MATRIX:
        with transaction.atomic():  # each request meets the same world
            found[endpoint] = outcome(api, *endpoint, keys)
            transaction.set_rollback(True)
    assert found == {endpoint: outcomes[role] for endpoint, outcomes in MATRIX.items()}
