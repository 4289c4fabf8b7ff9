"""The vendor's page shows the changes of its assets and of the services that need it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.models import ChangedAsset
from changes.vendor_panel import vendor_changes_panel
from tests.assets.supplied import a_dependency_on_a_vendor
from tests.factories import a_change, a_service, a_vendor, an_asset

pytestmark = pytest.mark.django_db


def told(panel: Any) -> list[tuple[str, str]]:
    return [
        (re.sub(r"<.*?>", "", str(row[0])), re.sub(r"<.*?>", "", str(row[-1])))
        for row in panel.context["rows"]
    ]


def of_asset(cast: Any, vendor: Any, status: str = "draft") -> Any:
    change = a_change(cast, services=[a_service(cast)])
    ChangedAsset.objects.create(change=change, asset=an_asset(cast, vendor=vendor))
    return change


def test_of_its_assets_and_of_services_that_need_it_the_open_first(
    cast: Any, client_of: Any
) -> None:
    vendor = a_vendor()
    needing = a_dependency_on_a_vendor(cast, vendor=vendor).service
    closed = a_change(cast, "closed", services=[needing])
    altering = of_asset(cast, vendor)
    touching = a_change(cast, services=[needing])
    other = a_change(cast, services=[a_service(cast)])
    panel = vendor_changes_panel(vendor, cast.service_manager)
    assert told(panel) == [
        (touching.reference, "A service that needs it"),
        (altering.reference, "Its asset"),
        (closed.reference, "A service that needs it"),
    ]
    path = f"/vendors/vendor/{vendor.pk}/change/"
    page = client_of(cast.service_manager).get(path).content.decode()
    assert touching.reference in page
    assert other.reference not in page


def test_only_what_one_sees(cast: Any) -> None:
    vendor = a_vendor()
    touching = a_change(cast, services=[a_dependency_on_a_vendor(cast, vendor=vendor).service])
    altering = of_asset(cast, vendor)
    # An agent does not see what depends on vendors, and so not which change is about that.
    assert told(vendor_changes_panel(vendor, cast.agent_l1)) == [(altering.reference, "Its asset")]
    assert told(vendor_changes_panel(vendor, cast.auditor)) == [
        (altering.reference, "Its asset"),
        (touching.reference, "A service that needs it"),
    ]
    assert told(vendor_changes_panel(vendor, cast.outsider)) == []
    assert vendor_changes_panel(vendor, cast.norole) is None


def test_as_many_questions_for_many_changes(cast: Any) -> None:
    vendor = a_vendor()
    of_asset(cast, vendor)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            vendor_changes_panel(vendor, cast.auditor)
        return len(asked)

    questions()
    few = questions()
    for _nth in range(2):
        of_asset(cast, vendor)
    assert questions() == few
