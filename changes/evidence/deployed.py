"""Deployments as evidence: the direction that counts, from what reached production to a change."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets.enums import Environment
from changes.enums import FindingKind
from changes.models import Change, Deployment, Finding, ServiceRepository
from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import Attribute, Population, Text
from evidence.telling import called, facts

MOST = 1_000
"""So many differences are named; the count tells of the others."""


def reported_in(period: Period) -> QuerySet[Deployment]:
    """What was brought to production in the period, as the systems that do it report."""
    brought = Deployment.objects.filter(environment=Environment.PRODUCTION)
    return brought.filter(deployed_at__gte=period.start, deployed_at__lt=period.end)


def compared(period: Period) -> dict[str, Any]:
    """The second source of changes: deployments of the period without a change, and changes of the
    period to services that report, without a deployment."""
    deployments = reported_in(period)
    without = deployments.filter(change__isnull=True)
    missing = Finding.objects.filter(
        kind=FindingKind.NOT_DEPLOYED,
        change__actual_end_at__gte=period.start,
        change__actual_end_at__lt=period.end,
    )
    differences = [
        {"item": row.reference, "at": facts(row, "deployed_at")["deployed_at"],
         "difference": "deployed without a change", "what": f"{row.repository}@{row.commit}"}
        for row in without.order_by("pk")[:MOST]
    ] + [
        {"item": row.change.reference, "at": facts(row.change, "actual_end_at")["actual_end_at"],
         "difference": "implemented without a deployment", "what": row.reference}
        for row in missing.select_related("change").order_by("pk")[:MOST]
    ]  # fmt: skip
    return {
        "name": "deployments to production, as reported",
        "count": deployments.count(),
        "with_a_change": deployments.filter(change__isnull=False).count(),
        "deployed_without_a_change": without.count(),
        "implemented_without_a_deployment": missing.count(),
        "repositories_that_report": ServiceRepository.objects.count(),
        "differences": differences,
    }


def changes_behind(period: Period) -> dict[str, Any]:
    """The second source of deployments: the changes that they say they belong to."""
    deployments = reported_in(period)
    without = deployments.filter(change__isnull=True).order_by("pk")
    return {
        "name": "changes that were implemented",
        "count": Change.objects.filter(deployments__in=deployments).distinct().count(),
        "differences": [
            {"item": row.reference, "difference": "deployed without a change"}
            for row in without[:MOST]
        ],
    }


def _members(period: Period) -> QuerySet[Deployment]:
    rows = reported_in(period).select_related("service", "change").order_by("pk")
    return rows.defer("change__search").prefetch_related("findings")


def _field(name: str, meaning: Text) -> Attribute:
    return Attribute(
        name, meaning, lambda row: getattr(row, name), f"changes_deployment.{name}"
    )  # fmt: skip


def _absent(row: Any) -> Text:
    if row.environment != Environment.PRODUCTION:
        return _("not to production")
    return _("deployed outside the period")


DEPLOYMENTS = Population(
    name="deployments",
    title=_("Deployments to production"),
    definition=_("Everything that was brought to production, as the systems that do it report it."),
    membership=_("Deployed in the period, by the report of whoever deployed."),
    model=Deployment,
    everything=lambda: Deployment.objects.all(),
    members=_members,
    identity=lambda row: row.reference,
    moment_of=lambda row: row.deployed_at,
    attributes=(
        _field("source", _("Which system reported it.")),
        _field("delivery", _("By which name that system knows it.")),
        _field("repository", _("From which repository.")),
        _field("commit", _("Which commit.")),
        _field("digest", _("The digest of the artefact.")),
        _field("deployed_by", _("Who deployed, as reported.")),
        _field("deployed_at", _("When: what membership goes by.")),
        _field("received_at", _("When it was reported.")),
        Attribute("service", _("The service that it altered."), lambda row: called(row.service),
                  "changes_deployment.service_id"),
        Attribute("change", _("The change that it belongs to; empty: none was found."),
                  lambda row: called(row.change), "changes_deployment.change_id"),
        Attribute("findings", _("What speaks against it."),
                  lambda row: [f"{f.reference} {f.kind} {f.status}" for f in row.findings.all()],
                  "changes_finding.kind"),
    ),
    rows_of=rows_of_parts(Deployment, Part(Finding, "deployment")),
    numbered="DEP",
    absent=_absent,
    second_source=changes_behind,
    strata=lambda row: called(row.service) or "-",
)  # fmt: skip
