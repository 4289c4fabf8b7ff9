"""The only writers of vendors, of contracts and their terms, and of what is spent."""

from vendors.services.budgets import (
    approve_budget,
    comment_variance,
    draft_budget,
    edit_budget,
    forecast_anew,
    lock_budget,
    plan_lines,
    return_budget,
    submit_budget,
)
from vendors.services.contract_documents import attach_document
from vendors.services.contract_steps import (
    activate_contract,
    approve_contract,
    pass_legal_review,
    return_contract,
    sign_contract,
    submit_contract,
    withdraw_contract,
)
from vendors.services.contracts import (
    answer_clauses,
    draft_contract,
    edit_contract,
    plan_payments,
)
from vendors.services.renewals import (
    renegotiate_contract,
    renew_contract,
    terminate_contract,
)
from vendors.services.savings import (
    edit_saving,
    propose_saving,
    reject_saving,
    start_saving,
    verify_saving,
)
from vendors.services.spending import (
    accrue,
    commit_payments,
    record_invoice,
    record_rate,
)
from vendors.services.sweeping import keep_contract, keep_contracts
from vendors.services.vendors import add_vendor, edit_vendor

__all__ = [
    "accrue",
    "activate_contract",
    "add_vendor",
    "answer_clauses",
    "approve_budget",
    "approve_contract",
    "attach_document",
    "comment_variance",
    "commit_payments",
    "draft_budget",
    "draft_contract",
    "edit_budget",
    "edit_contract",
    "edit_saving",
    "edit_vendor",
    "forecast_anew",
    "keep_contract",
    "keep_contracts",
    "lock_budget",
    "pass_legal_review",
    "plan_lines",
    "plan_payments",
    "propose_saving",
    "record_invoice",
    "record_rate",
    "reject_saving",
    "renegotiate_contract",
    "renew_contract",
    "return_budget",
    "return_contract",
    "sign_contract",
    "start_saving",
    "submit_budget",
    "submit_contract",
    "terminate_contract",
    "verify_saving",
    "withdraw_contract",
]
