"""Cards about access: grants that began or will end, tokens about to expire, one's own access."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.cards import Figure, Figures, Line, Lines, Link, Note
from core.dashboard import Content, card, list_url, record_url
from core.showing import badge, moment
from people import review_cards  # noqa: F401 -- offers its card
from people.models import ApiToken, Person, RoleGrant, Team

SHOWN = 5
SOON = timedelta(days=30)
TOKENS_SOON = timedelta(days=14)


@card("grants", _("Role grants"), permission="people.view_rolegrant")
def grants(user: Any, now: datetime) -> Content:
    """What began this month and what ends in the next 30 days."""
    month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    seen = RoleGrant.objects.visible_to(user).select_related("user__person", "team")
    begun = Q(starts_at__gte=month, starts_at__lte=now)
    ending = Q(ends_at__gt=now, ends_at__lte=now + SOON)
    rows = list(seen.filter(begun | ending).order_by("-starts_at", "-pk")[:200])
    started = [grant for grant in rows if month <= grant.starts_at <= now]
    to_end = [grant for grant in rows if grant.ends_at and now < grant.ends_at <= now + SOON]
    to_end.sort(key=lambda grant: grant.ends_at)
    ends = [_grant_line(grant, badge(_("Ends"), "orange"), grant.ends_at) for grant in to_end]
    starts = [_grant_line(grant, badge(_("Began"), "blue"), grant.starts_at) for grant in started]
    return Content(
        (
            Figures(
                (
                    Figure(_("Began this month"), len(started), list_url(RoleGrant)),
                    Figure(
                        _("End in 30 days"),
                        len(to_end),
                        list_url(RoleGrant),
                        tone="orange" if to_end else "",
                    ),
                )
            ),
            Lines(
                tuple([*ends, *starts][:SHOWN]),
                _("No role grant began this month, and none ends in the next 30 days."),
            ),
        ),
        list_url(RoleGrant),
    )


def _grant_line(grant: RoleGrant, shown: Any, at: datetime) -> Line:
    title = f"{grant.user.get_full_name()} · {grant.get_role_display()}"
    return Line(title, record_url(grant), badges=(shown,), facts=(grant.where, moment(at)))


@card("tokens", _("API tokens about to expire"), permission="people.view_apitoken")
def tokens(user: Any, now: datetime) -> Content:
    live = ApiToken.objects.visible_to(user).live(now).filter(expires_at__lte=now + TOKENS_SOON)
    rows = live.select_related("user").order_by("expires_at")[:SHOWN]
    return Content(
        (
            Lines(
                tuple(
                    Line(
                        token.name,
                        record_url(token.user),
                        facts=(token.user, _("until"), moment(token.expires_at)),
                    )
                    for token in rows
                ),
                _("No API token expires in the next 14 days."),
            ),
        )
    )


@card("own_access", _("My access ends soon"))
def own_access(user: Any, now: datetime) -> Content | None:
    """Only where something ends: what, when, and what to do about it."""
    held = RoleGrant.objects.in_force(now).filter(user=user.pk, ends_at__lte=now + SOON)
    rows = list(held.select_related("team").order_by("ends_at")[:SHOWN])
    if not rows:
        return None
    lines = tuple(
        Line(grant.get_role_display(), facts=(grant.where, moment(grant.ends_at))) for grant in rows
    )
    text = _("Ask a security administrator in time if you still need it.")
    return Content((Lines(lines, ""), Note(text)))


@card("colleagues", _("Where to start"), permission="people.view_person")
def colleagues(user: Any, now: datetime) -> Content:
    """For those whose own records are not kept here yet."""
    text = _("Nothing waits for you. You may look up who works here, and in which team.")
    links = (Link(_("People"), list_url(Person)), Link(_("Teams"), list_url(Team)))
    return Content((Note(text, links),))
