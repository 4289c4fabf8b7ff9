"""A scorecard as one text, from which its digest is made when it is locked."""

import json
from hashlib import sha256
from typing import Any


def digest_of(card: Any) -> str:
    """SHA-256 of what a scorecard says, hexadecimal. The same card gives the same digest on every
    machine: keys are in order, decimals are text."""
    return sha256(text_of(card).encode()).hexdigest()


def text_of(card: Any) -> str:
    """Canonical JSON: vendor, period, model, every figure with its rows, the score."""
    lines = [
        {
            "key": line.kpi.key,
            "title": line.kpi.title,
            "source": line.kpi.source,
            "weight": str(line.kpi.weight),
            "floor": str(line.kpi.floor),
            "target": str(line.kpi.target),
            "value": None if line.value is None else str(line.value),
            "n": line.n,
            "worth": None if line.worth is None else str(line.worth),
            "rows": line.rows,
            "evidence": line.evidence,
        }
        for line in card.lines.select_related("kpi").order_by("kpi")
    ]
    said = {
        "scorecard": card.reference,
        "vendor": card.vendor.reference,
        "period": card.period,
        "starts_on": str(card.starts_on),
        "model": card.model.reference,
        "lines": lines,
        "score": None if card.score is None else str(card.score),
        "confidence": str(card.confidence),
        "comment": card.comment,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
