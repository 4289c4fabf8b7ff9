"""Files of assets as people's programs write them."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import openpyxl

HEADINGS = ["name", "asset_class", "pci_scope", "data_residency", "owner_team"]


def csv_file(
    *rows: list[Any], headings: Any = None, separator: str = ",", code: str = "utf-8"
) -> bytes:
    """Lines below the headings that a new asset needs."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([headings or HEADINGS, *rows])
    return out.getvalue().encode(code)


def xlsx_file(*rows: list[Any], headings: Any = None) -> bytes:
    book = openpyxl.Workbook()
    for row in (headings or HEADINGS, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_row(name: str, **given: str) -> list[str]:
    """A database of core-platform, in the order of the headings."""
    facts = {
        "name": name,
        "asset_class": "database",
        "pci_scope": "in",
        "data_residency": "MX",
        "owner_team": "core-platform",
    }
    return [*(facts | given).values()]


def given(data: bytes, name: str = "assets.csv") -> Any:
    """What a browser hands over."""
    return SimpleNamespace(name=name, size=len(data), read=lambda: data)
