"""What beat hands over and when; static, and nothing else decides when something is due."""

from typing import Any

from celery.schedules import crontab

# The relay hands work over as it arises; these sweeps find what was missed. A sweep that nobody
# did in time is dropped, so that they do not pile up while no worker runs.
_SWEEP = {"schedule": 15.0, "options": {"expires": 15}}
SCHEDULE: dict[str, dict[str, Any]] = {
    "audit-reconcile": {"task": "audit.reconcile", "schedule": crontab("5", "2")},
    "notifications-deliver-due": {"task": "notifications.deliver_due", **_SWEEP},
    "sla-send-invitations": {"task": "sla.send_invitations", **_SWEEP},
    "integrations-digest-events": {"task": "integrations.digest_events", **_SWEEP},
    "hooks-forget": {"task": "integrations.forget_payloads", "schedule": crontab("10", "3")},
    "records-run-due-jobs": {"task": "records.run_due_jobs", **_SWEEP},
    "records-forget": {"task": "records.forget_idempotency_keys", "schedule": crontab("20", "3")},
    "records-forget-exports": {"task": "records.forget_exports", "schedule": crontab("25", "3")},
    "people-forget-sessions": {"task": "people.forget_sessions", "schedule": crontab("30", "3")},
    "people-keep-access": {"task": "people.keep_access", "schedule": crontab("35", "12")},
    "people-keep-confidential": {"task": "people.keep_confidential", "schedule": crontab("25")},
    "people-erase": {"task": "people.erase", "schedule": crontab("*/5")},
    "changes-expire": {"task": "changes.expire_changes", "schedule": crontab(minute="*/5")},
    "changes-deployments": {"task": "changes.review_deployments", "schedule": crontab("*/5")},
    "changes-freezes": {"task": "changes.refresh_freezes", "schedule": crontab("40", "3")},
    "changes-record-late": {"task": "changes.record_late_controls", "schedule": crontab("*/15")},
    "changes-meetings": {"task": "changes.plan_meetings", "schedule": crontab(minute="*/5")},
    "changes-conflicts": {"task": "changes.check_conflicts", **_SWEEP},
    "changes-all-conflicts": {"task": "changes.sweep_conflicts", "schedule": crontab("50", "3")},
    "changes-remind": {"task": "changes.remind_approvers", "schedule": crontab(minute="*/15")},
    "evidence-watch": {
        "task": "evidence.watch_ledger",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "evidence-verify": {"task": "evidence.verify_ledger", "schedule": crontab("15", "2")},
    "evidence-publish": {"task": "evidence.publish_checkpoints", "schedule": crontab("7")},
    "sla-freeze-months": {
        "task": "sla.freeze_months",
        "schedule": crontab("10", "6", day_of_month="2"),
    },
    "sla-thresholds": {"task": "sla.fire_thresholds", **_SWEEP},
    "incidents-close-requests": {
        "task": "incidents.close_requests",
        "schedule": crontab("10"),
    },
    "incidents-freeze-scores": {
        "task": "incidents.freeze_scores",
        "schedule": crontab("20", "9"),
    },
    "incidents-remind": {"task": "incidents.remind", **_SWEEP},
    "vendors-keep-vendors": {"task": "vendors.keep_vendors", "schedule": crontab("50", "12")},
    "vendors-keep-scorecards": {
        "task": "vendors.keep_scorecards",
        "schedule": crontab("40", "8"),
    },
    "vendors-keep-contracts": {"task": "vendors.keep_contracts", "schedule": crontab("45", "12")},
    "vendors-keep-obligations": {
        "task": "vendors.keep_obligations",
        "schedule": crontab("55", "12"),
    },
    "vendors-keep-spend": {"task": "vendors.keep_spend", "schedule": crontab("25", "9")},
    "vendors-draft-credits": {
        "task": "vendors.draft_credits",
        "schedule": crontab("15", "11", day_of_month="3"),
    },
    "incidents-close-resolved": {"task": "incidents.close_resolved", "schedule": crontab("5")},
}
_STIR = {"task": "itsm.stir_demo", "schedule": 20.0, "options": {"expires": 20}}


def beat_schedule(*, is_live: bool) -> dict[str, dict[str, Any]]:
    """In a live demo (refused outside of demo mode by itsm.E006) something happens now and then."""
    return SCHEDULE | ({"itsm-stir-demo": _STIR} if is_live else {})
