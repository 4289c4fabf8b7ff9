"""The benchmark's own parts: starts are real ones, and one section of the page leaves the other."""

import json
import shutil
import sys

import pytest
from django.core.management.base import CommandError

from itsm.bench import start_up
from itsm.bench.place import free_port
from itsm.bench.report import StartUps, keep, page_with, start_up_section

MACHINE = {
    "cores": 2,
    "processor": "a processor",
    "memory_gib": 8,
    "load": [0.1, 0.2, 0.3],
    "is_busy": False,
    "system": "Linux",
    "python": "3.13",
    "postgres": {"server_version": "18", "fsync": "on", "synchronous_commit": "on"},
}
PORTAL = """
import http.server, os, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/accounts/login/" else 404)
        self.end_headers()
    def log_message(self, *told):
        pass
print("ITSM" if any(name.startswith("ITSM_") for name in os.environ) else "clean", flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
"""
needs_make = pytest.mark.skipif(not shutil.which("make"), reason="there is no make")


@pytest.fixture
def checkout(tmp_path):
    """What `make run` finds: here a server that has no more than a sign-in page."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "portal.py").write_text(PORTAL)
    (folder / "Makefile").write_text(f"run:\n\t@{sys.executable} portal.py\n")
    return folder


@needs_make
def test_a_start_is_timed_until_the_page_is_served_and_then_stopped(checkout, tmp_path):
    port, log = free_port(), tmp_path / "log"
    for _ in range(2):
        assert 0 < start_up._started(checkout, port, log) < 30
        assert not start_up._is_served(port)
    assert log.read_text().splitlines().count("clean") == 2


@needs_make
def test_a_start_that_fails_is_told(checkout, tmp_path):
    (checkout / "Makefile").write_text("run:\n\t@false\n")
    with pytest.raises(CommandError, match="does not start"):
        start_up._started(checkout, free_port(), tmp_path / "log")


def test_a_run_is_a_newcomers_whatever_stands_around_it(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "ITSM_DEMO", "SECRET_KEY", "MAKEFLAGS"):
        monkeypatch.setenv(name, "x")
    given = start_up._environment(tmp_path / "checkout", 8123)
    assert not {"DATABASE_URL", "ITSM_DEMO", "SECRET_KEY", "MAKEFLAGS"} & set(given)
    assert given["PORT"] == "8123"
    assert given["UV_CACHE_DIR"] == given["PIP_CACHE_DIR"] == str(tmp_path / "cache")


def test_each_kind_of_run_writes_its_own_section():
    starts = StartUps("2026-11-22T10:00", [30.0, 40.0, 50.0], [4.0, 5.0, 6.0], MACHINE, MACHINE)
    page = page_with("# Benchmarks\n\n## Requests\n\nthe old figures\n", start_up_section(starts))
    assert "| 3 | 40.0 s | 30.0 s | 50.0 s | 180 s |" in page
    assert page.index("## Requests\n\nthe old figures") < page.index("## Start-up")
    again = page_with(page, "## Requests\n\nthe new figures")
    assert "the old figures" not in again
    assert again.split("## Start-up")[1] == page.split("## Start-up")[1]
    assert page_with(again, start_up_section(starts)) == again


def test_results_stand_beside_those_of_the_other_kind(tmp_path):
    file = tmp_path / "latest.json"
    starts = StartUps("2026-11-22T10:00", [30.0], [4.0], MACHINE, MACHINE)
    keep(file, {"took_s": 100})
    keep(file, starts.as_json())
    keep(file, {"took_s": 200})
    told = json.loads(file.read_text())
    assert (told["took_s"], told["start_up"]["second_median"]) == (200, 4.0)
