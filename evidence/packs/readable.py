"""What the page and the cover of a pack say alike, in the reader's words."""

from django.utils.translation import gettext as _

from evidence.models import EvidencePack


def counts_shown(pack: EvidencePack) -> list[tuple[str, str]]:
    """Every row of the table, by what became of it; the parts add up to the first line."""
    counts = pack.facts.get("counts", {})
    if not counts:
        return []
    told = [
        (_("Rows in all"), counts["total"]),
        (_("In this pack"), counts["exported"]),
        (_("Outside the period"), counts["out_of_period"]),
        (_("Withheld: the asker may not see them"), counts["withheld_by_permission"]),
        (_("Withheld: confidential"), counts["confidential"]),
        (_("Told after the fact by an import or the demo"), pack.facts["told_late"]),
        (_("Without an entry in the ledger"), pack.facts["not_in_ledger"]),
        (_("Number gaps, explained"), pack.facts["gaps"]),
        (_("Breaches of segregation of duties"), pack.facts["breaches"]),
    ]
    return [(label, str(count)) for label, count in told]


def picks_shown(pack: EvidencePack) -> list[tuple[str, str, str, str, str]]:
    """The sample: item, stratum, rank, how it came in, and why where somebody said so."""
    picks = pack.picks.select_related("replaces", "replaced_by").order_by("pk")
    rows = []
    for pick in picks:
        why = pick.reason
        if pick.replaces:
            why = _("instead of %(item)s: %(reason)s") % {
                "item": pick.replaces.identity,
                "reason": pick.reason,
            }
        elif hasattr(pick, "replaced_by"):
            why = _("replaced by %s") % pick.replaced_by.identity
        rows.append((pick.identity, pick.stratum, str(pick.rank), pick.get_kind_display(), why))
    return rows
