#!/bin/sh
# Compiles requirements*.in into pinned files with hashes, for every platform and Python from 3.12 on.
set -eu
cd "$(dirname "$0")/../.."
if ! command -v uv >/dev/null 2>&1; then
    .venv/bin/python -m pip install --quiet uv
    PATH="$PWD/.venv/bin:$PATH"
fi
for name in requirements requirements-dev; do
    uv pip compile --quiet --generate-hashes --python-version 3.12 --universal "$@" \
        "$name.in" --output-file "$name.txt"
done
