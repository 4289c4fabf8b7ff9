"""Texts of Unfold that our pages show: it ships no Spanish, so our catalogue translates them.

`makemessages` reads only our own files and would never find them. simple-history's texts stand on
pages that the portal does not have.
"""

from django.utils.translation import gettext_noop as _

TEXTS = (
    _("Choose file to upload"),
    _("Click to download"),
    _("Date"),
    _("False"),
    _("General"),
    _("Image preview"),
    _("No data"),
    _("No results found"),
    _("Select record"),
    _("Select value"),
    _("True"),
)
