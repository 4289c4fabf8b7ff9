"""How the search over everything finds vendors and contracts: by reference and by name."""

from core.palette import RecordSource, in_names
from vendors.credits.words import month_name
from vendors.models import (
    Attestation,
    Budget,
    Contract,
    CreditClaim,
    ExitPlan,
    Invoice,
    Obligation,
    ObligationTask,
    RenewalDecision,
    ResponsibilityMatrix,
    Saving,
    Scorecard,
    ServiceReview,
    Vendor,
)
from vendors.scorecards.words import period_name

VENDORS = RecordSource(
    model=Vendor,
    icon="handshake",
    prefix="VND",
    search=lambda rows, words: in_names(rows, words, ("name",)),
    detail=lambda vendor: f"{vendor.get_tier_display()} · {vendor.get_country_display()}",
)

CONTRACTS = RecordSource(
    model=Contract,
    icon="description",
    prefix="CON",
    search=lambda rows, words: in_names(rows, words, ("title",)),
    prepare=lambda rows: rows.select_related("vendor"),
    title=lambda contract: contract.title,
    detail=lambda contract: str(contract.vendor),
)

BUDGETS = RecordSource(
    model=Budget,
    icon="payments",
    prefix="BUD",
    search=lambda rows, words: in_names(rows, words, ("title",)),
    title=lambda budget: budget.title,
    detail=lambda budget: str(budget.year),
)

INVOICES = RecordSource(
    model=Invoice,
    icon="receipt_long",
    prefix="INV",
    search=lambda rows, words: in_names(rows, words, ("number",)),
    prepare=lambda rows: rows.select_related("vendor"),
    title=lambda invoice: invoice.number,
    detail=lambda invoice: str(invoice.vendor),
)

SAVINGS = RecordSource(
    model=Saving,
    icon="star",
    prefix="SAV",
    search=lambda rows, words: in_names(rows, words, ("title",)),
    title=lambda saving: saving.title,
    detail=lambda saving: str(saving.get_status_display()),
)

SCORECARDS = RecordSource(
    model=Scorecard,
    icon="verified",
    prefix="SCD",
    search=lambda rows, words: in_names(rows, words, ("vendor__name",)),
    prepare=lambda rows: rows.select_related("vendor"),
    title=lambda card: card.vendor.name,
    detail=period_name,
)

SERVICE_REVIEWS = RecordSource(
    model=ServiceReview,
    icon="groups",
    prefix="SRV",
    search=lambda rows, words: in_names(rows, words, ("vendor__name",)),
    prepare=lambda rows: rows.select_related("vendor", "scorecard"),
    title=lambda review: review.vendor.name,
    detail=lambda review: f"{period_name(review.scorecard)} · {review.get_status_display()}",
)

RENEWALS = RecordSource(
    model=RenewalDecision,
    icon="sync",
    prefix="REN",
    search=lambda rows, words: in_names(rows, words, ("term__contract__title",)),
    prepare=lambda rows: rows.select_related("term__contract"),
    title=lambda decision: decision.term.contract.title,
    detail=lambda decision: str(decision.get_status_display()),
)

ATTESTATIONS = RecordSource(
    model=Attestation,
    icon="policy",
    prefix="ATT",
    search=lambda rows, words: in_names(rows, words, ("vendor__name", "assessor")),
    prepare=lambda rows: rows.select_related("vendor"),
    title=lambda one: f"{one.get_kind_display()} · {one.vendor.name}",
    detail=lambda one: str(one.get_status_display()),
)

MATRICES = RecordSource(
    model=ResponsibilityMatrix,
    icon="rule",
    prefix="RSP",
    search=lambda rows, words: in_names(rows, words, ("vendor__name",)),
    prepare=lambda rows: rows.select_related("vendor"),
    title=lambda matrix: matrix.vendor.name,
    detail=lambda matrix: f"{matrix.number} · {matrix.get_status_display()}",
)

CREDIT_CLAIMS = RecordSource(
    model=CreditClaim,
    icon="receipt_long",
    prefix="CLM",
    search=lambda rows, words: in_names(rows, words, ("clause__contract__title",)),
    prepare=lambda rows: rows.select_related("clause__contract"),
    title=lambda claim: claim.clause.contract.title,
    detail=lambda claim: month_name(claim.month),
)

EXIT_PLANS = RecordSource(
    model=ExitPlan,
    icon="flag",
    prefix="EXP",
    search=lambda rows, words: in_names(rows, words, ("vendor__name",)),
    prepare=lambda rows: rows.select_related("vendor"),
    title=lambda plan: plan.vendor.name,
    detail=lambda plan: plan.get_status_display(),
)

OBLIGATIONS = RecordSource(
    model=Obligation,
    icon="task_alt",
    prefix="OBL",
    search=lambda rows, words: in_names(rows, words, ("title",)),
    prepare=lambda rows: rows.select_related("contract"),
    title=lambda one: one.title,
    detail=lambda one: f"{one.get_direction_display()} · {one.contract.title}",
)

OBLIGATION_TASKS = RecordSource(
    model=ObligationTask,
    icon="task_alt",
    prefix="OBT",
    search=lambda rows, words: rows.none(),
    prepare=lambda rows: rows.select_related("obligation"),
    title=lambda one: one.obligation.title,
    detail=lambda one: f"{one.get_status_display()} · {one.due_on}",
)
