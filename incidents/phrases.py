"""How changes of an incident's fields are said, after “agent_l1:”. Fields without a phrase here
get a plain one."""

from django.utils.translation import gettext_lazy as _

from core.record.words import Phrase, Phrases

INCIDENT_PHRASES: Phrases = {
    "status": Phrase(
        _("status from %(old)s to %(new)s"), _("status %(new)s"), _("status %(old)s removed")
    ),
    "title": Phrase(
        _("title from “%(old)s” to “%(new)s”"),
        _("title “%(new)s”"),
        _("title “%(old)s” removed"),
    ),
    "owner": Phrase(
        _("reassigned from %(old)s to %(new)s"),
        _("assigned to %(new)s"),
        _("no longer assigned to %(old)s"),
    ),
    "team": Phrase(
        _("moved from team %(old)s to %(new)s"),
        _("given to team %(new)s"),
        _("taken from team %(old)s"),
    ),
    "service": Phrase(
        _("service from %(old)s to %(new)s"), _("service %(new)s"), _("service %(old)s removed")
    ),
    "client": Phrase(
        _("client from %(old)s to %(new)s"), _("client %(new)s"), _("client %(old)s removed")
    ),
    "vendor": Phrase(
        _("attributed to vendor %(new)s instead of %(old)s"),
        _("attributed to vendor %(new)s"),
        _("no longer attributed to vendor %(old)s"),
    ),
    "caused_by_change": Phrase(
        _("caused by %(new)s instead of %(old)s"),
        _("caused by %(new)s"),
        _("no longer caused by %(old)s"),
    ),
    "tier": Phrase(_("tier from %(old)s to %(new)s"), _("tier %(new)s"), _("tier %(old)s removed")),
    "channel": Phrase(
        _("channel from %(old)s to %(new)s"), _("channel %(new)s"), _("channel %(old)s removed")
    ),
    "impact": Phrase(
        _("impact from “%(old)s” to “%(new)s”"),
        _("impact “%(new)s”"),
        _("impact “%(old)s” removed"),
    ),
    "urgency": Phrase(
        _("urgency from “%(old)s” to “%(new)s”"),
        _("urgency “%(new)s”"),
        _("urgency “%(old)s” removed"),
    ),
    "priority": Phrase(
        _("priority from %(old)s to %(new)s"),
        _("priority %(new)s"),
        _("priority %(old)s removed"),
    ),
    "resolution_code": Phrase(
        _("outcome from %(old)s to %(new)s"),
        _("outcome: %(new)s"),
        _("no longer “%(old)s”"),
    ),
    # These follow from the action, whose entry says when and why.
    "priority_reason": None,
    "alert_key": None,
    "opened_at": None,
    "opened_by": None,
    "resolved_at": None,
    "closed_at": None,
}
