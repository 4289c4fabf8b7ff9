"""The whole portal as `make run` starts it: killed, restarted, stopped, started again."""

import os
import signal
import sys
import urllib.request

import psutil
import pytest

from itsm.runtime import processes
from itsm.runtime.portal import MARK
from tests.runtime.conftest import eventually, finished, line_with

pytestmark = pytest.mark.slow

CHILDREN = {
    "web": "granian",
    "worker": "worker",
    "relay": "relay",
    "beat": "beat",
    "sealer": "sealer",
    "signer": "signer",
}


def get(port: int, path: str) -> tuple[int, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        return answer.status, answer.read().decode()


def is_ready(port: int) -> bool:
    try:
        return get(port, "/readyz")[0] == 200
    except OSError:
        return False


def child(portal, name: str) -> psutil.Process | None:
    """The supervisor's own child of this name, if it runs."""
    for process in psutil.Process(portal.pid).children():
        if processes.is_alive(process.pid) and CHILDREN[name] in process.cmdline():
            return process
    return None


def test_the_portal_survives_what_is_done_to_it(folder, runtime, start, port):
    settings = {"ITSM_VAR_DIR": str(folder), "PORT": str(port), "ITSM_LOG_LEVEL": "WARNING"}
    portal = runtime("run", **settings)
    # The first start migrates and fills a database, on a machine that may be busy with other tests.
    line_with(f"http://localhost:{port}/", portal, within=600)
    assert "password `demo`" in line_with("Sign in", portal)
    assert get(port, "/")[0] == 200
    assert oct((folder / "secrets.env").stat().st_mode & 0o777) == "0o600"

    code, said = finished(runtime("run", **settings))
    assert code == 2
    assert f"already runs from this checkout (process {portal.pid})" in said

    secret = dict(line.split("=", 1) for line in (folder / "secrets.env").read_text().splitlines())
    second_beat = start(sys.executable, "manage.py", "beat", **settings, **secret)
    line_with("another beat holds the lease", second_beat)
    second_beat.terminate()

    for name in CHILDREN:
        killed = child(portal, name)
        killed.kill()
        assert "killed by SIGKILL" in line_with(f"{name} ended", portal)
        eventually(lambda name=name, killed=killed: child(portal, name) not in (None, killed))
    eventually(lambda: is_ready(port))

    (server,) = [each for each in psutil.process_iter(["cmdline"]) if serves(each, folder)]
    server.kill()
    line_with("the embedded PostgreSQL is back", portal)
    eventually(lambda: is_ready(port))

    portal.send_signal(signal.SIGINT)
    assert portal.wait(120) == 0
    assert processes.marked(MARK, str(folder)) == []
    assert not [each for each in psutil.process_iter(["cmdline"]) if serves(each, folder)]

    portal = runtime("run", **settings)
    line_with("The portal is ready", portal)

    left = child(portal, "web")
    os.kill(portal.pid, signal.SIGKILL)
    portal = runtime("run", **settings)
    line_with("was still running", portal)
    line_with("The portal is ready", portal)
    assert not processes.is_alive(left.pid)


def serves(process: psutil.Process, folder) -> bool:
    """Whether this is the PostgreSQL that writes its log into this folder."""
    from itsm.runtime import places

    return str(places.embedded(folder).data) in (process.info["cmdline"] or [])
