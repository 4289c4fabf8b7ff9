"""How records relate to each other, and single incidents shown to single people."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed, Refused, ValidationError
from incidents.enums import LinkKind
from incidents.models import Incident, Request, RequestIncident
from incidents.permissions import may_see_incidents, may_share_incidents
from incidents.request_enums import AskingKind
from incidents.services import locking
from incidents.services.families import keep_tree
from incidents.services.locking import work
from incidents.services.requests import locking as request_locking
from incidents.services.whichever import verbs_of
from records.sharing import close_share, keep_share


def link_records[R: Incident | Request](source: R, kind: str, target: R, *, actor: Any) -> R:
    """State that `source` is, say, a duplicate of `target`, of the same kind of record; both must
    be in the actor's sight."""
    if source.pk == target.pk:
        raise ValidationError({"target": _("A record cannot be linked to itself.")})
    if kind == LinkKind.SPLIT_FROM:
        raise ValidationError({"kind": _("Such a link is made by splitting.")})
    verbs = verbs_of(source)
    with verbs.work(source, "link", actor=actor) as row:
        if not verbs.seen_by(actor).filter(pk=target.pk).exists():
            raise ValidationError({"target": _("There is no such record.")})
        if kind == LinkKind.CHILD_OF and not row.links.filter(kind=kind, target=target).exists():
            keep_tree(row, target)
        made = row.links.model.objects.get_or_create(
            source=row, kind=kind, target=target, defaults={"created_by": actor}
        )[1]
        if not made:
            raise Refused(_("they are linked like this already"))
    linked: R = row
    return linked


def unlink_records[R: Incident | Request](source: R, kind: str, target: R, *, actor: Any) -> R:
    """Take a link back; its history stays. Refused where they are not linked like this."""
    verbs = verbs_of(source)
    with verbs.work(source, "unlink", actor=actor) as row:
        seen = verbs.seen_by(actor).values("pk")
        link = row.links.filter(kind=kind, target=target.pk, target__in=seen).first()
        if link is None:
            raise Refused(_("they are not linked like this"))
        if kind == LinkKind.SPLIT_FROM:
            raise Refused(_("the link of a split stays"))
        link.delete()
    unlinked: R = row
    return unlinked


def link_request_to_incident(
    record: Request, *, actor: Any, incident: Incident, kind: str = AskingKind.ABOUT
) -> Request:
    """State that a request asks about an incident, or was caused by it; that one must be in the
    actor's sight. Whoever owns or watches the request hears when the incident is resolved."""
    with request_locking.work(record, "link_incident", actor=actor) as row:
        if not locking.VERBS.seen_by(actor).filter(pk=incident.pk).exists():
            raise ValidationError({"incident": _("There is no such record.")})
        made = RequestIncident.objects.get_or_create(
            request=row, incident=incident, defaults={"kind": kind, "created_by": actor}
        )[1]
        if not made:
            raise Refused(_("they are linked like this already"))
    return row


def unlink_request_from_incident(record: Request, *, actor: Any, incident: Incident) -> Request:
    """Take it back; its history stays."""
    with request_locking.work(record, "unlink_incident", actor=actor) as row:
        seen = locking.VERBS.seen_by(actor).values("pk")
        link = row.incident_links.filter(incident=incident.pk, incident__in=seen).first()
        if link is None:
            raise Refused(_("they are not linked like this"))
        link.delete()
    return row


def share_incident(incident: Incident, *, actor: Any, user: Any, until: datetime) -> Incident:
    """Show one incident to one person until a moment, at most ninety days away.

    Sharing again moves the end. Only reading is shared, whatever the person's role includes.
    Refused: people whose role never shows incidents, for whom a share would change nothing.
    """
    with work(incident, "share", actor=actor) as row:
        if not may_share_incidents(actor):
            raise NotAllowed(_("your role does not include this action"))
        if not may_see_incidents(user):
            raise ValidationError({"user": _("This person's role never shows incidents.")})
        keep_share(row, actor=actor, user=user, until=until)
    return row


def end_share(incident: Incident, *, actor: Any, user: Any) -> Incident:
    """Stop showing an incident to a person, from now on. Refused where it is not shown to them."""
    with work(incident, "end_share", actor=actor) as row:
        if not may_share_incidents(actor):
            raise NotAllowed(_("your role does not include this action"))
        close_share(row, user=user)
    return row
