"""Lays a new PostgreSQL data folder and its database, owned by a user who is never root.

Starting and stopping the server on it is the business of `postgres`.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itsm.runtime.binaries import Binaries
from itsm.runtime.errors import CannotStart
from itsm.runtime.places import DATABASE, ROLE, SUPERUSER, Place

# Case folding of accented letters must not depend on the machine, so no locale of a country.
LOCALES = ("C.UTF-8", "en_US.UTF-8")
OWN_CHARACTER_RULES_SINCE = 17


@dataclass(frozen=True)
class User:
    """The unprivileged user of root's server."""

    name: str
    uid: int
    gid: int

    @property
    def identity(self) -> dict[str, Any]:
        """Arguments of subprocess that start a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_execute(self, binaries: Binaries) -> bool:
        """Whether every folder on the way to the programs is open to this user."""
        command = [binaries.folder / "initdb", "--version"]
        try:
            done = subprocess.run(command, capture_output=True, check=False, **self.identity)
        except OSError:
            return False
        return done.returncode == 0


def unprivileged_user() -> User | None:
    """Who runs the server when we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    name = os.environ.get("ITSM_PG_USER") or "nobody"
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        entry = None
    if not entry or entry.pw_uid == 0:
        raise CannotStart(
            f"PostgreSQL cannot run as {name}: there is no such unprivileged user",
            "name one in ITSM_PG_USER, or run as a normal user instead of root",
        )
    return User(name, entry.pw_uid, entry.pw_gid)


def as_user(user: User | None, place: Place) -> dict[str, Any]:
    """Arguments of subprocess for the server's own programs: user, folder, a small environment."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    return {"env": environment, "cwd": place.socket, **(user.identity if user else {})}


def major_of(data: Path) -> int | None:
    """The major version that wrote a data folder; none where there is no data yet."""
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def root_folder(path: Path) -> Path:
    """A folder that others may enter but not change, made if need be."""
    path.mkdir(mode=0o755, parents=True, exist_ok=True)
    return path


def prepare_folders(place: Place, user: User | None) -> None:
    """Makes the folders of log and socket; the socket's is private, and nobody else's."""
    try:
        place.log.parent.mkdir(parents=True, exist_ok=True)
        root_folder(place.data.parent)
        place.socket.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"the disk is not writable: {error.strerror}: {error.filename}",
            "free some space there, or make the folder writable to you",
        ) from error
    owner = user.uid if user else os.geteuid()
    status = place.socket.lstat()
    if user and status.st_uid == 0:
        os.chown(place.socket, user.uid, user.gid)
    elif status.st_uid != owner:
        raise CannotStart(
            f"{place.socket} belongs to another user", "remove that folder or ask its owner to"
        )
    place.socket.chmod(0o700)


def lay_data(place: Place, binaries: Binaries, user: User | None, *, sync: bool) -> None:
    """initdb, in a folder beside: what an interrupted run leaves is never taken for data."""
    unfinished = place.data.with_name(f"{place.data.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if user:
        os.chown(unfinished, user.uid, user.gid)
    command = [binaries.folder / "initdb", "-D", unfinished, "-U", SUPERUSER, "-E", "UTF8"]
    # The socket's folder is private, so whoever reaches the socket is trusted.
    command += ["-A", "trust", "--data-checksums", *([] if sync else ["--no-sync"])]
    if binaries.major >= OWN_CHARACTER_RULES_SINCE:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    for locale in LOCALES:
        done = subprocess.run(
            [*command, f"--locale={locale}"],
            capture_output=True,
            text=True,
            check=False,
            **as_user(user, place),
        )
        if done.returncode == 0:
            unfinished.rename(place.data)
            return
    said = done.stderr.strip().replace("\n", " ")
    raise CannotStart(f"initdb failed: {said}", "mend that, or set DATABASE_URL to a server")


def connect(place: Place) -> Any:
    """A connection of the superuser; psycopg is imported late, settings import this package."""
    import psycopg

    return psycopg.connect(
        host=str(place.socket),
        user=SUPERUSER,
        dbname="postgres",
        autocommit=True,
        connect_timeout=5,
    )


def create_database(place: Place) -> None:
    """The portal's role, which is no superuser, and its database; nothing where they exist."""
    with connect(place) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB CREATEROLE")
        exists = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not connection.execute(exists, [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
