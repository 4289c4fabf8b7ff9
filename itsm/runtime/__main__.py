"""The runtime's commands: `python -m itsm.runtime run | with-postgres COMMAND… | pg TOOL …`."""

import os
import secrets
import signal
import subprocess
import sys

from itsm.runtime import checks, places, portal, postgres
from itsm.runtime.errors import CannotStart

USAGE = """usage: python -m itsm.runtime COMMAND
  run                                       the whole portal, until Ctrl-C
  with-postgres [--throw-away] PROGRAM …    a program with DATABASE_URL set to the embedded server,
                                            or to a new one whose data is thrown away afterwards
  pg TOOL …                                 psql, pg_dump, pg_restore … on the embedded server"""


def main(arguments: list[str]) -> int:
    """Runs one command and gives its exit code; 2 when something must be mended first."""
    try:
        match arguments:
            case ["run"]:
                return portal.run()
            case ["with-postgres", "--throw-away", program, *rest]:
                with postgres.throw_away() as server:
                    return _run_with(server, program, *rest)
            case ["with-postgres", program, *rest]:
                checks.disk_is_writable(places.var_dir())
                with postgres.running(places.embedded()) as server:
                    return _run_with(server, program, *rest)
            case ["pg", tool, *rest]:
                with postgres.running(places.embedded()) as server:
                    return server.run_tool(tool, *rest)
            case _:
                print(USAGE, file=sys.stderr)
                return CannotStart.exit_code
    except CannotStart as error:
        print(f"The portal cannot start: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _run_with(server: postgres.Server, *command: str) -> int:
    # The program gets Ctrl-C from the terminal as we do, and ends in its own way; SIGTERM is
    # handed on, so that the server is stopped in either case.
    environment = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        **os.environ,
        "DATABASE_URL": server.place.url,
    }
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:
        raise CannotStart(f"cannot run {command[0]}: {error.strerror}", "check its name") from error
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    code = process.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
