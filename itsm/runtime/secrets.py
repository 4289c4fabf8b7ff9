"""The secrets that a demo needs, generated once into `var` for this user's eyes only.

A production deployment sets its own in the environment; those always win.
"""

import os
import secrets
from pathlib import Path

NAMES = ("SECRET_KEY",)
FILE = "secrets.env"


def kept(var: Path) -> dict[str, str]:
    """The secrets of an earlier run; empty where there was none."""
    try:
        lines = (var / FILE).read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def kept_or_new(var: Path) -> dict[str, str]:
    """The secrets, with those generated that no earlier run needed."""
    known = kept(var)
    found = {name: known.get(name) or secrets.token_urlsafe(48) for name in NAMES}
    if found != known:
        unfinished = var / f"{FILE}.new"
        unfinished.unlink(missing_ok=True)
        # Private from its first moment on, and complete under its real name or not there at all.
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
        ) as new:
            new.writelines(f"{name}={value}\n" for name, value in found.items())
        unfinished.rename(var / FILE)
    return found


def lend_to_commands() -> None:
    """Gives `manage.py` what `make run` in this checkout runs with, unless SECRET_KEY is set."""
    from itsm.runtime.places import var_dir

    if not os.environ.get("SECRET_KEY") and (found := kept(var_dir())):
        os.environ.update(found)
        os.environ.setdefault("ITSM_DEMO", "1")
