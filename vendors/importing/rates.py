"""Rates of exchange from a CSV file, one on each row: `import_records --kind rate`, and the page
above the list of rates."""

from typing import Any

from django.utils.translation import gettext as _

from vendors.importing.csv_rows import CsvRows, Wrong, day_of, number_of
from vendors.models import FxRate
from vendors.money import is_currency


class RateFile(CsvRows):
    """A rate of a day that is here is never altered by a file: it is corrected by hand."""

    kind = "rate"
    columns = ("on", "base", "quote", "rate", "source")
    named_by = "on"
    must = "rate"

    def facts_of(self, row: dict[str, str]) -> dict[str, Any]:
        facts: dict[str, Any] = {"on": day_of(row, "on")}
        for name in ("base", "quote"):
            facts[name] = row[name].upper()
            if not is_currency(facts[name]):
                raise Wrong(name, _("no currency, such as USD"))
        facts["rate"] = number_of(row, "rate", _("Give a rate of more than zero."))
        if not row["source"]:
            raise Wrong("source", _("nothing stands there"))
        return {**facts, "source": row["source"]}

    def key_of(self, facts: dict[str, Any]) -> tuple[Any, ...]:
        return facts["on"], facts["base"], facts["quote"]

    def find(self, facts: dict[str, Any]) -> Any:
        """The one that counts: of several of a day the latest."""
        named = {name: facts[name] for name in ("on", "base", "quote")}
        return FxRate.objects.filter(**named).order_by("-pk").first()

    def says_otherwise(self, found: Any) -> str:
        told = _("%(rate)s is recorded for this day: correct it by hand")
        return told % {"rate": f"{found.rate.normalize():f} ({found.source})"}

    def write(self, facts: dict[str, Any]) -> None:
        from vendors.services.spending import record_rate  # services import this app's readers

        record_rate(actor=self.actor, **facts)
