"""Where the embedded PostgreSQL lives, and its URL. Only computes paths: no file is touched here.

Settings import this at every start, so it uses the standard library alone.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASE = ROLE = "itsm"  # the role owns the tables: it prepares, and nothing else
APP_ROLE = "itsm_app"  # the portal's processes; what it may do is in `audit.rights`
SUPERUSER = "postgres"
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 104 bytes (macOS) or 108 (Linux)


def var_dir() -> Path:
    """The folder for all that a run writes: ITSM_VAR_DIR, or `var` in the checkout."""
    return Path(os.environ.get("ITSM_VAR_DIR") or CHECKOUT / "var").resolve()


@dataclass(frozen=True)
class Place:
    """Where one server keeps its data, its socket and its log, and where binaries may be copied."""

    data: Path
    socket: Path
    log: Path
    binaries: Path

    @property
    def url(self) -> str:
        """A URL that libpq's tools and django-environ both understand."""
        return self.url_as(ROLE)

    def url_as(self, role: str) -> str:
        """The same for another role."""
        return f"postgresql://{role}@/{DATABASE}?host={quote(str(self.socket))}"


def embedded(var: Path | None = None) -> Place:
    """The place of the embedded server that belongs to this `var` folder.

    Root's server runs as an unprivileged user, who may not be able to enter the checkout: its
    files lie in /var/lib instead, in a folder named after the checkout.
    """
    var = (var or var_dir()).resolve()
    name = f"itsm-{hashlib.sha256(str(var).encode()).hexdigest()[:10]}"
    log = var / "log" / "postgres.log"
    if os.geteuid() == 0:
        home = Path("/var/lib") / name
        return Place(home / "postgres", home / "run", log, home)
    socket = var / "run"
    if len(os.fsencode(socket / ".s.PGSQL.5432.lock")) > LONGEST_SOCKET_PATH:
        socket = Path("/tmp") / f"{name}-{os.geteuid()}"  # noqa: S108 -- owner and mode are checked
    return Place(var / "postgres", socket, log, var)


def database_url(var: Path | None = None) -> str:
    """The URL of the embedded server, whether it runs or not."""
    return embedded(var).url
