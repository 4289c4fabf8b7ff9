#!/bin/sh
# All checks that need no test run; goes through to the end and then names what failed.
set -u
cd "$(dirname "$0")/../.."
PATH="$PWD/.venv/bin:$PATH"
export ITSM_DEMO=1 # the checks of a deployment are for a deployment
failed=""

check() {
    name=$1; shift
    if "$@"; then echo "check   | $name: clean"; else failed="$failed $name"; echo "check   | $name: FAILED"; fi
}

templates() {
    # Paths of this project hold no spaces; an empty list would make djhtml read the terminal.
    files=$(find . \( -path ./.venv -o -path ./var -o -path ./.git \) -prune -o -name '*.html' -print)
    [ -z "$files" ] || djhtml --check $files
}

check lint ruff check --quiet .
check format ruff format --check --quiet .
check types mypy
check imports lint-imports --no-cache
check templates templates
check settings python manage.py check --fail-level WARNING
check migrations python manage.py makemigrations --check --dry-run
check reference python manage.py write_reference --check
check translations python manage.py check_translations

if [ -n "$failed" ]; then echo "check   | not clean:$failed"; exit 1; fi
echo "check   | all clean"
