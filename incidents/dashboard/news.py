"""The card of what happened while a person was away: urgent incidents, and what they follow."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.cards import Figure, Figures, Line, Lines
from core.dashboard import Content, card, list_url
from core.showing import ago, badge, exact
from incidents.dashboard.open_work import VIEW
from incidents.dashboard.showing import URGENT
from incidents.enums import OPEN, Status
from incidents.models import Incident, IncidentComment
from incidents.page import STATUS_TONES, priority_badge
from incidents.workflow import INCIDENT_WORKFLOW
from notifications.enums import MessageKind
from notifications.models import Message
from people.models import Presence

SHOWN = 7
FOLLOWED = 300
COUNTED = 99  # more than that is said as “99+”
WITHOUT_WORD = timedelta(days=1)  # where nobody noted when the person left
LONGEST = timedelta(days=14)
MOVES = [f"incident.{move.action}" for move in INCIDENT_WORKFLOW]


@card("news", _("Since you left"), permission=VIEW)
def news(user: Any, now: datetime) -> Content:
    left = Presence.objects.filter(user=user.pk).values_list("left_at", flat=True).first()
    since = max(left or now - WITHOUT_WORD, now - LONGEST)
    urgent = _urgent(user, since)
    followed = _followed(user, since)
    moves = _moves(followed, user, since)
    comments = _comments(followed, user, since)
    mentions = _mentions(user, since)
    url = list_url(Incident, priority=URGENT, opened_at__gte=since)
    told = [(row.opened_at, _opened(row, now)) for row in urgent[:SHOWN]]
    told += [(row.history_date, _moved(row, followed[row.id], now)) for row in moves[:SHOWN]]
    named = [(message.created_at, _mentioned(message, row, now)) for message, row in mentions]
    told += named
    once = {line.url for _at, line in named}  # whoever is named also watches from then on
    said = [(row.created_at, _commented(row, followed, now)) for row in comments[:SHOWN]]
    told += [(at, line) for at, line in said if line.url not in once]
    told.sort(key=lambda pair: pair[0], reverse=True)
    return Content(
        (
            Figures(
                (
                    Figure(_("New P1 and P2"), _counted(urgent), url, tone="red" if urgent else ""),
                    Figure(_("Status changes"), _counted(moves)),
                    Figure(
                        _("Comments"),
                        _counted(comments),
                        list_url(Message, kind=MessageKind.INCIDENT_COMMENTED.value),
                    ),
                    Figure(
                        _("Mentions"),
                        _counted(mentions),
                        list_url(Message, kind=MessageKind.INCIDENT_MENTIONED.value),
                    ),
                )
            ),
            Lines(
                tuple(line for _at, line in told[:SHOWN]),
                _("Nothing happened to what you own or watch, and nothing urgent came in."),
            ),
        ),
        note=_("Since %s, on what you own or watch.") % exact(since)
        if left
        else _("In the last 24 hours, on what you own or watch."),
    )


def _counted(rows: list[Any]) -> str:
    return f"{COUNTED}+" if len(rows) > COUNTED else str(len(rows))


def _urgent(user: Any, since: datetime) -> list[Incident]:
    found = Incident.objects.visible_to(user).filter(opened_at__gte=since, priority__in=URGENT)
    needed = (
        found.exclude(opened_by=user.pk)
        .select_related("service")
        .only("reference", "title", "priority", "opened_at", "service__name")
    )
    return list(needed.order_by("-opened_at", "-pk")[: COUNTED + 1])


def _followed(user: Any, since: datetime) -> dict[int, Any]:
    """By id reference and title of what the person owns or watches and was alive in that time."""
    me, far = user.pk, since - LONGEST
    ids = RawSQL(_FOLLOWED, [me, list(OPEN), me, since, me, far, since, me, FOLLOWED])  # noqa: S611 -- constant SQL, bound parameters
    found = Incident.objects.visible_to(user).filter(pk__in=ids).order_by("-pk")[:FOLLOWED]
    return {row.pk: row for row in found.values_list("pk", "reference", "title", named=True)}


# Each branch has its index; one condition with OR has none. What was cancelled has but its opening.
_FOLLOWED = """
    SELECT id FROM incidents_incident WHERE owner_id = %s AND status = ANY(%s)
    UNION
    SELECT id FROM incidents_incident WHERE owner_id = %s AND resolved_at >= %s
    UNION
    SELECT id FROM incidents_incident
     WHERE owner_id = %s AND opened_at >= %s AND closed_at >= %s AND status = 'cancelled'
    UNION
    (SELECT incident_id FROM incidents_incidentwatcher WHERE user_id = %s ORDER BY id DESC LIMIT %s)
