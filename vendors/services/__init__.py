"""The only writers of vendors, of contracts and of their terms."""

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
from vendors.services.sweeping import keep_contract, keep_contracts
from vendors.services.vendors import add_vendor, edit_vendor

__all__ = [
    "activate_contract",
    "add_vendor",
    "answer_clauses",
    "approve_contract",
    "attach_document",
    "draft_contract",
    "edit_contract",
    "edit_vendor",
    "keep_contract",
    "keep_contracts",
    "pass_legal_review",
    "plan_payments",
    "renegotiate_contract",
    "renew_contract",
    "return_contract",
    "sign_contract",
    "submit_contract",
    "terminate_contract",
    "withdraw_contract",
]
