"""What incidents contribute to evidence: a population and exception reports."""

from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.populations import POPULATIONS
from incidents.evidence.population import INCIDENTS
from incidents.evidence.reports import INCIDENT_REPORTS


def register_evidence() -> None:
    """Called once, when the app is ready."""
    POPULATIONS.register(INCIDENTS.name, INCIDENTS)
    for report in INCIDENT_REPORTS:
        EXCEPTION_REPORTS.register(report.name, report)
