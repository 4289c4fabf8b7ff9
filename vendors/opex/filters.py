"""What lists of budgets, invoices, rates and savings can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import ByRecord, OneOf
from people.models import Subsidiary
from vendors.models import Contract, Vendor
from vendors.opex.enums import BudgetStatus, InvoiceKind, SavingStatus


class BudgetFilters(FilterSet):
    status = OneOf("status", BudgetStatus)
    entity = ByRecord("entity", Subsidiary, "name")


class InvoiceFilters(FilterSet):
    kind = OneOf("kind", InvoiceKind)
    vendor = ByRecord("vendor", Vendor)
    contract = ByRecord("contract", Contract)
    entity = ByRecord("entity", Subsidiary, "name")


class SavingFilters(FilterSet):
    status = OneOf("status", SavingStatus)
    entity = ByRecord("entity", Subsidiary, "name")
    vendor = ByRecord("vendor", Vendor)
