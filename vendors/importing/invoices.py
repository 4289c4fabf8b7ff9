"""Invoices and credit notes from a CSV file, one on each row: `import_records --kind invoice`, and
the page above the list of invoices."""

from typing import Any

from django.utils.translation import gettext as _

from people.models import Subsidiary
from vendors.importing.csv_rows import CsvRows, Wrong, choice_of, day_of, number_of, one_of
from vendors.models import Contract, Invoice, Vendor
from vendors.opex.enums import InvoiceKind, SpendCategory


class InvoiceFile(CsvRows):
    kind = "invoice"
    columns = (
        *("number", "kind", "vendor", "entity", "contract", "currency", "amount", "issued_on"),
        *("cost_centre", "category"),
    )
    named_by = "number"
    must = "entity"

    def facts_of(self, row: dict[str, str]) -> dict[str, Any]:
        if not row["number"]:
            raise Wrong("number", _("nothing stands there"))
        vendors = Vendor.objects.all()
        contracts = Contract.objects.all()
        if self.actor is not None:
            vendors = vendors.visible_to(self.actor)
            contracts = contracts.visible_to(self.actor)
        facts: dict[str, Any] = {
            "number": row["number"],
            "kind": choice_of(InvoiceKind, row, "kind", InvoiceKind.INVOICE),
            "vendor": one_of(vendors, row, "vendor", "reference", "name"),
            "entity": one_of(Subsidiary.objects.all(), row, "entity", "name"),
            "contract": None,
            "currency": row["currency"].upper(),
            "amount": number_of(
                row, "amount", _("a negative amount, or none; credit notes are a kind of their own")
            ),
            "issued_on": day_of(row, "issued_on"),
            "cost_centre": row["cost_centre"],
            "category": choice_of(SpendCategory, row, "category", ""),
        }
        if row["contract"]:
            facts["contract"] = one_of(contracts, row, "contract", "reference", "number")
            if facts["contract"].currency != facts["currency"]:
                told = _("the contract is in %(currency)s")
                raise Wrong("currency", told % {"currency": facts["contract"].currency})
        return facts

    def key_of(self, facts: dict[str, Any]) -> tuple[Any, ...]:
        return facts["vendor"].pk, facts["number"].upper()

    def find(self, facts: dict[str, Any]) -> Any:
        same = Invoice.objects.filter(vendor=facts["vendor"], number__iexact=facts["number"])
        return same.first()

    def says_otherwise(self, found: Any) -> str:
        return _("there is another invoice of this vendor with this number")

    def write(self, facts: dict[str, Any]) -> None:
        from vendors.services.spending import record_invoice  # services import this app's readers

        record_invoice(actor=self.actor, **facts)
