"""What keeps the portal from starting is told in two lines, with exit code 2 and no traceback."""

import fcntl
import os
import socket

import pytest

from itsm.runtime import places
from tests.runtime.conftest import finished

pytestmark = pytest.mark.slow


def refusal(process) -> list[str]:
    """The two lines in which a start is refused."""
    code, written = finished(process)
    assert code == 2, written
    return written.strip().splitlines()[-2:]


def test_a_taken_port(folder, runtime):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        said = refusal(runtime("run", ITSM_VAR_DIR=str(folder), PORT=str(port)))

    assert said == [
        f"The portal cannot start: port {port} on 127.0.0.1 is taken by another program",
        f"  What to do: stop that program, or choose another port: `make run PORT={port + 1}`",
    ]


def test_a_port_that_is_no_number(folder, runtime):
    said = refusal(runtime("run", ITSM_VAR_DIR=str(folder), PORT="eighty"))

    assert said[0] == "The portal cannot start: PORT is 'eighty', which is no port number"


def test_a_disk_that_cannot_be_written(folder, runtime):
    (folder / "file").touch()

    said = refusal(runtime("run", ITSM_VAR_DIR=str(folder / "file" / "var")))

    assert said[0].startswith("The portal cannot start: the disk is not writable: ")


def test_the_demo_is_not_shown_to_the_network_by_mistake(folder, runtime):
    said = refusal(runtime("run", ITSM_VAR_DIR=str(folder), ITSM_HOST="192.0.2.1"))

    assert "ITSM_HOST=192.0.2.1 opens them to the network" in said[0]


def test_a_second_run_in_the_same_checkout(folder, runtime):
    with (folder / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()

        said = refusal(runtime("run", ITSM_VAR_DIR=str(folder)))

    assert said[0] == (
        "The portal cannot start: the portal already runs from this checkout (process 4711)"
    )


def test_an_unreachable_database(folder, runtime, port):
    url = "postgres://itsm:secret-word@127.0.0.1:1/itsm"

    said = refusal(runtime("run", ITSM_VAR_DIR=str(folder), PORT=str(port), DATABASE_URL=url))

    assert said[0].startswith("The portal cannot start: the database cannot be reached: ")
    assert "secret-word" not in "".join(said)


def test_an_unknown_program_of_postgresql(folder, runtime):
    said = refusal(runtime("pg", "no_such_tool", ITSM_VAR_DIR=str(folder)))

    assert "there is no program no_such_tool" in said[0]


def test_the_exit_code_of_a_wrapped_program_is_handed_on(runtime):
    code, written = finished(
        runtime("with-postgres", "--throw-away", "sh", "-c", "echo $DATABASE_URL; exit 7")
    )

    assert (code, written.startswith("postgresql://itsm@/itsm?host=/tmp/itsm-test-")) == (7, True)


def test_the_socket_of_a_deep_checkout_still_fits(folder, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    deep = folder / ("d" * 90)

    assert places.embedded(deep).data == deep.resolve() / "postgres"
    assert len(str(places.embedded(deep).socket)) < 60
    assert places.embedded(folder).socket == folder.resolve() / "run"
