"""The card about changes, for those who raise, review and approve them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Service
from core.cards import Link, Note
from core.dashboard import Content, card, list_url


@card("changes", _("Changes"), permission="assets.view_service")
def changes(user: Any, now: datetime) -> Content:
    """What a person can do for the changes to come while none are kept here."""
    text = _(
        "No change waits for you: changes are not kept here yet. What they will touch is: look "
        "through the services and assets, and have what is missing or wrong put right now."
    )
    links = (Link(_("Services"), list_url(Service)), Link(_("Assets"), list_url(Asset)))
    return Content((Note(text, links),))
