"""What messages say, by kind. Filled in when a message is sent, in the recipient's language."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.registry import Registry
from notifications.enums import MessageKind

SUBJECTS: dict[str, Promise] = {
    MessageKind.INCIDENT_ASSIGNED: _("%(reference)s was assigned to you: %(title)s"),
    MessageKind.INCIDENT_OPENED: _("P%(priority)s %(reference)s was opened: %(title)s"),
    MessageKind.INCIDENT_COMMENTED: _("New comment on %(reference)s: %(title)s"),
    MessageKind.INCIDENT_MENTIONED: _("%(by)s mentioned you on %(reference)s: %(title)s"),
    MessageKind.INCIDENT_MITIGATED: _("%(reference)s was mitigated: %(title)s"),
    MessageKind.INCIDENT_RESOLVED: _("%(reference)s was resolved: %(title)s"),
    MessageKind.INCIDENT_CLOCK: _("%(reference)s has used %(percent)s %% of its time: %(title)s"),
    MessageKind.REQUEST_ASSIGNED: _("%(reference)s was assigned to you: %(title)s"),
    MessageKind.REQUEST_COMMENTED: _("New comment on %(reference)s: %(title)s"),
    MessageKind.REQUEST_MENTIONED: _("%(by)s mentioned you on %(reference)s: %(title)s"),
    MessageKind.REQUEST_RESOLVED: _("%(reference)s was resolved: %(title)s"),
    MessageKind.REQUEST_INCIDENT_RESOLVED: _("%(reference)s: %(incident)s was resolved, %(title)s"),
    MessageKind.REQUEST_CLOCK: _("%(reference)s has used %(percent)s %% of its time: %(title)s"),
    MessageKind.ADJUSTMENT_PROPOSED: _("%(reference)s waits to be checked: %(title)s"),
    MessageKind.INCIDENT_CONSULTED: _("%(by)s asks your team about %(reference)s: %(title)s"),
    MessageKind.INCIDENT_CONSULTATION_ANSWERED: _(
        "%(by)s answered your question about %(reference)s: %(title)s"
    ),
    MessageKind.CONSULTATION_LATE: _(
        "%(reference)s: the answer of %(asked_team)s is late, %(title)s"
    ),
    MessageKind.HELP_ASKED: _("%(by)s asks for help with %(reference)s: %(title)s"),
    MessageKind.HELP_ESCALATED: _(
        "Nobody has taken what %(by)s asks help for, %(reference)s: %(title)s"
    ),
    MessageKind.HELP_TAKEN: _("%(by)s comes to help you with %(reference)s: %(title)s"),
    MessageKind.HELP_ANSWERED: _("%(by)s answered what you asked help for, %(reference)s"),
    MessageKind.INCIDENT_PROMISE_DUE: _("%(reference)s: the client waits to hear, %(title)s"),
    MessageKind.CHANGE_ASKS_FOR_VOTE: _("%(reference)s asks for your vote: %(title)s"),
    MessageKind.CHANGE_VOTE_LATE: _("%(reference)s still waits for an answer: %(title)s"),
    MessageKind.CHANGE_AMENDED: _("%(reference)s was amended, your vote is void: %(title)s"),
    MessageKind.CHANGE_APPROVED: _("%(reference)s was approved: %(title)s"),
    MessageKind.CHANGE_REJECTED: _("%(reference)s was rejected: %(title)s"),
    MessageKind.CHANGE_COMMENTED: _("New comment on %(reference)s: %(title)s"),
    MessageKind.CHANGE_SCHEDULED: _("%(reference)s was scheduled: %(title)s"),
    MessageKind.CHANGE_BACKED_OUT: _("%(reference)s was backed out: %(title)s"),
    MessageKind.CHANGE_CANCELLED: _("%(reference)s was cancelled: %(title)s"),
    MessageKind.CHANGE_EXPIRED: _("%(reference)s has expired: %(title)s"),
    MessageKind.CHANGE_FINDING: _("%(reference)s: a deployment needs an answer, %(title)s"),
    MessageKind.CHANGE_CONFLICT: _("%(reference)s is in conflict with another change: %(title)s"),
    MessageKind.DEVICE_OFFERED: _("%(reference)s was handed out to you: please accept %(title)s"),
    MessageKind.DEVICE_ANSWERED: _("%(holder)s has answered: %(reference)s %(title)s"),
    MessageKind.DEVICE_RETURNED: _("%(reference)s was taken back: %(title)s"),
    MessageKind.CONTRACT_TO_DECIDE: _("%(reference)s: a decision is due, %(title)s"),
    MessageKind.CONTRACT_UNDECIDED: _("%(reference)s: nobody has decided yet, %(title)s"),
    MessageKind.CREDIT_DRAFTED: _("%(reference)s: a service credit can be claimed, %(title)s"),
    MessageKind.VENDOR_TO_REVIEW: _("%(reference)s: its yearly review is due, %(title)s"),
    MessageKind.VENDOR_ATTESTATION: _("%(reference)s: an attestation is needed, %(title)s"),
    MessageKind.EXIT_PLAN_TO_EXERCISE: _(
        "%(reference)s: the exit plan has to be exercised, %(title)s"
    ),
    MessageKind.OBLIGATION_DUE: _("%(reference)s: an obligation is due, %(title)s"),
    MessageKind.OBLIGATION_SUBMITTED: _("%(reference)s: waits for your acceptance, %(title)s"),
    MessageKind.OBLIGATION_MISSED: _("%(reference)s: an obligation was missed, %(title)s"),
    MessageKind.CONTROL_FAILED: _("%(reference)s: a control has failed, %(title)s"),
    MessageKind.AUDIT_REQUEST_ASKED: _("%(reference)s: the auditors ask for %(title)s"),
    MessageKind.AUDIT_REQUEST_PROVIDED: _("%(reference)s was provided: %(title)s"),
    MessageKind.AUDIT_REQUEST_JUDGED: _("%(reference)s was answered by the auditor: %(title)s"),
    MessageKind.AUDIT_REQUEST_COMMENTED: _("New comment on %(reference)s: %(title)s"),
    MessageKind.CERTIFICATION_EXPIRES: _("%(reference)s: your certification expires, %(title)s"),
    MessageKind.ONE_ON_ONE_AHEAD: _("Your next 1:1 is ahead (%(reference)s)"),
    MessageKind.COACHING: _(
        "A coaching session of yours is ahead or waits for you (%(reference)s)"
    ),
    MessageKind.QUALITY_REVIEW: _("%(reference)s: work was drawn for your review"),
    MessageKind.QUALITY_REVEALED: _("%(reference)s: your work was reviewed, %(title)s"),
    MessageKind.CALIBRATION: _("%(reference)s: calibration of the reviewers, %(title)s"),
    MessageKind.QUALITY_DISPUTE: _("%(reference)s: a dispute about a rating, %(title)s"),
    MessageKind.GLASS_ASKED: _("%(reference)s: a confidential record is to be opened"),
    MessageKind.GLASS_OPENED: _("%(reference)s: a confidential record was opened for a day"),
    MessageKind.ACCESS_REVIEW_ASKED: _("%(reference)s, review of access, asks for your answer"),
    MessageKind.ACCESS_REVIEW_LATE: _("%(reference)s, review of access, is late"),
    MessageKind.ACCESS_REMOVAL_ASKED: _("%(reference)s asks to take access away"),
    MessageKind.ACCOUNT_SECURITY: _("Your account: %(title)s"),
}

# The facts under the headline, in this order; what the context does not hold is left out.
FACTS: dict[str, Promise] = {
    "reference": _("Record"),
    "title": _("Title"),
    "priority": _("Priority"),
    "service": _("Service"),
    "incident": _("Incident"),
    "by": _("By"),
    "metric": _("Time for"),
    "agreement": _("Agreement"),
    "percent": _("Used of it"),
    "breaches_at": _("Used up at"),
    "note": _("Note"),
    "due_at": _("Answer by"),
    "planned_at": _("Planned for"),
    "until_at": _("Open until"),
    "opened_at": _("Opened at"),
    "mitigated_at": _("Mitigated at"),
    "resolved_at": _("Resolved at"),
}

FACT_WORDS: Registry[Callable[[str], str]] = Registry("words of a fact")
"""By the name of a fact that is a code, what says it in the language in force."""


class _Given(dict[str, Any]):
    """A context in which a missing fact is empty: a message must never fail for want of one."""

    def __missing__(self, key: str) -> str:
        return ""


def subject_of(kind: str, context: dict[str, Any]) -> str:
    """One line, whatever the title holds."""
    text = str(SUBJECTS[kind]) % _Given(context)
    return " ".join(text.split())[:200]


def facts_of(context: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Label and value of each known fact; times local, with their zone named."""
    for name, label in FACTS.items():
        value = context.get(name)
        if value in (None, ""):
            continue
        if name == "priority":
            value = f"P{value}"
        elif name == "percent":
            value = f"{value} %"
        elif name in FACT_WORDS:
            value = FACT_WORDS[name](value)
        elif name.endswith("_at"):
            value = local_time(datetime.fromisoformat(value))
        yield str(label), str(value)


def local_time(at: datetime) -> str:
    """A moment in the time zone in force, which is named."""
    local = timezone.localtime(at)
    written = formats.date_format(local, "DATETIME_FORMAT")
    return f"{written} ({timezone.get_current_timezone_name()})"
