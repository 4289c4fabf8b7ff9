"""`python -m itsm.bench`: what the `bench` command runs on the database that it has made."""

import argparse
import logging
import os
import sys

import django


def main(arguments: list[str]) -> int:
    """Gives the exit code: 0 when the figures are written, 1 when they are not worth it."""
    parser = argparse.ArgumentParser(prog="itsm.bench")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write-docs", action="store_true")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
    django.setup()
    logging.disable(logging.WARNING)  # of this process; the web server logs as in production

    from django.conf import settings
    from django.core.management.base import CommandError

    from itsm.bench.course import Course, say
    from itsm.bench.report import PAGE, as_table, keep, page_with, requests_section

    try:
        run = Course(is_quick=options.quick).run()
    except CommandError as error:
        say(error)
        return 1
    latest = settings.VAR_DIR / "latest.json"
    keep(latest, run.as_json())
    say(f"\n\n{as_table(run)}\n")
    say(f"written to {latest}")
    if options.write_docs:
        if run.before["is_busy"] or run.is_quick:
            say("Only a full run on a quiet machine is documented; see the load.")
            return 1
        page = settings.BASE_DIR / PAGE
        page.write_text(page_with(page.read_text(), requests_section(run)))
        say(f"written to {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
