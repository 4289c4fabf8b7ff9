"""Durations of contracts as people read them: `P18M` is 1 year, 6 months."""

from django.utils.translation import ngettext, pgettext

from vendors.terms import read_duration


def in_words(text: str) -> str:
    """A stored duration in the language in force; nothing for none."""
    if not text:
        return ""
    length = read_duration(text)
    years, months = divmod(length.months, 12)
    counted = [
        (years, ngettext("%(n)s year", "%(n)s years", years)),
        (months, ngettext("%(n)s month", "%(n)s months", months)),
        (length.days, ngettext("%(n)s day", "%(n)s days", length.days)),
        (
            length.business_days,
            ngettext("%(n)s business day", "%(n)s business days", length.business_days),
        ),
    ]
    return ", ".join(words % {"n": n} for n, words in counted if n) or pgettext("duration", "none")
