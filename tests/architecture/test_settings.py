"""No variable of the environment is read that the reference does not name."""

import re
from pathlib import Path

from itsm.reference import settings_page

ROOT = Path(__file__).resolve().parents[2]
OURS = re.compile(r"""["'\[](ITSM_[A-Z_]+|PORT|[A-Z]+_URL|SECRET_KEY)["'\]]""")
INTERNAL = {"ITSM_RUN_OF"}  # a mark that a run leaves on its own processes


def test_every_variable_that_a_run_reads_is_in_the_reference():
    read = {
        name
        for path in (ROOT / "itsm" / "runtime").glob("*.py")
        for name in OURS.findall(path.read_text())
    }
    assert {"PORT", "ITSM_PG_BIN", "ITSM_WEB_WORKERS"} <= read
    told = set(re.findall(r"^\| `(\w+)`", settings_page(), re.MULTILINE))
    assert read - told - INTERNAL == set()


def test_every_variable_of_the_example_is_in_the_reference():
    example = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    told = set(re.findall(r"^\| `(\w+)`", settings_page(), re.MULTILINE))
    assert example - told == set()
