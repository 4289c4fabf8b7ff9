"""The supervisor with small stand-in children: the portal itself is not needed to see it work."""

import os
import re
import signal
import subprocess
import sys

import psutil
import pytest

from itsm.runtime import processes
from tests.runtime.conftest import eventually, finished, line_with

pytestmark = pytest.mark.slow

SUPERVISE = """
import os, sys
from itsm.runtime import supervisor
from itsm.runtime.children import Child
supervisor.STOP_PATIENCE = 1.0
children = [
    Child(f"child{n}", [sys.executable, "-uc", code], os.environ, ".")
    for n, code in enumerate(sys.argv[1:])
]
supervisor.Supervisor(children).run()
print("clean end")
"""
TALKS = "import os, time; print('pid', os.getpid()); time.sleep(60)"
SAYS_GOODBYE = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("goodbye")))
print("pid", os.getpid()); time.sleep(60)
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + TALKS
HAS_A_CHILD = """
import os, subprocess, time
print("grandchild", subprocess.Popen(["sleep", "60"]).pid)
print("pid", os.getpid()); time.sleep(60)
"""
FAILS = "raise SystemExit(3)"


@pytest.fixture
def supervise(start):
    """Runs a supervisor over children with this code."""
    return lambda *codes: start(sys.executable, "-c", SUPERVISE, *codes)


def number(line: str) -> int:
    return int(re.search(r"(\d+)$", line.strip())[1])


def test_a_killed_child_is_started_again_and_the_others_stay(supervise):
    supervisor = supervise(TALKS, TALKS)
    pids = {}
    while len(pids) < 2:
        line = line_with("pid", supervisor)
        pids[line.split()[0]] = number(line)

    os.kill(pids["child0"], signal.SIGKILL)

    assert "child0 ended (killed by SIGKILL)" in line_with("ended", supervisor)
    assert number(line_with("child0  | pid", supervisor)) != pids["child0"]
    assert processes.is_alive(pids["child1"])


def test_each_failure_in_a_row_doubles_the_wait(supervise):
    supervisor = supervise(FAILS)

    waits = [re.search(r"in ([\d.]+) s", line_with("ended", supervisor))[1] for _ in range(3)]

    assert waits == ["0.5", "1.0", "2.0"]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_children_politely(supervise, sent):
    supervisor = supervise(SAYS_GOODBYE)
    child = number(line_with("pid", supervisor))

    supervisor.send_signal(sent)
    code, written = finished(supervisor)

    assert (code, written.splitlines()) == (
        0,
        ["portal  | stopping", "child0  | goodbye", "clean end"],
    )
    assert not processes.is_alive(child)


def test_a_child_that_will_not_end_is_killed(supervise):
    supervisor = supervise(STUBBORN)
    child = number(line_with("pid", supervisor))

    supervisor.terminate()
    code, _ = finished(supervisor)

    assert code == 0
    assert not processes.is_alive(child)


def test_what_a_killed_child_leaves_behind_is_ended(supervise):
    supervisor = supervise(HAS_A_CHILD)
    grandchild = number(line_with("grandchild", supervisor))
    child = number(line_with("pid", supervisor))

    os.kill(child, signal.SIGKILL)

    eventually(lambda: not processes.is_alive(grandchild))


def test_children_do_not_outlive_a_killed_supervisor(supervise):
    if sys.platform != "linux":
        pytest.skip("only Linux tells children that their parent is gone")
    supervisor = supervise(TALKS)
    child = number(line_with("pid", supervisor))

    supervisor.kill()

    eventually(lambda: not processes.is_alive(child))


def test_leftovers_are_found_by_their_mark_even_without_a_parent(start):
    orphan = "sleep 60 & echo pid $!"
    launcher = start("sh", "-c", orphan, ITSM_RUN_OF="/a/run/of/a/test")
    pid = number(line_with("pid", launcher))

    def found():
        return processes.marked("ITSM_RUN_OF", "/a/run/of/a/test")

    # While it becomes another program, a process has no environment.
    eventually(lambda: pid in [process.pid for process in found()])
    processes.end(found(), patience=5)
    assert not processes.is_alive(pid)


def test_a_zombie_is_not_alive():
    child = subprocess.Popen(["true"])
    eventually(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)

    assert not processes.is_alive(child.pid)
    child.wait()
