"""The columns that a file of assets may have, and how people may write their names and values.

Codes, English and Spanish are understood in every language, so that a file that one person exports
can be read by another.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db.models import Choices
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assets.enums import AssetClass, Environment, Lifecycle, PciScope
from people.enums import Country


@dataclass(frozen=True)
class Column:
    """One column: the asset's field of that name."""

    code: str
    label: str | Promise
    help: str | Promise = ""
    choices: type[Choices] | None = None
    is_required: bool = False  # of a new asset
    is_kept_when_empty: bool = False  # an empty cell leaves the asset's value as it is


COLUMNS = (
    Column("reference", _("reference"), _("Of an asset that is here already, such as AST-000042.")),
    Column("name", _("name"), _("Unique. Without a reference, the asset is found by it."),
           is_required=True),
    Column("asset_class", _("class"), choices=AssetClass, is_required=True),
    Column("lifecycle", _("lifecycle"), _("Live, where nothing is given."),
           choices=Lifecycle, is_kept_when_empty=True),
    Column("environment", _("environment"), _("Production, where nothing is given."),
           choices=Environment, is_kept_when_empty=True),
    Column("pci_scope", _("PCI DSS scope"), choices=PciScope, is_required=True),
    Column("data_residency", _("data residency"), _("Where its data rest."),
           choices=Country, is_required=True),
    Column("owner_team", _("owner team"), _("The team's short name or name."), is_required=True),
    Column("vendor", _("vendor"), _("Reference or name.")),
    Column("purpose", _("purpose"), _("What it is for, in a sentence.")),
    Column("manufacturer", _("manufacturer")),
    Column("product", _("model or product"), _("A device's model, a program's product name.")),
    Column("release", _("release"), _("As the manufacturer names it: 19c, 1.29.")),
    Column("serial_number", _("serial number"), _("Unique. Kept in capitals.")),
    Column("location", _("location"), _("Site, room, rack.")),
    Column("hostname", _("host name")),
    Column("ip_address", _("IP address")),
    Column("warranty_until", _("warranty until"), _("A day as 2027-01-31 or 31/01/2027.")),
    Column("end_of_life_on", _("end of life"), _("A day as 2027-01-31 or 31/01/2027.")),
)  # fmt: skip
BY_CODE = {column.code: column for column in COLUMNS}

# What lists show beside it: read over without a word of error, never written.
NOT_TAKEN = (
    Column("custody", _("custody")),
    Column("holder", _("holder")),
    Column("due_on", _("due back on")),
    Column("version", _("version")),
    Column("line", _("line")),  # of the report on what was not possible
    Column("wrong", _("what is wrong")),
)


def plain(text: str) -> str:
    """A name as it is compared: no accents, no capitals, no signs."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", " ", letters.encode("ascii", "ignore").decode()).strip()


def column_named(heading: str) -> Column | None:
    """The column that a heading means, whatever its language; None for none of ours."""
    return _headings().get(plain(heading))


def value_meant(choices: type[Choices], text: str) -> str | None:
    """The choice that a cell means, by its code or its label in any language."""
    return _labels(choices).get(plain(text))


@cache
def _headings() -> dict[str, Column]:
    names = ((column.code, column.label, column) for column in (*COLUMNS, *NOT_TAKEN))
    return dict(_in_every_language(names))


@cache
def _labels(choices: type[Choices]) -> dict[str, str]:
    names = ((str(choice.value), choice.label, str(choice.value)) for choice in choices)
    return dict(_in_every_language(names))


def _in_every_language[Meant](
    names: Iterable[tuple[str, str | Promise, Meant]],
) -> Iterable[tuple[str, Meant]]:
    found = []
    for code, label, meant in names:
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found.append((plain(str(label)), meant))
        found.append((plain(code), meant))
    return found
