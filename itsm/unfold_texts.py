"""Texts of Unfold and Django that our pages show and that our catalogue translates.

Unfold ships no Spanish; of Django stand here those whose Mexican Spanish is wrong on our pages
(months are lower case). `makemessages` reads only our own files and would never find them.
simple-history's texts stand on pages that the portal does not have.
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

DJANGO_TEXTS = (
    _("Select %s to change"),
    _("Select %s to view"),
    _("View %s"),
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)
