"""Real products and their ends of life, as endoflife.date tells them, taken in as an inventory."""

import re
from datetime import date
from pathlib import Path

import pytest

from assets import services
from assets.models import Asset
from assets.services import importing
from records import leases
from tests.assets.sheet_files import HEADINGS, csv_file, given
from tests.assets.test_import import outcomes, run

pytestmark = pytest.mark.django_db

PRODUCTS = Path(__file__).resolve().parents[3] / "shared/data/04_endoflife/products"
CLASS_OF = {"database": "database", "os": "server", "device": "phone", "server-app": "application"}
COLUMNS = [*HEADINGS, "product", "release", "end_of_life_on"]


def releases():
    """Title, category, release and its end of life, of every product that is there."""
    for file in sorted(PRODUCTS.glob("*.md")):
        text = file.read_text()
        title = re.search(r"^title:\s*(.+)$", text, re.M)[1].strip("\"' ")
        category = re.search(r"^category:\s*(\S+)", text, re.M)[1]
        for part in re.split(r"^\s+- releaseCycle:", text, flags=re.M)[1:]:
            end = re.search(r"^\s+eol:\s*(\d{4}-\d\d-\d\d)", part, re.M)
            yield title, category, part.split("\n")[0].strip(" \"'"), end[1] if end else ""


@pytest.mark.skipif(not PRODUCTS.exists(), reason="the products' life cycles are not here")
def test_an_inventory_of_real_products_is_taken_in(cast, monkeypatch):
    monkeypatch.setattr(importing, "CHECKED_AT_ONCE", 5_000)
    monkeypatch.setattr(leases, "RENEW_EVERY", 600.0)  # nobody else sees this test's transaction
    rows = [
        [
            f"{title} {release}",
            CLASS_OF.get(category, "application"),
            "out",
            "MX",
            "core-platform",
            title,
            release,
            f"{end[8:]}/{end[5:7]}/{end[:4]}" if end else "",
        ]
        for title, category, release, end in releases()
    ]
    assert len(rows) > 200
    data = csv_file(*rows, headings=COLUMNS, separator=";", code="cp1252")
    asset_import = services.upload_assets(actor=cast.service_owner, file=given(data))
    assert {o for _line, o in outcomes(asset_import)} == {"create"}, asset_import.rows.filter(
        outcome="refused"
    ).values_list("cells", "errors")[:3]
    run(asset_import, cast.service_owner)
    assert Asset.objects.filter(product__gt="").count() == len(rows)
    oracle = Asset.objects.get(name="Oracle Database 19")
    assert (oracle.release, oracle.end_of_life_on) == ("19", date(2029, 12, 31))
    ended = Asset.objects.filter(end_of_life_on__lt=date(2026, 1, 1))
    assert ended.filter(product="Apple macOS").exists()