"""


def _moves(followed: Iterable[int], user: Any, since: datetime) -> list[Any]:
    """What others moved to another status, newest first; of each incident its last move."""
    history = Incident.history.model.objects  # type: ignore[attr-defined]  # -- tracked
    rows = history.filter(id__in=list(followed), history_date__gte=since, history_action__in=MOVES)
    others = rows.exclude(history_user_id=user.pk).order_by("id", "-history_id").distinct("id")
    needed = others.only("id", "status", "history_date", "history_actor")
    return sorted(needed, key=lambda row: row.history_date, reverse=True)


def _comments(followed: Iterable[int], user: Any, since: datetime) -> list[Any]:
    found = IncidentComment.objects.filter(incident__in=list(followed), created_at__gte=since)
    others = found.exclude(author=user.pk).select_related("author")
    needed = others.only("incident_id", "text", "created_at", "author__username")
    return list(needed.order_by("-created_at", "-pk")[: COUNTED + 1])


def _mentions(user: Any, since: datetime) -> list[tuple[Message, Incident]]:
    """Comments that name the person, as the messages tell, on what they may still see."""
    newest = Message.objects.filter(recipient=user.pk).order_by("-pk")[:FOLLOWED].values("pk")
    told = Message.objects.filter(
        pk__in=newest, kind=MessageKind.INCIDENT_MENTIONED, created_at__gte=since
    )
    told = list(told.only("reference", "created_at", "context").order_by("-pk"))
    named = {message.reference for message in told}
    found = Incident.objects.visible_to(user).filter(reference__in=named)
    seen = {incident.reference: incident for incident in found.only("reference", "title")}
    return [(m, seen[m.reference]) for m in told if m.reference in seen]


def _opened(incident: Incident, now: datetime) -> Line:
    facts = (_("was opened"), incident.service, ago(incident.opened_at, now))
    return Line(
        incident.title,
        _page(incident.pk),
        incident.reference,
        (priority_badge(incident),),
        facts,
    )


def _moved(row: Any, incident: Any, now: datetime) -> Line:
    status = Status(row.status)
    badges = (badge(status.label, STATUS_TONES.get(status, "")),)
    facts = (_("by %s") % (row.history_actor or _("the portal")), ago(row.history_date, now))
    return Line(incident.title, _page(incident.pk), incident.reference, badges, facts)


def _mentioned(message: Message, incident: Incident, now: datetime) -> Line:
    badges = (badge(pgettext_lazy("said", "Mention"), "violet"),)
    who = message.context.get("by") or _("somebody")
    facts = (_("%s names you in a comment") % who, ago(message.created_at, now))
    url = message.context.get("path") or _page(incident.pk)
    return Line(incident.title, url, incident.reference, badges, facts)


def _commented(comment: Any, followed: dict[int, Any], now: datetime) -> Line:
    incident = followed[comment.incident_id]
    who = comment.author or _("the portal")
    said = f"{who}: {comment.text[:80]}" + ("…" if len(comment.text) > 80 else "")
    facts = (said, ago(comment.created_at, now))
    badges = (badge(pgettext_lazy("said", "Comment"), "blue"),)
    url = f"{_page(incident.pk)}#c-{comment.pk}"
    return Line(incident.title, url, incident.reference, badges, facts)


def _page(pk: int) -> str:
    return reverse("admin:incidents_incident_change", args=[pk])
