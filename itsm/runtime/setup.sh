#!/bin/sh
# Makes .venv with Python 3.12 or newer and the pinned dependencies; does nothing when all is there.
# Usage: setup.sh run|dev
set -eu
cd "$(dirname "$0")/../.."
oldest='import sys; sys.exit(sys.version_info < (3, 12))'

say() { echo "set-up  | $*"; }
fail() { printf 'The portal cannot start: %s\n  What to do: %s\n' "$1" "$2" >&2; exit 2; }

# A name on PATH may be pyenv's shim for a version that is not selected: only running it tells.
works() { "$1" -c "$oldest" >/dev/null 2>&1; }

find_python() {
    for version in 3.14 3.13 3.12; do
        for found in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version"*/bin/python; do
            if works "$found"; then echo "$found"; return; fi
        done
    done
    if works python3; then echo python3; fi
}

make_environment() {
    rm -rf .venv
    python=$(find_python)
    if [ -n "$python" ]; then
        say "making .venv with $("$python" --version)"
        if "$python" -m venv .venv >/dev/null 2>&1; then return; fi
        rm -rf .venv
        say "$python cannot make virtual environments by itself"
    fi
    if command -v uv >/dev/null 2>&1; then
        say "making .venv with uv"
        uv venv --quiet --python "${python:->=3.12}" .venv && return
        fail "uv could not make a virtual environment" "read what it says above"
    fi
    if [ -n "$python" ]; then
        fail "$python lacks the modules venv and ensurepip" \
            "install them (Debian: apt install python3-venv) or uv (https://docs.astral.sh/uv/)"
    fi
    fail "no Python 3.12 or newer was found" \
        "install Python 3.13 (python.org, pyenv install 3.13) or uv (https://docs.astral.sh/uv/)"
}

# Installs a file of requirements, unless this very text was installed into this environment.
install() {
    stamp=.venv/.installed-$1
    if [ "$(cat "$stamp" 2>/dev/null)" = "$(cksum <"$1")" ]; then return; fi
    say "installing $1 ($(grep -c '==' "$1") packages; some minutes at most)"
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python .venv/bin/python --require-hashes --requirement "$1"
    elif .venv/bin/python -m pip --version >/dev/null 2>&1; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
            --requirement "$1"
    else
        fail "there is neither uv nor pip" "remove .venv and try again"
    fi || fail "the dependencies could not be installed" "read the lines above; is the network up?"
    cksum <"$1" >"$stamp"
}

works .venv/bin/python || make_environment
install requirements.txt
if [ "$1" = dev ]; then install requirements-dev.txt; fi
