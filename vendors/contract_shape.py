"""From a contract's row to its pure shape, and what is wrong with it in words, by field."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Reason, ValidationError
from people.calendars import WorkingCalendar
from vendors.contract_triggers import SUBMITTED
from vendors.enums import Renewal
from vendors.models import Contract
from vendors.money import check_amount
from vendors.terms import NO_TIME, ContractShape, Duration, fits_into, read_duration

FIRST_YEAR, LAST_YEAR = 1990, 2090
_NO_DURATION = _("Give a time such as P1Y, P3M, P30D or 10 business days.")
_NO_TERM = _("Give a time such as P1Y, P18M or P90D.")
_TOO_LONG: dict[str, Reason] = {
    "notice": _("Notice is longer than the term."),
    "internal_lead": _("Notice and internal lead together are longer than the term."),
}


def shape_of(contract: Contract) -> ContractShape:
    """What the dates are worked out from. ValidationError by field."""
    times = _times(contract)
    country = contract.business_days_of or contract.entity.country
    _check_start(contract.starts_on)
    _check_lengths(contract, times)
    return ContractShape(
        starts_on=contract.starts_on,
        initial_term=times["initial_term"],
        renewal=contract.renewal,
        renewal_term=times["renewal_term"],
        notice=times["notice"],
        lead=times["internal_lead"],
        calendar=WorkingCalendar.of_country(country),
        on_business_days=contract.on_business_days,
        renewed=contract.renewed,
        last=contract.last_term,
    )


def check_amounts(contract: Contract) -> None:
    """ValidationError by field for amounts that the currency does not have."""
    for name in ("total_value", "annual_value"):
        amount = getattr(contract, name)
        if amount is not None:
            try:
                check_amount(Decimal(amount), contract.currency)
            except ValidationError as error:
                raise ValidationError({name: error}) from error


def duration_text(text: str) -> str:
    """A duration as it is stored: `P3M`, `10 business days`."""
    words = " ".join(text.split())
    return words.lower() if " " in words else words.upper()


def _times(contract: Contract) -> dict[str, Duration]:
    found: dict[str, Duration] = {}
    wrong: dict[str, Reason] = {}
    for name in ("initial_term", "renewal_term", "notice", "internal_lead"):
        text = getattr(contract, name)
        is_term = name.endswith("term")
        try:
            found[name] = read_duration(text) if text else NO_TIME
        except ValueError:
            wrong[name] = _NO_TERM if is_term else _NO_DURATION
            continue
        wanted = name == "initial_term" or (is_term and contract.renewal != Renewal.NONE)
        if is_term and (found[name].business_days or (wanted and not found[name])):
            wrong[name] = _NO_TERM
        elif name == "renewal_term" and found[name] and contract.renewal == Renewal.NONE:
            wrong[name] = _("A contract that ends has no renewal.")
    if wrong:
        raise ValidationError(dict(wrong))
    return found


def _check_start(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        text = _("Give a day between %(first)s and %(last)s.") % years
        raise ValidationError({"starts_on": text})


def _check_lengths(contract: Contract, times: dict[str, Duration]) -> None:
    terms = [times["initial_term"], times["renewal_term"]]
    shortest = [term for term in terms if term]
    notice, lead = times["notice"], times["internal_lead"]
    if not all(fits_into(notice, term) for term in shortest):
        raise ValidationError({"notice": _TOO_LONG["notice"]})
    if lead and not all(_both_fit(notice, lead, term) for term in shortest):
        raise ValidationError({"internal_lead": _TOO_LONG["internal_lead"]})


def _both_fit(notice: Duration, lead: Duration, term: Duration) -> bool:
    one, other = _in_days(notice), _in_days(lead)
    return fits_into(Duration(one.months + other.months, one.days + other.days), term)


def _in_days(duration: Duration) -> Duration:
    """Business days as the fewest days that they take."""
    weeks, rest = divmod(duration.business_days, 5)
    return Duration(duration.months, duration.days + 7 * weeks + rest)


def facts_of(contract: Contract) -> dict[str, Any]:
    """What is approved, by name: parties, money, time. For the hash that approvals carry."""
    return {name: str(getattr(contract, name)) for name in SUBMITTED}
