"""What changes contribute to evidence: populations and exception reports, a file per question."""

from changes.evidence.deployed import DEPLOYMENTS
from changes.evidence.population import CHANGES, SIGNIFICANT_CHANGES
from changes.evidence.reports import CHANGE_REPORTS
from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.populations import POPULATIONS


def register_evidence() -> None:
    """Called once, when the app is ready."""
    for population in (CHANGES, SIGNIFICANT_CHANGES, DEPLOYMENTS):
        POPULATIONS.register(population.name, population)
    for report in CHANGE_REPORTS:
        EXCEPTION_REPORTS.register(report.name, report)
