"""What several controls of several frameworks share: the same populations and reports."""

CHANGES = ("changes", "deployments")
APPROVAL_REPORTS = (
    *("approved_too_late", "emergency_approved_late", "approver_had_a_part", "blanket_approvals"),
    *("controls_lifted", "lifted_for_long", "emergency_share"),
)
WORK_REPORTS = (
    *("untested_changes", "outside_window", "deployed_without_change"),
    *("changed_without_deployment", "unreviewed_changes", "changes_edited_after_closure"),
)
CHANGE_REPORTS = (*APPROVAL_REPORTS, *WORK_REPORTS)
INCIDENTS = ("incidents",)
INCIDENT_REPORTS = (
    *("incidents_without_cause", "priority_by_hand", "incidents_edited_after_closure"),
)
ACCESS = ("accounts", "role_grants", "memberships")
ACCESS_REPORTS = ("leavers_disabled_late", "unused_accounts", "auditors_not_removed")
REVIEWS = ("access_review_items",)
REVIEW_REPORTS = ("access_reviews",)
LOG = ("sign_ins", "exports", "unsigned_writes", "checkpoints")
LOG_REPORTS = ("unsigned_writes", "deleted_records", "sealing_gaps", "clock_jumps")
AGREEMENTS = ("agreement_versions", "agreement_months")
REQUESTS = ("requests",)
PROBLEMS = ("problems",)
ADJUSTMENTS = ("account_adjustments", "adjustment_limits")
INVENTORY = ("assets", "services")
VENDORS = ("vendors",)
VENDOR_REPORTS = ("vendors_not_assessed", "vendor_reviews_overdue", "attestations_not_current")
DEPENDENCY_REPORTS = ("single_vendor_risks", "exit_plans_not_exercised")
