"""Amounts in currencies: which currencies there are, how exact they are, how they are written.

An amount is a `Decimal` beside the code of its currency, so that the database adds up itself;
`Money` refuses to add what is not of one currency. `django-money` would hide the currency behind
the amount, and adds up amounts of several currencies as if they were one (its issues 78 and 712).
"""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from moneyed import CURRENCIES, Money, get_currency
from moneyed.l10n import format_money

MOST = Decimal("9999999999999999.99")
DIGITS, PLACES = 18, 2
_LOCALES = {"es-mx": "es_MX", "en": "en_US"}


def is_currency(code: str) -> bool:
    """Whether a code names money of ISO 4217 that is paid with: metals and tests are not."""
    if code not in CURRENCIES:
        return False
    return any(
        not place.startswith("ZZ") and place != "UNKNOWN REGION"
        for place in CURRENCIES[code].countries
    )


def check_currency(code: str) -> None:
    """ValidationError where it is none; a validator of fields."""
    if not is_currency(code):
        raise ValidationError(_("This is no currency. Give its ISO 4217 code, such as MXN."))


def check_amount(amount: Decimal, currency: str) -> None:
    """ValidationError for amounts that are negative or finer than the currency's smallest coin."""
    if not amount.is_finite() or not 0 <= amount <= MOST:
        raise ValidationError(_("Give an amount of zero or more."))
    if is_currency(currency) and amount != amount.quantize(smallest(currency)):
        raise ValidationError(
            _("%(currency)s has no amounts as fine as this."), params={"currency": currency}
        )


def smallest(currency: str) -> Decimal:
    """The smallest amount that is counted in a currency; never finer than what is stored."""
    places = len(str(get_currency(currency).sub_unit)) - 1
    return Decimal(1).scaleb(-min(places, PLACES))


def written(amount: Decimal | None, currency: str) -> str:
    """An amount as people of the language in force write it, its currency named by code."""
    if amount is None:
        return ""
    locale = _LOCALES.get(get_language() or "en", "en_US")
    shown = Decimal(amount).quantize(smallest(currency))
    return str(
        format_money(
            Money(shown, currency), locale=locale, format="#,##0.00 ¤¤", currency_digits=True
        )
    )


def as_json(amount: Decimal | None, currency: str) -> dict[str, Any] | None:
    """`{"amount": "1234.50", "currency": "MXN"}`."""
    if amount is None:
        return None
    return {"amount": f"{amount:.{PLACES}f}", "currency": currency}
