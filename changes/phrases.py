"""How changes of a change's fields are said, after “requester:”. Fields without a phrase here get
a plain one."""

from django.utils.translation import gettext_lazy as _

from core.record.words import Phrase, Phrases

CHANGE_PHRASES: Phrases = {
    "status": Phrase(
        _("status from %(old)s to %(new)s"), _("status %(new)s"), _("status %(old)s removed")
    ),
    "title": Phrase(
        _("title from “%(old)s” to “%(new)s”"),
        _("title “%(new)s”"),
        _("title “%(old)s” removed"),
    ),
    "risk": Phrase(_("risk from %(old)s to %(new)s"), _("risk %(new)s"), _("risk no longer set")),
    # These follow from the action, whose entry says when and why.
    "version_hash": None,
    "raised_at": None,
    "ended_at": None,
    "life": None,
}
