#!/usr/bin/env python
"""Django's commands, on the database and with the secrets that `make run` uses here."""

import os
import sys

from itsm.runtime.errors import CannotStart
from itsm.runtime.secrets import lend_to_commands


def main() -> None:
    """Runs the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
    lend_to_commands()
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except CannotStart as error:
        sys.stderr.write(f"The portal cannot start: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
