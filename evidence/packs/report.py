"""The cover of a pack as a PDF, set by Typst: scope, counts, method. Never the evidence itself."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core.showing import exact, shown
from evidence.controls import CONTROLS
from evidence.models import EvidencePack
from evidence.packs.readable import counts_shown, picks_shown
from evidence.populations import POPULATIONS

TEMPLATE = Path(__file__).parent / "report.typ"


def report_pdf(pack: EvidencePack, ledger: dict[str, Any]) -> bytes:
    """The sheet in the language that is active now, moments in the pack's zone. The same pack gives
    the same file, as long as the engine is the same."""
    control, population = CONTROLS[pack.control], POPULATIONS[pack.population]
    told = {
        "lang": (get_language() or "en")[:2],
        "site": settings.SITE_NAME,
        "reference": pack.reference,
        "title": _("Evidence pack"),
        "heading": f"{pack.control} · {control.title}",
        "asks": str(control.asks),
        "facts": [
            (_("Population"), f"{population.title}. {population.definition}"),
            (_("What belongs to it"), str(population.membership)),
            (
                _("Period"),
                _("%(start)s up to, not including, %(end)s (%(zone)s)")
                % {
                    "start": shown(pack.starts_on),
                    "end": shown(pack.ends_on),
                    "zone": pack.zone,
                },
            ),
            (_("Asked for by"), pack.asker.get_full_name() if pack.asker else _("Command line")),
            (_("Frozen at"), exact(pack.frozen_at, seconds=True) if pack.frozen_at else ""),
            (_("Generated at"), exact(pack.generated_at, seconds=True)),
        ],
        "counts": counts_shown(pack),
        "hashes": [
            (_("SHA-256 of the population"), pack.population_sha256),
            (
                _("Ledger"),
                _("%(origin)s, %(size)d entries; entries %(start)d to %(end)d are in the pack")
                % {**ledger, "end": ledger["end"] - 1},
            ),
            (_("Root of the ledger"), ledger["root"]),
        ],
        "sample": picks_shown(pack),
        "seed": pack.seed,
        "labels": {
            "counts": _("Counts"),
            "sample": _("Sample"),
            "proof": _("What proves it"),
            "seed": _("Seed"),
            "item": _("Item"),
            "stratum": _("Stratum"),
            "rank": _("Rank"),
            "kind": pgettext("sample", "How chosen"),
            "reason": _("Reason"),
            "signed": _("Signed for the auditor"),
            "line": _("Name, date and signature"),
            "method": _(
                "This sheet is a cover. What counts is in the other files: run "
                "“python3 verify.py” in the pack, or read VERIFY.md."
            ),
            "page": _("Page"),
            "of": pgettext("page 1 of 3", "of"),
        },
    }
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"report": json.dumps(told, ensure_ascii=False, default=str)},
        ignore_system_fonts=True,
        timestamp=int(pack.generated_at.timestamp()),
    )
