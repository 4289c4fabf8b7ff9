"""A pack's sample as its file tells it, and the ranking that it was drawn from."""

import json
from collections.abc import Iterable
from typing import Any

from evidence.models import EvidencePack
from evidence.packs.canonical import utc
from evidence.sampling import ALGORITHM, SIZE_SOURCE, Ranked, ranked


def ranking_of(pack: EvidencePack, rows: Iterable[str]) -> list[Ranked]:
    """All items of the frozen population in the order of their rank."""
    items = ((row["id"], row["stratum"]) for row in map(json.loads, rows))
    return ranked(pack.population_sha256, pack.seed, items)


def sample_told(pack: EvidencePack) -> dict[str, Any]:
    """What `sample.json` holds: enough to draw it again."""
    picks = pack.picks.select_related("replaces", "added_by").order_by("pk")
    return {
        "algorithm": ALGORITHM,
        "population_sha256": pack.population_sha256,
        "population_frozen_at": utc(pack.frozen_at) if pack.frozen_at else None,
        "seed": pack.seed,
        "size": pack.sample_size,
        "size_table": SIZE_SOURCE,
        "drawn_at": utc(pack.drawn_at) if pack.drawn_at else None,
        "drawn_by": _name(pack.drawn_by),
        "picks": [
            {
                "id": pick.identity,
                "stratum": pick.stratum,
                "rank": pick.rank,
                "kind": pick.kind,
                "reason": pick.reason,
                "replaces": pick.replaces.identity if pick.replaces else None,
                "added_at": utc(pick.added_at),
                "added_by": _name(pick.added_by),
            }
            for pick in picks
        ],
    }


def _name(user: Any) -> str | None:
    return user.get_username() if user else None
