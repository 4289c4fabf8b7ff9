"""Where a vendor processes, and under whose law: what has to be known before a contract goes on."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from vendors.models import VendorSubcontractor
from vendors.renewals.facts import NOT_KNOWN, Fact, register, told


def read_residency(contract: Any, *, on: date) -> Fact:
    """The vendor's places and those of its fourth parties; not known where none is written."""
    vendor = contract.vendor
    places = list(vendor.locations.all())
    below = list(VendorSubcontractor.objects.filter(vendor=vendor).order_by("pk"))
    if not places:
        return NOT_KNOWN
    holding = {one.country for one in (*places, *below) if one.holds_data}
    national = any(one.holds_data and one.country == contract.entity.country for one in places)
    countries = ", ".join(sorted(holding)) or "–"
    sentence = (
        _("Our data lies in: %(countries)s.")
        if national
        else _("Our data lies in: %(countries)s. There is no copy in the country of our company.")
    )
    rows = [
        {
            "use": one.use,
            "place": one.place,
            "country": one.country,
            "jurisdiction": one.jurisdiction or one.country,
            "holds_data": one.holds_data,
        }
        for one in places
    ]
    value = {"countries": sorted(holding), "has_national_copy": national}
    return Fact(value=value, sentence=told(sentence, {"countries": countries}), rows=rows)


def register_residency() -> None:
    """Called once, when the app is ready."""
    register("residency", _("Residency and jurisdictions"), read_residency)
