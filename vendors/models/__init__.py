"""Vendors, what is agreed with them, and the terms of it."""

from vendors.models.contracts import Contract
from vendors.models.parts import (
    ContractApproval,
    ContractClause,
    ContractDocument,
    ContractPayment,
)
from vendors.models.renewals import (
    RenewalAlternative,
    RenewalApproval,
    RenewalDecision,
    RenewalFact,
)
from vendors.models.terms import ContractReminder, ContractTerm
from vendors.models.vendors import Vendor

__all__ = [
    "Contract",
    "ContractApproval",
    "ContractClause",
    "ContractDocument",
    "ContractPayment",
    "ContractReminder",
    "ContractTerm",
    "RenewalAlternative",
    "RenewalApproval",
    "RenewalDecision",
    "RenewalFact",
    "Vendor",
]
