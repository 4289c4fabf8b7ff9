"""What the list of assets exports can be imported again: nothing changes."""

from datetime import date

import pytest
from django.contrib import admin
from django.http import QueryDict
from django.utils import translation

from assets import services
from assets.importing.columns import COLUMNS
from assets.lists import AssetList
from assets.models import Asset
from tests.assets.sheet_files import csv_file, given
from tests.assets.test_import import outcomes
from tests.factories import a_vendor, an_asset

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "es-mx"])
def test_an_export_with_every_column_is_an_import_without_a_change(cast, language):
    an_asset(
        cast,
        vendor=a_vendor(),
        serial_number="PF-1",
        hostname="db-1.mx.example",
        ip_address="10.0.0.9",
        purpose="=ledger",
        warranty_until=date(2027, 12, 31),
        end_of_life_on=date(2031, 1, 2),
    )
    an_asset(cast)
    by_name = {column.name: column for column in AssetList.columns}
    assert {column.code for column in COLUMNS} <= set(by_name)
    page = AssetList(admin.site._registry[Asset], cast.service_owner, QueryDict())
    with translation.override(language):
        columns = [by_name[column.code] for column in COLUMNS]
        headings = [column.export_heading(Asset) for column in columns]
        rows = [[_safe(c.exported(a)) for c in columns] for a in page.prepared(page.all_rows())]
    file = given(csv_file(*rows, headings=headings))
    asset_import = services.upload_assets(actor=cast.service_owner, file=file)
    found = list(asset_import.rows.values_list("changes", "errors"))
    assert [outcome for _line, outcome in outcomes(asset_import)] == ["unchanged"] * 2, found


def _safe(value):
    from records.tables import safe_cell

    return safe_cell(value)
