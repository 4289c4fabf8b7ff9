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
from vendors.services.monitoring import keep_vendors, review_vendor
from vendors.services.renewals import (
    renegotiate_contract,
    renew_contract,
    terminate_contract,
)
from vendors.services.sweeping import keep_contract, keep_contracts
from vendors.services.vendor_parts import (
    add_contact,
    add_location,
    add_subcontractor,
    remove_contact,
    remove_location,
    remove_subcontractor,
)
from vendors.services.vendor_steps import (
    answer_questions,
    approve_vendor,
    attach_evidence,
    begin_diligence,
    begin_exit,
    drop_vendor,
    engage_vendor,
    exit_vendor,
    reconsider_vendor,
    refuse_vendor,
    return_diligence,
    stay_with_vendor,
    submit_diligence,
)
from vendors.services.vendors import add_vendor, edit_vendor

__all__ = [
    "activate_contract",
    "add_contact",
    "add_location",
    "add_subcontractor",
    "add_vendor",
    "answer_clauses",
    "answer_questions",
    "approve_contract",
    "approve_vendor",
    "attach_document",
    "attach_evidence",
    "begin_diligence",
    "begin_exit",
    "draft_contract",
    "drop_vendor",
    "edit_contract",
    "edit_vendor",
    "engage_vendor",
    "exit_vendor",
    "keep_contract",
    "keep_contracts",
    "keep_vendors",
    "pass_legal_review",
    "plan_payments",
    "reconsider_vendor",
    "refuse_vendor",
    "remove_contact",
    "remove_location",
    "remove_subcontractor",
    "renegotiate_contract",
    "renew_contract",
    "return_contract",
    "return_diligence",
    "review_vendor",
    "sign_contract",
    "stay_with_vendor",
    "submit_contract",
    "submit_diligence",
    "terminate_contract",
    "withdraw_contract",
]
