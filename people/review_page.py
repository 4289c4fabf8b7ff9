"""The tables on the pages of a review of access and of one account in it."""

import json
from typing import Any

from django.db.models import Count, Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin import Panel
from core.dashboard import list_url
from core.showing import NOTHING, badge, link
from people.models import (
    AccessRemoval,
    AccessReview,
    AccessReviewItem,
    ApiToken,
    Membership,
    RoleGrant,
)
from people.review_lists import account_name, removal_badge, role_name

TABLE = "portal/table.html"


def progress_panel(review: AccessReview, user: Any) -> Panel:
    """Per reviewer: how many accounts, decided, and left; each number opens its rows."""
    items = AccessReviewItem.objects.visible_to(user).filter(review=review).order_by()
    rows = items.values("reviewer__username", "reviewer__person__full_name").annotate(
        every=Count("pk"), left=Count("pk", filter=Q(decision=""))
    )
    lines = [
        (
            _rows_of(review, row["reviewer__username"], row["reviewer__person__full_name"]),
            row["every"],
            row["every"] - row["left"],
            badge(row["left"], "orange") if row["left"] else badge(_("Done"), "green"),
        )
        for row in rows.order_by("reviewer__username")
    ]
    content = {
        "columns": [_("reviewer"), _("accounts"), _("decided"), _("waiting")],
        "rows": lines,
        "nothing": _("The list of accounts is taken when the review starts."),
    }
    return Panel("progress", _("Progress"), TABLE, content, len(lines))


def _rows_of(review: AccessReview, username: str | None, name: str | None) -> Any:
    if not username:
        return badge(_("Nobody: name a reviewer"), "red")
    url = list_url(AccessReviewItem, review=review.reference, reviewer=username, tab="all")
    return format_html('<a href="{}">{}</a>', url, name or username)


def removals_panel(review: AccessReview, user: Any) -> Panel:
    """What has to be taken away, the open first, and where one does it."""
    found = AccessRemoval.objects.visible_to(user).filter(item__review=review)
    rows = found.select_related("item__account", "grant__team").order_by("done_at", "asked_at")
    may = user.has_perm("people.change_rolegrant")
    lines = [
        (
            link(row.item, account_name(row.item)),
            _what(row, may),
            removal_badge(row),
            row.asked_at,
            row.done_at,
        )
        for row in sorted(rows, key=lambda each: (each.done_at is not None, each.asked_at))
    ]
    content = {
        "columns": [_("account"), _("to be taken away"), _("state"), _("asked at"), _("done at")],
        "rows": lines,
        "nothing": _("Nothing has to be taken away."),
    }
    open_ = sum(1 for row in rows if row.done_at is None)
    return Panel("removals", _("Removals"), TABLE, content, open_ or None)


def _what(removal: AccessRemoval, may: bool) -> Any:
    """The grant or the account; for administrators the page where it is ended."""
    if removal.grant is None:
        text = _("The account")
        return link(removal.item.account, text) if may else text
    text = f"{removal.grant.get_role_display()} · {removal.grant.where}"
    return link(removal.grant, text) if may else text


def then_panel(item: AccessReviewItem) -> Panel:
    """The access as the list tells it."""
    told = json.loads(item.line)
    rows = [
        (_("role"), role_name(g["role"]), g["where"], g["starts_at"][:10], _day(g["ends_at"]))
        for g in told["grants"]
    ]
    rows += [
        (_("team"), m["team"], NOTHING, m["starts_on"], _day(m["ends_on"]))
        for m in told["memberships"]
    ]
    rows += [
        (_("API token"), t["name"], ", ".join(t["scopes"]), NOTHING, _day(t["expires_at"]))
        for t in told["tokens"]
    ]
    return _panel("then", _("Access when the list was taken"), rows)


def now_panel(item: AccessReviewItem, at: Any) -> Panel:
    """The access as it is now."""
    grants = RoleGrant.objects.not_ended(at).filter(user=item.account_id).select_related("team")
    rows: list[tuple[Any, ...]] = [
        (_("role"), g.get_role_display(), g.where, g.starts_at.date(), _day(g.ends_at))
        for g in grants.order_by("pk")
    ]
    members = Membership.objects.not_ended(at.date()).filter(person=item.account.person_id)
    rows += [
        (_("team"), m.team.slug, NOTHING, m.starts_on, _day(m.ends_on))
        for m in members.select_related("team").order_by("pk")
    ]
    tokens = ApiToken.objects.live(at).filter(user=item.account_id).order_by("pk")
    rows += [
        (_("API token"), t.name, ", ".join(t.scopes), NOTHING, _day(t.expires_at)) for t in tokens
    ]
    return _panel("now", _("Access now"), rows)


def _panel(slug: str, title: Any, rows: list[Any]) -> Panel:
    content = {
        "columns": [_("kind"), _("what"), _("where or for what"), _("from"), _("until")],
        "rows": rows,
        "nothing": _("No access."),
    }
    return Panel(slug, title, TABLE, content, len(rows))


def _day(value: Any) -> Any:
    if value is None:
        return NOTHING
    return value[:10] if isinstance(value, str) else value
