"""Checks that every text of the code stands translated in the catalogues. For `make check`."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

LOCALE = "es_MX"
NOT_OURS = [".venv", "var", "tests"]
SHOWN = 5


class Command(BaseCommand):
    help = "Fails when a text is missing from a catalogue, untranslated, fuzzy or not compiled."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--write", action="store_true", help="collect and compile instead")

    def handle(self, *, write: bool, **options: Any) -> None:
        """Leaves the catalogue as it was, unless told to write."""
        import polib  # only where the tools of development are installed

        folder = Path(settings.LOCALE_PATHS[0]) / LOCALE / "LC_MESSAGES"
        source, compiled = folder / "django.po", folder / "django.mo"
        if write:
            collect()
            polib.pofile(str(source)).save_as_mofile(str(compiled))
            return
        if not source.exists():
            raise CommandError(f"there is no catalogue {source}: run `make messages`")
        kept = source.read_bytes()
        try:
            if shutil.which("xgettext"):
                collect()
            else:
                self.stdout.write("no xgettext here: only what the catalogue holds is checked")
            entries = [entry for entry in polib.pofile(str(source)) if not entry.obsolete]
        finally:
            source.write_bytes(kept)
        open_texts = [entry.msgid for entry in entries if not entry.translated()]
        if open_texts:
            shown = "; ".join(repr(text[:60]) for text in open_texts[:SHOWN])
            raise CommandError(f"{len(open_texts)} texts are not translated: {shown}")
        if not compiled.exists() or compiled.read_bytes() != polib.pofile(str(source)).to_binary():
            raise CommandError("the compiled catalogue is stale: run `make messages`")


def collect() -> None:
    """Brings the catalogue to the texts of the code; needs GNU gettext."""
    Path(settings.LOCALE_PATHS[0]).mkdir(parents=True, exist_ok=True)
    call_command(
        "makemessages",
        locale=[LOCALE],
        ignore_patterns=NOT_OURS,
        no_location=True,
        no_obsolete=True,
        verbosity=0,
    )
