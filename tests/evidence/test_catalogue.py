"""The catalogue of controls: codes by framework, and answers that exist."""

import re
from typing import Any

import pytest

from evidence.catalogue import controls_of, populations_of, reports_of
from evidence.controls import CONTROLS
from evidence.enums import Framework
from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.populations import POPULATIONS

PREFIXES = {"pci_dss": "PCI", "soc_2": "SOC2", "iso_27001": "ISO27001", "iso_20000": "ISO20000"}
# Registered by the reviews of access.
OF_REVIEWS = {"access_review_items", "access_reviews"}


def test_codes_begin_with_their_framework() -> None:
    odd = [
        code
        for code, control in CONTROLS
        if code != control.code or not re.fullmatch(
            rf"{PREFIXES[control.framework]}-[A-Z0-9.]+", code
        )
    ]  # fmt: skip
    assert odd == []
    assert all(list(controls_of(framework)) for framework in Framework.values)


def test_controls_name_what_there_is() -> None:
    named = {n for _code, control in CONTROLS for n in (*control.populations, *control.reports)}
    known = {name for name, _p in POPULATIONS} | {name for name, _r in EXCEPTION_REPORTS}
    assert named - known <= OF_REVIEWS


def test_what_nothing_answers_says_so() -> None:
    silent = [
        code
        for code, control in CONTROLS
        if not (populations_of(control) or reports_of(control) or str(control.lacking))
    ]
    assert silent == []


def test_every_population_and_report_answers_some_control() -> None:
    named = {n for _code, control in CONTROLS for n in (*control.populations, *control.reports)}
    ours = {name for name, p in POPULATIONS} | {name for name, r in EXCEPTION_REPORTS}
    assert ours <= named


@pytest.mark.django_db
def test_the_catalogue_is_read_by_rest(cast: Any, api_of: Any) -> None:
    api = api_of(cast.auditor, scopes=["read"])
    listed = api.get("/api/v1/controls/").json()
    assert [one["code"] for one in listed] == [code for code, _control in CONTROLS]
    one = api.get("/api/v1/controls/PCI-6.5.1/").json()
    assert one["populations"][:2] == ["changes", "deployments"]
    assert api.get("/api/v1/controls/PCI-0/").status_code == 404
