"""What incidents and requests contribute to evidence: populations and exception reports."""

from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.populations import POPULATIONS
from incidents.evidence.adjustments import ADJUSTMENTS, LIMITS
from incidents.evidence.population import INCIDENTS
from incidents.evidence.reports import INCIDENT_REPORTS


def register_evidence() -> None:
    """Called once, when the app is ready."""
    for population in (INCIDENTS, ADJUSTMENTS, LIMITS):
        POPULATIONS.register(population.name, population)
    for report in INCIDENT_REPORTS:
        EXCEPTION_REPORTS.register(report.name, report)
