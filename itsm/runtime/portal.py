"""`make run`: prepares this machine, starts the portal's processes and keeps them running.

How processes are kept is in `supervisor`; what the database needs is in the command `prepare`.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from itsm.runtime import checks, places, processes, secrets
from itsm.runtime.announcement import Announcement, is_on
from itsm.runtime.children import Child
from itsm.runtime.postgres import Server
from itsm.runtime.supervisor import Supervisor, say

MARK = "ITSM_RUN_OF"  # in the environment of all that a run starts, so that leftovers are found
PREPARE = [sys.executable, "manage.py", "prepare"]


def run() -> int:
    """Runs the portal until it is told to stop; gives the exit code."""
    # A polite end while we still prepare must stop the database too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if "MAKELEVEL" in os.environ:
        processes.end_with_parent(signal.SIGTERM)
    var = places.var_dir()
    checks.disk_is_writable(var)
    lock = checks.only_run(var)
    server = None
    try:
        _end_leftovers(var)
        environment = _environment(var)
        host, port = environment["ITSM_HOST"], checks.port_from(environment["PORT"])
        checks.host_is_allowed(
            host,
            demo=is_on(environment.get("ITSM_DEMO")),
            remote_allowed=is_on(environment.get("ITSM_DEMO_ALLOW_REMOTE")),
        )
        checks.port_is_free(host, port)
        if not os.environ.get("DATABASE_URL"):
            server = _embedded_server()
        if code := subprocess.call(PREPARE, cwd=places.CHECKOUT, env=_as_owner(environment)):
            return code
        if server:  # from here on nobody needs to own the tables
            environment["DATABASE_URL"] = places.embedded(var).url_as(places.APP_ROLE)
        children = _children(environment, host, port)
        say("starting " + ", ".join(child.name for child in children))
        Supervisor(children, server).run(at_rest=Announcement(environment))
    except KeyboardInterrupt:
        say("stopping")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the database is stopped in any case
        if server:
            server.stop()
            say("the embedded PostgreSQL has stopped")
        lock.close()
    say("stopped")
    return 0


def _embedded_server() -> Server:
    started = time.monotonic()
    place = places.embedded()
    if not place.data.exists():
        say("laying a new database")
    server = Server(place)
    is_new = server.start()
    how = f"started in {time.monotonic() - started:.1f} s" if is_new else "was still running"
    say(f"embedded PostgreSQL {server.binaries.version} {how}")
    return server


def _environment(var: Path) -> dict[str, str]:
    """What the portal's processes run with: the caller's environment, completed for a demo."""
    given = {name: value for name, value in os.environ.items() if value}
    port = given.get("PORT", "8000")
    defaults = {
        **(secrets.kept_or_new(var) if "SECRET_KEY" not in given else {}),
        "DATABASE_URL": places.database_url(var),
        "ITSM_DEMO": "1",
        "ITSM_HOST": "127.0.0.1",
        "ITSM_SITE_URL": f"http://localhost:{port}",
        "ITSM_VAR_DIR": str(var),
        "PORT": port,
        "PYTHONUNBUFFERED": "1",
        MARK: str(var),
    }
    return {**defaults, **given}


def _as_owner(environment: dict[str, str]) -> dict[str, str]:
    """The environment of `prepare`, which alone needs the role that owns the tables."""
    owner = environment.get("ITSM_OWNER_DATABASE_URL")
    return {**environment, "DATABASE_URL": owner} if owner else environment


def _end_leftovers(var: Path) -> None:
    """Ends what a run left that was itself killed, before it disturbs this one."""
    if leftovers := processes.marked(MARK, str(var)):
        say(f"ending {len(leftovers)} processes that an earlier run left")
        processes.end(leftovers, patience=5)


def _children(environment: dict[str, str], host: str, port: int) -> list[Child]:
    python, var = sys.executable, Path(environment["ITSM_VAR_DIR"])
    commands = {
        "web": web_arguments(host, port, environment.get("ITSM_WEB_WORKERS", "1")),
        "worker": "-m celery --app itsm --quiet worker --pool prefork --concurrency 2 "
        "--without-gossip --without-mingle --without-heartbeat --loglevel INFO",
        "relay": "manage.py relay",
        "beat": "manage.py beat",
        "sealer": "manage.py sealer",
        "signer": "manage.py signer",
    }
    (var / "beat").mkdir(exist_ok=True)
    return [
        Child(name, [python, *arguments.split()], environment, str(places.CHECKOUT))
        for name, arguments in commands.items()
    ]


def web_arguments(host: str, port: int, workers: str = "1") -> str:
    """How Python runs the web server; the benchmark measures the very same."""
    return (
        f"-m granian --interface wsgi --http 1 --no-ws --host {host} --port {port} "
        f"--workers {workers} --blocking-threads 4 --respawn-failed-workers "
        "--workers-kill-timeout 10 --log-level warning itsm.wsgi:application"
    )
