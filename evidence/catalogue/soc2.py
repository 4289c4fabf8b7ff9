"""SOC 2, Trust Services Criteria 2017: the criteria that this portal can speak to."""

from django.utils.translation import gettext_lazy as _

from evidence.catalogue.answers import (
    ACCESS,
    ACCESS_REPORTS,
    ADJUSTMENTS,
    CHANGE_REPORTS,
    CHANGES,
    DEPENDENCY_REPORTS,
    INCIDENT_REPORTS,
    INCIDENTS,
    LOG_REPORTS,
    PROBLEMS,
    REVIEW_REPORTS,
    REVIEWS,
    VENDOR_REPORTS,
    VENDORS,
)
from evidence.controls import Control
from evidence.enums import Framework

SOC_2 = (
    Control(
        "SOC2-CC1.4",
        Framework.SOC_2,
        _("Competent people"),
        _("People who do the work are able to, and that is kept up to date."),
        populations=("certifications", "one_on_ones", "coaching_sessions"),
        reports=("certifications_expired", "coaching_unacknowledged"),
        lacking=_("Training is not kept yet."),
    ),
    Control(
        "SOC2-CC2.1",
        Framework.SOC_2,
        _("Information that can be relied on"),
        _("Reports come from complete and correct data, by a known query."),
        populations=(
            *CHANGES,
            *INCIDENTS,
            "checkpoints",
        ),
        reports=LOG_REPORTS,
    ),
    Control(
        "SOC2-CC4.1",
        Framework.SOC_2,
        _("Watching the controls"),
        _("It is watched whether controls work."),
        populations=(
            *CHANGES,
            *INCIDENTS,
        ),
        reports=CHANGE_REPORTS,
    ),
    Control(
        "SOC2-CC4.2",
        Framework.SOC_2,
        _("Deficiencies"),
        _("Deficiencies are told to those who mend them, and followed up."),
        populations=("deployments",),
        reports=(
            "deployed_without_change",
            "controls_lifted",
        ),
    ),
    Control(
        "SOC2-CC5.1",
        Framework.SOC_2,
        _("Duties kept apart"),
        _("Duties that do not go together are kept apart."),
        populations=(
            "changes",
            *ADJUSTMENTS,
            "role_grants",
        ),
        reports=(
            "approver_had_a_part",
            "lifted_for_long",
        ),
    ),
    Control(
        "SOC2-CC6.1",
        Framework.SOC_2,
        _("Access to systems"),
        _("Access to systems is restricted to who needs it."),
        populations=(
            *ACCESS,
            "api_tokens",
        ),
        reports=ACCESS_REPORTS,
    ),
    Control(
        "SOC2-CC6.2",
        Framework.SOC_2,
        _("New and ended access"),
        _("People are let in when authorised, and out when they no longer need it."),
        populations=(
            "accounts",
            "role_grants",
        ),
        reports=ACCESS_REPORTS,
    ),
    Control(
        "SOC2-CC6.3",
        Framework.SOC_2,
        _("Access by role"),
        _("Access follows from roles, with as little as needed and duties kept apart."),
        populations=(
            *REVIEWS,
            *ACCESS,
        ),
        reports=(
            *REVIEW_REPORTS,
            *ACCESS_REPORTS,
        ),
    ),
    Control(
        "SOC2-CC6.6",
        Framework.SOC_2,
        _("Boundaries"),
        _("What comes from outside the boundaries is controlled."),
        populations=("changes",),
        lacking=_("Rules of firewalls are not kept here, only the changes to them."),
    ),
    Control(
        "SOC2-CC6.8",
        Framework.SOC_2,
        _("Unauthorised software"),
        _("Software that nobody authorised is prevented or found."),
        populations=(
            "deployments",
            "assets",
        ),
        reports=("deployed_without_change",),
    ),
    Control(
        "SOC2-CC7.1",
        Framework.SOC_2,
        _("Changes of configuration are noticed"),
        _("Changes of configuration and new weaknesses are noticed."),
        populations=CHANGES,
        reports=(
            "deployed_without_change",
            "changed_without_deployment",
        ),
        lacking=_("Results of scans are not kept here."),
    ),
    Control(
        "SOC2-CC7.2",
        Framework.SOC_2,
        _("Anomalies"),
        _("Anomalies are noticed and looked at."),
        populations=(
            *INCIDENTS,
            "sign_ins",
        ),
        reports=("unsigned_writes",),
    ),
    Control(
        "SOC2-CC7.3",
        Framework.SOC_2,
        _("Events are judged"),
        _("Security events are judged: whether they are incidents, and how severe."),
        populations=INCIDENTS,
        reports=("priority_by_hand",),
    ),
    Control(
        "SOC2-CC7.4",
        Framework.SOC_2,
        _("Response"),
        _("Incidents are responded to by a plan: contained, mended, told."),
        populations=INCIDENTS,
        reports=INCIDENT_REPORTS,
    ),
    Control(
        "SOC2-CC7.5",
        Framework.SOC_2,
        _("Recovery"),
        _("What was hit is restored, its cause found, and its coming back prevented."),
        populations=(
            *INCIDENTS,
            *PROBLEMS,
        ),
        reports=("incidents_without_cause",),
        lacking=_("Whether the actions of a problem worked is not kept yet."),
    ),
    Control(
        "SOC2-CC8.1",
        Framework.SOC_2,
        _("Change management"),
        _("Changes are authorised, designed, tested, approved and implemented."),
        populations=(
            *CHANGES,
            "significant_changes",
        ),
        reports=CHANGE_REPORTS,
    ),
    Control(
        "SOC2-CC9.2",
        Framework.SOC_2,
        _("Vendors"),
        _("Risks of vendors are known and managed."),
        populations=(
            *(*VENDORS, "vendor_contracts", "due_diligences", "vendor_reviews"),
            *("vendor_attestations", "responsibility_matrices", "vendor_obligations"),
            *("vendor_scorecards", "renewal_decisions", "vendor_budgets", "vendor_savings"),
            *("vendor_service_reviews", "service_dependencies", "exit_plans", "assets"),
        ),
        reports=(*VENDOR_REPORTS, *DEPENDENCY_REPORTS),
    ),
    Control(
        "SOC2-A1.2",
        Framework.SOC_2,
        _("Availability"),
        _("What keeps the system available is maintained and watched."),
        populations=(
            "services",
            *INCIDENTS,
        ),
        reports=("outdated_assets",),
        lacking=_("Restores and their tests are not kept yet."),
    ),
    Control(
        "SOC2-PI1.3",
        Framework.SOC_2,
        _("Processing as authorised"),
        _("What is processed is complete, correct and authorised, and errors are put right."),
        populations=ADJUSTMENTS,
        lacking=_("Corrections are told here; the bookings are in the accounting system."),
    ),
)
