"""Minutes as a PDF, set by Typst: the same texts as on the page, with its hash on every sheet.

What people wrote reaches the template as data and is never read as markup. The same minutes give
the same file, as long as the engine is the same.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language

from changes.minutes_page import labels, shown_minutes
from changes.models import Meeting

TEMPLATE = Path(__file__).parent / "minutes.typ"


def minutes_pdf(meeting: Meeting) -> bytes:
    """The file, in the language that is active now."""
    told: dict[str, Any] = {
        **shown_minutes(meeting),
        "labels": labels(),
        "site": settings.SITE_NAME,
        "lang": (get_language() or "en")[:2],
    }
    signed_at = meeting.signed_at or meeting.closed_at or datetime.fromtimestamp(0, UTC)
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"minutes": json.dumps(told, ensure_ascii=False, default=str)},
        ignore_system_fonts=True,
        timestamp=int(signed_at.timestamp()),
    )
