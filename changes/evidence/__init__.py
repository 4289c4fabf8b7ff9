"""What changes contribute to evidence: populations and exception reports, a file per question."""

from changes.evidence.deployed import DEPLOYMENTS
from changes.evidence.population import CHANGES, SIGNIFICANT_CHANGES
from evidence.populations import POPULATIONS


def register_evidence() -> None:
    """Called once, when the app is ready."""
    for population in (CHANGES, SIGNIFICANT_CHANGES, DEPLOYMENTS):
        POPULATIONS.register(population.name, population)
