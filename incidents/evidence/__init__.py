"""What incidents, problems and requests give to evidence: populations and exception reports."""

from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.populations import POPULATIONS
from incidents.evidence.adjustments import ADJUSTMENTS, LIMITS
from incidents.evidence.population import INCIDENTS
from incidents.evidence.problems import PROBLEMS
from incidents.evidence.reports import INCIDENT_REPORTS
from incidents.evidence.requests import REQUESTS


def register_evidence() -> None:
    """Called once, when the app is ready."""
    for population in (INCIDENTS, PROBLEMS, REQUESTS, ADJUSTMENTS, LIMITS):
        POPULATIONS.register(population.name, population)
    for report in INCIDENT_REPORTS:
        EXCEPTION_REPORTS.register(report.name, report)
