"""What a person agrees to who accepts a device. Kept with the hand-out as it was read."""

from django.utils import formats
from django.utils.translation import gettext as _

from assets.models import HandOut


def terms_of(hand_out: HandOut) -> str:
    """The text in the language in force."""
    asset = hand_out.asset
    told = [
        _("I have received “%(name)s” (%(reference)s) in working order.")
        % {"name": asset.name, "reference": asset.reference}
    ]
    if asset.serial_number:
        told.append(_("Serial number: %s.") % asset.serial_number)
    if hand_out.note:
        told.append(_("With it: %s.") % hand_out.note.rstrip("."))
    told.append(
        _(
            "I use it for work, let nobody else use it, report loss, theft or damage at once, and "
            "give it back when asked or when I leave."
        )
    )
    if hand_out.due_on:
        told.append(
            _("It is due back on %s.") % formats.date_format(hand_out.due_on, "DATE_FORMAT")
        )
    return " ".join(told)
