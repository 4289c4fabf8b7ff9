"""The manifest: what the pack is, how it was made and what is not in it; every file by its hash."""

import tomllib
from typing import Any

from django.conf import settings

from evidence.controls import CONTROLS
from evidence.models import EvidencePack
from evidence.packs.archive import Folder
from evidence.packs.canonical import utc
from evidence.packs.leaves import Shown
from evidence.packs.signing import FORMAT
from evidence.populations import POPULATIONS, Population


def manifest_of(pack: EvidencePack, folder: Folder, ledger: dict[str, Any], shown: Shown) -> Any:
    """The manifest of a folder that is complete but for its manifest."""
    population, control = POPULATIONS[pack.population], CONTROLS[pack.control]
    facts = pack.facts
    return {
        "schema_version": FORMAT,
        "bundle_id": pack.reference,
        "generated_at": utc(pack.generated_at),
        "generator": {"name": "itsm", "version": _version(), "site": settings.SITE_URL},
        "environment": {
            "name": settings.ENVIRONMENT,
            "database_system": facts["snapshot"]["database"],
        },
        "requester": pack.asker.get_username() if pack.asker else None,
        "produced_by": "portal" if pack.asker else "command line",
        "control": {
            "code": pack.control,
            "framework": control.framework,
            "title": control.title,
            "asks": control.asks,
        },
        "period": {
            "start": pack.starts_on,
            "end": pack.ends_on,
            "half_open": True,
            "zone": pack.zone,
            "start_utc": utc(pack.period.start),
            "end_utc": utc(pack.period.end),
            "was_over": facts["period_was_over"],
        },
        "membership_rule": population.membership,
        "population": {
            "name": population.name,
            "title": population.title,
            "definition": population.definition,
            "relation": population.model._meta.db_table,
            "query_text": facts["query_text"],
            "query_sha256": facts["query_sha256"],
            "parameters": facts["parameters"],
            "snapshot": facts["snapshot"],
            "frozen_at": utc(pack.frozen_at) if pack.frozen_at else None,
            "sha256": pack.population_sha256,
            "rows": pack.population_count,
            "counts": facts["counts"],
            "told_late": facts["told_late"],
            "not_in_ledger": facts["not_in_ledger"],
        },
        "ledger": ledger,
        "redaction": {
            "policy": "addresses, and what the population withholds",
            "withheld_values": dict(sorted(shown.withheld.items())),
            "erased_leaves": shown.erased,
        },
        "columns": _columns(population),
        "files": [
            {"path": m.path, "sha256": m.sha256, "bytes": m.bytes, "rows": m.rows}
            for m in sorted(folder.members.values(), key=lambda member: member.path)
        ],
        "tool_sha256": folder.members["verify.py"].sha256,
    }


def _columns(population: Population) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "meaning": one.meaning,
            "source": one.source,
            "withheld": one.withheld,
            "escaped_in_csv": "cells that begin with = + - @ TAB CR LF get an apostrophe",
        }
        for one in population.attributes
    ]


def _version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["version"]
