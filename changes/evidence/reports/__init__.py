"""What an auditor would write up about changes, found by the database; judged by business time."""

from changes.evidence.reports.approvals import APPROVAL_REPORTS
from changes.evidence.reports.controls import CONTROL_REPORTS
from changes.evidence.reports.work import WORK_REPORTS

CHANGE_REPORTS = (*APPROVAL_REPORTS, *CONTROL_REPORTS, *WORK_REPORTS)
