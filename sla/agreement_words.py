"""What is said of the preview of an approval: how many open records it would concern."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.retargeting import MOST_COUNTED, Preview


def preview_words(found: Preview) -> str:
    """In a sentence or two, and honest where not all were looked at."""
    if not found.retargeted and found.is_whole:
        return _("No clock of an open record would change.")
    numbers = {"n": found.retargeted, "late": found.late, "most": MOST_COUNTED}
    records = ngettext(
        "The clocks of %(n)d open record would be re-targeted",
        "The clocks of %(n)d open records would be re-targeted",
        found.retargeted,
    )
    late = ngettext(
        "%(late)d of them would become late.",
        "%(late)d of them would become late.",
        found.late,
    )
    said = f"{records}, {late}" % numbers
    if found.is_whole:
        return said
    return (
        f"{said} "
        + _("That is the least: only the first %(most)d open records were looked at.") % numbers
    )
