"""The vendors app. It tells the audit app which of its entries are about somebody's vendors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VendorsConfig(AppConfig):
    name = "vendors"
    verbose_name = _("vendors")

    def ready(self) -> None:
        from audit.naming import name_actions
        from audit.querysets import AUDIENCES
        from core.palette import PALETTE
        from notifications.audience import AUDIENCE_CHECKS
        from records.importing import FORMATS
        from vendors.assurance.audience import may_see_vendor
        from vendors.assurance.residency import register_residency
        from vendors.attestations.currency import register_currency
        from vendors.attestations.evidence import register_attestation_evidence
        from vendors.audience import entries_for
        from vendors.contract_audience import may_see_contract
        from vendors.credits.audience import may_see_claim
        from vendors.evidence import register_evidence
        from vendors.exit_plans.audience import may_see_exit_plan
        from vendors.exit_plans.evidence import register_exit_plan_evidence
        from vendors.importing.invoices import InvoiceFile
        from vendors.importing.public_register import ActContracts
        from vendors.importing.rates import RateFile
        from vendors.judgement_evidence import register_judgements
        from vendors.naming import TITLES
        from vendors.obligations.audience import may_see_task
        from vendors.obligations.evidence import register_obligation_evidence
        from vendors.opex.evidence import register_spend_evidence
        from vendors.palette import (
            ATTESTATIONS,
            BUDGETS,
            CONTRACTS,
            CREDIT_CLAIMS,
            EXIT_PLANS,
            INVOICES,
            MATRICES,
            OBLIGATION_TASKS,
            OBLIGATIONS,
            RENEWALS,
            SAVINGS,
            SCORECARDS,
            SERVICE_REVIEWS,
            VENDORS,
        )
        from vendors.personal_data import declare_personal_data
        from vendors.renewals.known_here import register_facts
        from vendors.responsibilities.evidence import register_matrix_evidence
        from vendors.reviews.evidence import register_review_evidence
        from vendors.reviews.page import of_scorecard
        from vendors.scorecards.cost import register_cost
        from vendors.scorecards.page import CARD_PANELS

        declare_personal_data()
        register_evidence()
        register_judgements()
        register_attestation_evidence()
        register_matrix_evidence()
        register_exit_plan_evidence()
        register_obligation_evidence()
        register_residency()
        register_spend_evidence()
        register_cost()
        register_currency()
        register_facts()
        register_review_evidence()
        CARD_PANELS.register("service reviews", of_scorecard)
        name_actions(TITLES)
        FORMATS.register("invoice/csv", InvoiceFile)
        FORMATS.register("rate/csv", RateFile)
        AUDIENCES.register("vendors", entries_for)
        AUDIENCE_CHECKS.register("CON", may_see_contract)
        AUDIENCE_CHECKS.register("VND", may_see_vendor)
        AUDIENCE_CHECKS.register("CLM", may_see_claim)
        AUDIENCE_CHECKS.register("EXP", may_see_exit_plan)
        AUDIENCE_CHECKS.register("OBT", may_see_task)
        FORMATS.register("contract/act", ActContracts)
        PALETTE.register("vendors.vendor", VENDORS)
        PALETTE.register("vendors.contract", CONTRACTS)
        PALETTE.register("vendors.budget", BUDGETS)
        PALETTE.register("vendors.invoice", INVOICES)
        PALETTE.register("vendors.saving", SAVINGS)
        PALETTE.register("vendors.scorecard", SCORECARDS)
        PALETTE.register("vendors.servicereview", SERVICE_REVIEWS)
        PALETTE.register("vendors.renewaldecision", RENEWALS)
        PALETTE.register("vendors.attestation", ATTESTATIONS)
        PALETTE.register("vendors.responsibilitymatrix", MATRICES)
        PALETTE.register("vendors.creditclaim", CREDIT_CLAIMS)
        PALETTE.register("vendors.exitplan", EXIT_PLANS)
        PALETTE.register("vendors.obligation", OBLIGATIONS)
        PALETTE.register("vendors.obligationtask", OBLIGATION_TASKS)
