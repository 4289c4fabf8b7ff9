"""What the page of an evidence pack shows: what it is, its counts, its sample, how to verify it."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.admin import Panel
from core.showing import NOTHING, exact
from evidence.controls import CONTROLS
from evidence.lists import period_of
from evidence.models import EvidencePack
from evidence.packs.readable import counts_shown, picks_shown
from evidence.packs.signing import export_key
from evidence.populations import POPULATIONS


def facts_of(pack: EvidencePack) -> list[tuple[Any, Any]]:
    """The lead of the page, in the order of how it came about."""
    known = pack.control in CONTROLS and pack.population in POPULATIONS
    population: Any = POPULATIONS[pack.population] if known else None
    facts: list[tuple[Any, Any]] = []
    if population:
        facts += [
            (_("asks"), str(CONTROLS[pack.control].asks)),
            (_("population"), f"{population.title}. {population.definition}"),
            (_("what belongs to it"), str(population.membership)),
        ]
    facts += [
        (_("period"), period_of(pack)),
        (_("asked for by"), pack.asker.get_full_name() if pack.asker else _("Command line")),
    ]
    if pack.frozen_at:
        facts += [
            (_("population frozen at"), exact(pack.frozen_at, seconds=True)),
            (_("SHA-256 of the population"), _code(pack.population_sha256)),
        ]
    if pack.seed:
        facts.append((_("seed"), _code(pack.seed)))
    if pack.sha256:
        facts.append((_("SHA-256 of the file"), _code(pack.sha256)))
    return facts


def panels_of(pack: EvidencePack) -> list[Panel]:
    """Nothing is told of a pack before its population is frozen."""
    if not pack.frozen_at:
        return []
    return [_counts(pack), _sample(pack), _verification(pack)]


def _counts(pack: EvidencePack) -> Panel:
    content = {
        "columns": [_("Rows"), _("Count")],
        "rows": counts_shown(pack),
        "note": _("Whatever is not in the pack is counted by its reason; the parts add up."),
    }
    return Panel("counts", gettext_lazy("Counts"), "portal/table.html", content)


def _sample(pack: EvidencePack) -> Panel:
    rows = picks_shown(pack)
    content = {
        "columns": [_("Item"), _("Stratum"), _("Rank"), pgettext("sample", "How chosen"),
                    _("Reason")],
        "rows": rows,
        "nothing": _("No sample was drawn yet. The population is frozen: a seed can be told now."),
    }  # fmt: skip
    return Panel("sample", gettext_lazy("Sample"), "portal/table.html", content, len(rows))


def _verification(pack: EvidencePack) -> Panel:
    facts = pack.facts
    ledger = _("%(size)d entries of the ledger are signed; the pack proves its part of them whole.")
    told = [
        (_("Manifest"), _code(str(export_key())), _("Who signs it: compare it with the key that "
                                                      "reached you by another way.")),
        (_("Population"), str(pack.population_count), _("Its hash is the one above.")),
        (_("Ledger"), str(pack.ledger_size), ledger % {"size": pack.ledger_size or 0}),
        (_("Snapshot"), _code(facts["snapshot"]["id"]), _("One view of the database for all.")),
        (_("Told late"), str(facts["told_late"]), _("Labelled in the population, no finding.")),
        (_("Run it"), _code(f"python3 verify.py {pack.filename}"),
         _("It says each thing that it checked; exit code 0, or 1 with what is wrong.")),
    ]  # fmt: skip
    content = {"columns": [_("What"), _("Value"), _("Meaning")], "rows": told}
    return Panel("verify", gettext_lazy("Verify"), "portal/table.html", content)


def _code(text: str) -> Any:
    return format_html('<code class="pack-code">{}</code>', text) if text else NOTHING


def progress_of(pack: EvidencePack) -> dict[str, Any]:
    """How far its job is, for a page that asks again until it is over."""
    job = pack.job
    is_over = job is None or job.state in ("done", "failed")
    return {
        "is_busy": not is_over,
        "has_failed": job is not None and job.state == "failed",
        "done": job.done if job else 0,
        "total": (job.total or 0) if job else 0,
    }
