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
from vendors.services.renewal_decisions import (
    approve_renewal,
    comment_on_fact,
    edit_renewal,
    freeze_facts,
    prepare_renewal,
    return_renewal,
    submit_renewal,
    weigh_options,
    withdraw_renewal,
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
    "approve_renewal",
    "attach_document",
    "comment_on_fact",
    "draft_contract",
    "edit_contract",
    "edit_renewal",
    "edit_vendor",
    "freeze_facts",
    "keep_contract",
    "keep_contracts",
    "pass_legal_review",
    "plan_payments",
    "prepare_renewal",
    "renegotiate_contract",
    "renew_contract",
    "return_contract",
    "return_renewal",
    "sign_contract",
    "submit_contract",
    "submit_renewal",
    "terminate_contract",
    "weigh_options",
    "withdraw_contract",
    "withdraw_renewal",
]
