"""The lists of requests and of account adjustments: what one works from."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lists import Column, RecordList, Tab
from core.showing import ago
from incidents import request_page as page
from incidents.adjustment_limits import sum_of
from incidents.help_panel import lives_asked_of, lives_that_ask
from incidents.request_enums import REQUEST_OPEN
from incidents.request_filters import REQUEST_ORDERINGS, AdjustmentFilters, RequestFilters
from people.scope import scope_of


def _open(requests: Any, user: Any) -> Any:
    return requests.open()


def _mine(requests: Any, user: Any) -> Any:
    return requests.open().filter(owner=user.pk)


def _unowned(requests: Any, user: Any) -> Any:
    """What nobody in one's own teams has taken on."""
    own_teams = scope_of(user).own_team_ids
    return requests.open().filter(owner__isnull=True, team__in=own_teams)


def _over(requests: Any, user: Any) -> Any:
    return requests.exclude(status__in=REQUEST_OPEN)


def _asked(requests: Any, user: Any) -> Any:
    """What one's own teams were asked about, and have not answered."""
    return requests.filter(life__in=lives_asked_of(user))


def _asking(requests: Any, user: Any) -> Any:
    """What somebody asks help for, in the teams that one leads or belongs to."""
    return requests.filter(life__in=lives_that_ask(user))


class RequestList(RecordList):
    filterset = RequestFilters
    main_filters = ("status", "kind", "priority", "client", "team", "owner")
    orderings = REQUEST_ORDERINGS
    ordering = "priority"
    tabs = (
        Tab("open", pgettext_lazy("requests", "Open"), _open),
        Tab("mine", pgettext_lazy("requests", "Mine"), _mine),
        Tab("unowned", pgettext_lazy("requests", "Nobody's in my teams"), _unowned),
        Tab("asked", pgettext_lazy("incidents", "Asked of my teams"), _asked, is_counted=False),
        Tab("help", pgettext_lazy("incidents", "Asks for help"), _asking, is_counted=False),
        Tab("over", pgettext_lazy("requests", "Over"), _over, is_counted=False),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title", leads_to_record=True, phone="title"),
        Column("kind", phone="meta"),
        Column("status", show=page.status_badge, phone="meta"),
        Column("priority", show=page.priority_badge, ordering="priority", phone="meta"),
        Column("client"),
        Column("team", show=lambda request: request.team.slug),
        Column("owner"),
        Column(
            "opened_at",
            _("opened"),
            show=lambda request: ago(request.opened_at),
            export=lambda request: request.opened_at,
            ordering="opened_at",
        ),
        Column("service", is_default=False),
        Column("channel", is_default=False),
        Column("outcome", is_default=False),
        Column("resolved_at", is_default=False),
    )
    bulk_actions = ("assign", "close", "watch")
    row_action = "assign"
    search_hint = _("Words, or REQ-000042")
    is_live = True

    def prepared(self, rows: Any) -> Any:
        return page.request_rows(rows)


def _to_check(adjustments: Any, user: Any) -> Any:
    return adjustments.to_check_by(user)


def _to_apply(adjustments: Any, user: Any) -> Any:
    return adjustments.filter(status="approved")


def _made(adjustments: Any, user: Any) -> Any:
    return adjustments.filter(made_by=user.pk)


class AdjustmentList(RecordList):
    filterset = AdjustmentFilters
    main_filters = ("status", "made_by")
    orderings = {"reference": ("pk",)}
    ordering = "-reference"
    tabs = (
        Tab("check", _("To be checked by another than their maker"), _to_check),
        Tab("apply", _("To be applied"), _to_apply),
        Tab("made", pgettext_lazy("adjustments", "Made by me"), _made, is_counted=False),
        Tab("all", pgettext_lazy("adjustments", "All"), lambda rows, user: rows, is_counted=False),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("amount", show=sum_of, export=lambda a: a.amount, phone="title"),
        Column("status", show=page.adjustment_badge, phone="meta"),
        Column("account", phone="meta"),
        Column("request", show=lambda a: a.request.reference),
        Column("made_by", phone="meta"),
        Column("made_at", show=lambda a: ago(a.made_at), export=lambda a: a.made_at),
        Column("checked_by"),
        Column("currency", is_default=False),
        Column("ledger_reference", is_default=False),
    )
    search_hint = _("ADJ-000042, REQ-000042 or an account")

    def prepared(self, rows: Any) -> Any:
        rows = rows.select_related("request", "made_by", "checked_by")
        return rows.defer("request__search", "request__description")
