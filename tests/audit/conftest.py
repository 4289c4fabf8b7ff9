"""What tests of the ledger share: people who are committed, a signer; `make drill`s report."""

from pathlib import Path
from typing import Any

import pytest

from audit.signing import Signer
from tests.audit.drills import PROPERTY, table
from tests.cast import Cast, assemble_cast


@pytest.fixture(autouse=True)
def _told_drill(request: pytest.FixtureRequest, record_property: Any) -> None:
    """Reports carry what the drill is, from other processes too."""
    if marker := request.node.get_closest_marker("drill"):
        record_property(PROPERTY, marker.args[0])


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not terminalreporter.config.getoption("--tell-drills"):
        return
    told = [
        (*dict(report.user_properties)[PROPERTY], outcome)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if PROPERTY in dict(report.user_properties)
    ]
    terminalreporter.section("drills of the failure analysis")
    for line in table(
        sorted(told, key=lambda row: (int("".join(filter(str.isdigit, row[0]))), row))
    ):
        terminalreporter.line(line)


@pytest.fixture
def founded(database_roles: None, transactional_db: None) -> Cast:
    """The cast in a database of which each process sees what is committed."""
    return assemble_cast()


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    """A signer with a key and a memory of its own."""
    return Signer(tmp_path / "signer")
