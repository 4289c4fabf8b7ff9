"""A small world for tests of evidence: some of everything that a population is made of."""

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection
from django.utils import timezone

from audit.models import SignedCheckpoint
from audit.services import record_event
from incidents.models import AdjustmentLimit
from incidents.services.requests.adjusting import approve_adjustment
from people.services import create_account, grant_role, mint_token
from sla.freezing import freeze, month_before
from tests.assets.supplied import a_dependency_on_a_vendor
from tests.changes.deployments import a_deployment
from tests.factories import a_change, a_service, an_asset, an_incident
from tests.incidents.asking import a_client, a_limit, a_request, an_adjustment
from tests.incidents.problems import a_problem
from tests.ledger import seal_here
from tests.people.certified import a_certification
from tests.people.coaching import a_coaching
from tests.people.one_on_ones import a_held_one_on_one
from tests.sla.agreeing import in_force
from tests.vendors.attested import a_matrix, received
from tests.vendors.contracts import a_contract
from tests.vendors.leaving import an_exit_plan, exercised
from tests.vendors.obliged import a_task
from tests.vendors.reviews import a_review
from tests.vendors.scores import a_model, a_scorecard
from tests.vendors.spend import a_budget, a_saving
from tests.vendors.vendors import a_prospect
from vendors import services as vendors
from vendors.models import ScoreModel
from vendors.scorecards.periods import period_of

_numbers = count(1)


def a_world(cast: Any, many: int) -> None:
    """So many of everything more."""
    if not AdjustmentLimit.objects.exists():
        a_limit("team_lead", "2000")
    for _nth in range(many):
        service = a_service(cast)
        an_asset(cast)
        a_change(cast, "closed", services=[service])
        a_change(cast, "reviewing", services=[service], is_significant=True)
        a_deployment()
        an_incident(cast, "closed", service=service)
        a_problem(cast, "closed", service=service)
        a_request(cast, "closed", service=service)
        approve_adjustment(an_adjustment(cast, service=service), actor=cast.team_lead)
        an_agreement_with_a_month(cast)
        vendor = a_prospect(cast, "engaged")
        vendors.review_vendor(vendor, actor=cast.vendor_manager, outcome="satisfactory")
        a_judgement(cast, vendor)
        an_attestation(cast, vendor)
        a_task(cast, "accepted", **an_obligation_of_the_month())
        a_certification(cast, verified=True)
        a_coaching(cast, "closed")
        a_held_one_on_one(cast)
        money(cast)
        a_matrix(cast, vendor, agreed=True)
        exercised(cast, an_exit_plan(cast, vendor, status="approved"))
        a_dependency_on_a_vendor(cast, vendor=vendor, service=service)
        a_colleague(cast, "agent")
        mint_token(cast.agent_l1, actor=cast.agent_l1, name="script", scopes=["read"])
        SignedCheckpoint.objects.create(size=next(_numbers), root=b"root", note="note")
        with connection.cursor() as cursor:  # past the application
            cursor.execute("UPDATE people_team SET name = name || '!' WHERE slug = 'payments-l1'")
        record_event("login", actor=cast.agent_l1, key=str(cast.agent_l1.pk))
        record_event("list.export", actor=cast.auditor, key="changes.change")
    seal_here()


def a_judgement(cast: Any, vendor: Any) -> None:
    """A contract whose renewal was decided about, after a scorecard was locked."""
    starts_on = timezone.localdate() - timedelta(days=165)
    terms = {"starts_on": starts_on, "initial_term": "P365D", "renewal_term": "P365D"}
    contract = a_contract(cast, "active", vendor=vendor, **terms)
    if not ScoreModel.objects.exists():
        a_model(cast, reports={})
    card = a_scorecard(vendor, period_of(timezone.localdate(), "month").previous, timezone.now())
    manager = cast.vendor_manager
    vendors.give_figure(card, actor=manager, kpi="reports", value=Decimal(80), evidence="x")
    a_review(cast, "closed", card)
    told = {"option": "renew", "reason": "Good", "alternatives": "None as good"}
    decision = vendors.prepare_renewal(contract, actor=manager, **told)
    for key in decision.facts.filter(is_known=False).values_list("key", flat=True):
        vendors.comment_on_fact(decision, actor=manager, key=key, comment="Asked")
    vendors.submit_renewal(decision, actor=manager)
    vendors.approve_renewal(decision, actor=cast.finance)


def money(cast: Any) -> None:
    """A budget that was approved, and a saving that came about."""
    a_budget(cast, "approved", year=2030 + next(_numbers) % 60)
    saving = vendors.start_saving(a_saving(cast), actor=cast.vendor_manager)
    vendors.verify_saving(saving, actor=cast.finance, verified=Decimal(1), note="x")


def an_attestation(cast: Any, vendor: Any) -> None:
    """Accepted, with an exception and something that is expected of us."""
    row = received(cast, vendor)
    vendors.note_exception(
        row, actor=cast.vendor_manager, text="x", assessment="y", treatment="mitigated"
    )
    vendors.map_user_control(row, actor=cast.vendor_manager, text="x", reason="y")
    vendors.accept_attestation(row, actor=cast.approver2)


def an_obligation_of_the_month() -> dict[str, Any]:
    """Due once, today."""
    return {"recurrence": "once", "first_due_on": timezone.localdate()}


def a_colleague(cast: Any, role: str) -> Any:
    name = f"colleague-{next(_numbers)}"
    account = create_account(actor=cast.security_admin, username=name, email=f"{name}@example.com")
    grant_role(account, role, actor=cast.security_admin, reason="Test", country="MX")
    return type(account).objects.get(pk=account.pk)


def an_agreement_with_a_month(cast: Any) -> None:
    """Drafted by one, in force by another, and frozen for the month before the last."""
    slug = f"gold-{next(_numbers)}"
    approver = a_colleague(cast, "service_manager")
    version = in_force(cast, approver, slug, client=a_client(slug))
    month = month_before(month_before(timezone.now().date()))
    assert freeze(version.agreement, month, actor=None, now=timezone.now()) == "frozen"
