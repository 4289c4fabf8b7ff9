"""A service review as one text, from which its digest is made when it is closed."""

import json
from hashlib import sha256
from typing import Any


def digest_of(review: Any, cards: Any) -> str:
    """SHA-256 of what a review says, hexadecimal: the same on every machine."""
    return sha256(text_of(review, cards).encode()).hexdigest()


def text_of(review: Any, cards: Any) -> str:
    """Canonical JSON: vendor, scorecards with their digests, agenda, minutes, attendees."""
    said = {
        "review": review.reference,
        "vendor": review.vendor.reference,
        "scorecards": [[card.reference, card.digest] for card in cards],
        "planned_at": review.planned_at.isoformat(),
        "held_at": review.held_at.isoformat(),
        "place": review.place,
        "chair": review.chair_id,
        "agenda": [
            {
                "number": item.number,
                "kind": item.kind,
                "title": item.title,
                "rows": item.rows,
                "minutes": item.minutes,
                "minuted_by": item.minuted_by_id,
            }
            for item in review.items.order_by("number")
        ],
        "attendees": [
            [one.side, one.user_id, one.name, one.role, one.was_there]
            for one in review.attendees.order_by("pk")
        ],
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
