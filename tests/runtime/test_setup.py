"""The set-up script on machines that have more, less or nothing of what it needs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from itsm.runtime.places import CHECKOUT

pytestmark = pytest.mark.slow

NEEDED = ("sh", "cat", "cksum", "grep", "rm", "dirname", "ls")
REAL_PYTHON = f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A checkout with the script and requirements that are empty."""
    script = tmp_path / "itsm" / "runtime" / "setup.sh"
    script.parent.mkdir(parents=True)
    shutil.copy(CHECKOUT / "itsm" / "runtime" / "setup.sh", script)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("")
    (tmp_path / "bin").mkdir()
    for name in NEEDED:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    return tmp_path


def program(checkout: Path, name: str, script: str) -> None:
    """Puts a program on the machine's PATH."""
    path = checkout / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def set_up(checkout: Path, what: str = "run") -> tuple[int, str]:
    done = subprocess.run(
        ["/bin/sh", checkout / "itsm" / "runtime" / "setup.sh", what],
        env={"PATH": str(checkout / "bin"), "HOME": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_without_any_python_it_says_what_to_install(checkout):
    code, said = set_up(checkout)

    assert code == 2
    assert said.splitlines()[0] == ("The portal cannot start: no Python 3.12 or newer was found")
    assert "install Python 3.13" in said


def test_an_old_python_is_not_taken(checkout):
    program(checkout, "python3", "exit 1")  # so does the question for its version end

    code, said = set_up(checkout)

    assert (code, "no Python 3.12 or newer was found" in said) == (2, True)


def test_a_python_without_venv_is_told_what_it_lacks(checkout):
    program(checkout, "python3.13", '[ "$1" = -c ] || { echo "no module venv" >&2; exit 1; }')

    code, said = set_up(checkout)

    assert code == 2
    assert "apt install python3-venv" in said


def test_uv_serves_where_there_is_no_python(checkout):
    made = f"mkdir -p .venv/bin; ln -s {REAL_PYTHON} .venv/bin/python"
    (checkout / "bin" / "mkdir").symlink_to(shutil.which("mkdir"))
    (checkout / "bin" / "ln").symlink_to(shutil.which("ln"))
    program(checkout, "uv", f'echo "uv $*"; [ "$1" = pip ] || {{ {made}; }}')

    code, said = set_up(checkout)

    assert code == 0, said
    assert "uv venv --quiet --python >=3.12 .venv" in said
    assert "uv pip install" in said
    assert "--require-hashes --requirement requirements.txt" in said


def test_what_is_there_is_not_made_again_and_what_changed_is_installed(checkout):
    program(checkout, "python3.13", f'exec {REAL_PYTHON} "$@"')

    first, again = set_up(checkout), set_up(checkout)
    with_tests = set_up(checkout, "dev")
    (checkout / "requirements.txt").write_text("# changed\n")
    changed = set_up(checkout)

    assert [first[0], again, with_tests[0], changed[0]] == [0, (0, ""), 0, 0]
    assert "making .venv" in first[1]
    assert "installing requirements-dev.txt" in with_tests[1]
    assert "installing requirements.txt" in changed[1]
    assert "making .venv" not in changed[1]


def test_an_environment_that_no_longer_works_is_made_anew(checkout):
    program(checkout, "python3.13", f'exec {REAL_PYTHON} "$@"')
    broken = checkout / ".venv" / "bin"
    broken.mkdir(parents=True)
    (broken / "python").symlink_to("/nowhere/python")

    code, said = set_up(checkout)

    assert (code, "making .venv" in said) == (0, True)
    assert os.access(broken / "python", os.X_OK)
