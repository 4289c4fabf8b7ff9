"""What the ledger calls what happens to vendors, to their contracts and to money."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Reason
from vendors.attestations.workflow import ATTESTATION_WORKFLOW
from vendors.contract_workflow import CONTRACT_WORKFLOW
from vendors.credits.workflow import CLAIM_WORKFLOW
from vendors.obligations.workflow import OBLIGATION_WORKFLOW, TASK_WORKFLOW
from vendors.opex.workflow import BUDGET_WORKFLOW, SAVING_WORKFLOW
from vendors.renewals.workflow import RENEWAL_WORKFLOW
from vendors.responsibilities.workflow import MATRIX_WORKFLOW
from vendors.scorecards.workflow import SCORE_MODEL_WORKFLOW, SCORECARD_WORKFLOW
from vendors.vendor_workflow import VENDOR_WORKFLOW

TITLES: dict[str, Reason] = {
    **{f"contract.{move.action}": move.label for move in CONTRACT_WORKFLOW},
    **{f"budget.{move.action}": move.label for move in BUDGET_WORKFLOW},
    **{f"saving.{move.action}": move.label for move in SAVING_WORKFLOW},
    **{f"score_model.{move.action}": move.label for move in SCORE_MODEL_WORKFLOW},
    **{f"scorecard.{move.action}": move.label for move in SCORECARD_WORKFLOW},
    "scorecard.sheet": _("Scorecard taken as PDF"),
    "score_model.draft": _("Model of scorecards drafted"),
    "score_model.edit": _("Model of scorecards corrected"),
    "budget.draft": pgettext_lazy("ledger", "Budget drafted"),
    "budget.edit": _("Budget corrected"),
    "budget.plan": _("Lines of a budget planned"),
    "budget.forecast": _("Forecast anew"),
    "budget.comment": _("Variance commented"),
    "invoice.record": _("Invoice recorded"),
    "invoice.import": _("Invoices imported"),
    "rate.record": _("Rate of exchange recorded"),
    "spend.commit": _("Planned payments committed"),
    "spend.accrue": _("Spend accrued"),
    "saving.propose": _("Saving proposed"),
    "saving.edit": _("Saving corrected"),
    **{f"vendor.{move.action}": move.label for move in VENDOR_WORKFLOW},
    "vendor.add": _("Vendor added"),
    "vendor.edit": _("Vendor corrected"),
    "vendor.answer_questions": _("Questions about a vendor answered"),
    "vendor.attach_evidence": _("Evidence about a vendor added"),
    "vendor.review": _("Vendor reviewed"),
    "vendor.remind": _("Reminder of a review"),
    "vendor.add_location": _("Place of a vendor added"),
    "vendor.remove_location": _("Place of a vendor removed"),
    "vendor.add_subcontractor": _("Subcontractor added"),
    "vendor.remove_subcontractor": _("Subcontractor removed"),
    "vendor.add_contact": _("Contact of a vendor added"),
    "vendor.remove_contact": _("Contact of a vendor removed"),
    **{f"renewaldecision.{move.action}": move.label for move in RENEWAL_WORKFLOW},
    "renewaldecision.prepare": _("Renewal decision begun"),
    "renewaldecision.edit": _("Renewal decision corrected"),
    "renewaldecision.freeze": _("Facts of a renewal frozen"),
    "renewaldecision.comment": _("Fact of a renewal commented on"),
    "renewaldecision.weigh": _("Options of a renewal weighed"),
    **{f"attestation.{move.action}": move.label for move in ATTESTATION_WORKFLOW},
    "attestation.receive": _("Attestation received"),
    "attestation.edit": _("Attestation corrected"),
    "attestation.attach": _("Document of an attestation added"),
    "attestation.note_exception": _("Exception of an attestation noted"),
    "attestation.assess_exception": _("Exception of an attestation assessed"),
    "attestation.remove_exception": _("Exception of an attestation removed"),
    "attestation.map_control": _("Control expected of us added"),
    "attestation.remove_control": _("Control expected of us removed"),
    **{f"matrix.{move.action}": move.label for move in MATRIX_WORKFLOW},
    "matrix.draft": _("Matrix of responsibility drafted"),
    "matrix.edit": _("Matrix of responsibility corrected"),
    "matrix.set_line": _("Lines of a matrix written"),
    "matrix.remove_line": _("Line of a matrix removed"),
    "matrix.attach": _("Document of a matrix added"),
    "vendor.add_required_attestation": _("Kind of attestation required"),
    "vendor.remove_required_attestation": _("Kind of attestation no longer required"),
    **{f"creditclaim.{move.action}": move.label for move in CLAIM_WORKFLOW},
    "creditclaim.draft": pgettext_lazy("ledger", "Credit claim drafted"),
    "creditclause.add": _("Clause of service credits added"),
    "creditclause.edit": _("Clause of service credits corrected"),
    **{f"obligation.{move.action}": move.label for move in OBLIGATION_WORKFLOW},
    **{f"obligationtask.{move.action}": move.label for move in TASK_WORKFLOW},
    "obligation.add": _("Obligation written down"),
    "obligation.edit": _("Obligation corrected"),
    "obligation.open_tasks": _("Tasks of an obligation opened"),
    "obligationtask.attach": _("Evidence of an obligation added"),
    "obligationtask.remind": _("Reminder of an obligation"),
    "contract.import": _("Contracts imported"),
    "contract.draft": pgettext_lazy("ledger", "Contract drafted"),
    "contract.edit": _("Contract corrected"),
    "contract.plan_payments": _("Payments of a contract planned"),
    "contract.answer_clauses": _("Clauses of a contract checked"),
    "contract.attach": _("Document of a contract added"),
    "contract.remind": _("Reminder of a decision"),
    "contract.miss_decision": _("Contract renewed or ended without a decision"),
}
